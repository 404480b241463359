package session

import (
	"os"
	"path/filepath"
	"testing"

	"tracer/internal/store"
	"tracer/internal/wire"
)

const testChunk = 1 << 20

// agentFiles makes the files of a process in which an agent has begun and has
// claimed so many chunks.
func agentFiles(t *testing.T, claimed uint64) (*store.Dir, string) {
	t.Helper()
	dir, err := store.Create(filepath.Join(t.TempDir(), "t.trace"))
	if err != nil {
		t.Fatal(err)
	}
	const proc = "proc-1-0"
	c := wire.Control{Magic: wire.MagicControl, Version: wire.Version, State: wire.StateRecording,
		SlotSize: DefaultSlot, ChunkSize: testChunk, Frontier: claimed}
	path := filepath.Join(dir.Path(), proc)
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	used := make([]byte, claimed*testChunk)
	for i := range used {
		used[i] = 0xee // the agent's, which must not be touched
	}
	for name, content := range map[string][]byte{store.ControlName: c.Append(nil), store.RawName: used} {
		if err := os.WriteFile(filepath.Join(path, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir, proc
}

func openWriter(t *testing.T, dir *store.Dir, proc string) *writer {
	t.Helper()
	w, err := newWriter(dir, proc)
	if err != nil || w == nil {
		t.Fatalf("open writer: %v, %v", w, err)
	}
	return w
}

func readyOf(w *writer) map[uint64]bool {
	all := map[uint64]bool{}
	for i := range readyChunks {
		if v := w.ready(i).Load(); v != 0 {
			all[v-1] = true
		}
	}
	return all
}

func TestWriterKeepsAheadOfTheAgent(t *testing.T) {
	dir, proc := agentFiles(t, 3)
	w := openWriter(t, dir, proc)
	defer w.close()
	for range 2 { // the second time there is nothing to do
		if _, err := w.step(); err != nil {
			t.Fatal(err)
		}
	}
	if got := readyOf(w); len(got) != 3 || !got[3] || !got[4] || !got[5] {
		t.Errorf("ready are the chunks %v, expected 3, 4 and 5 after 3 that are used", got)
	}
	w.ready(1).Store(0) // the agent takes one
	if did, err := w.step(); !did || err != nil {
		t.Errorf("another chunk was not prepared: %v", err)
	}
	if got := readyOf(w); len(got) != 4 || !got[6] || !got[7] {
		t.Errorf("ready are the chunks %v, expected 3, 5, 6 and 7 after 4 that are used", got)
	}
	raw, err := os.ReadFile(filepath.Join(dir.Path(), proc, store.RawName))
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range raw {
		if want := byte(0); i < 3*testChunk && b != 0xee || i >= 3*testChunk && b != want {
			t.Fatalf("byte %d of raw is %#x", i, b)
		}
	}
	if len(raw) != 8*testChunk {
		t.Errorf("raw has %d bytes, expected 8 chunks", len(raw))
	}
}

func TestWriterLeavesIdleAndStoppedProgramsAlone(t *testing.T) {
	dir, proc := agentFiles(t, 0)
	w := openWriter(t, dir, proc)
	if did, err := w.step(); did || err != nil {
		t.Errorf("nothing recorded: %v, %v; expected nothing to do", did, err)
	}
	w.close()
	dir, proc = agentFiles(t, 5)
	w = openWriter(t, dir, proc)
	defer w.close()
	w.page[wire.OffControlState] = byte(wire.StateStopped)
	if did, err := w.step(); did || err != nil {
		t.Errorf("stopped: %v, %v; expected nothing to do", did, err)
	}
}

func TestWriterGivesBackWhatWasNotTaken(t *testing.T) {
	dir, proc := agentFiles(t, 4)
	w := openWriter(t, dir, proc)
	if _, err := w.step(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir.Path(), proc)
	w.close()
	page, err := os.ReadFile(filepath.Join(path, store.ControlName))
	if err != nil {
		t.Fatal(err)
	}
	var c wire.Control
	c.Decode(page)
	if c.Frontier != 8 || c.Ready0 != 0 || c.Ready7 != 0 {
		t.Errorf("the control page has frontier %d, ready %d … %d", c.Frontier, c.Ready0, c.Ready7)
	}
}

func TestWriterRefusesImpossibleChunks(t *testing.T) {
	for _, size := range []uint64{0, 1, 1 << 40} {
		dir, proc := agentFiles(t, 2)
		path := filepath.Join(dir.Path(), proc, store.ControlName)
		c := wire.Control{Magic: wire.MagicControl, Version: wire.Version, State: wire.StateRecording, SlotSize: DefaultSlot, ChunkSize: size}
		if err := os.WriteFile(path, c.Append(nil), 0o600); err != nil {
			t.Fatal(err)
		}
		if w, err := newWriter(dir, proc); err == nil {
			w.close()
			t.Errorf("chunks of %d bytes are taken for good", size)
		}
	}
}

package session

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// world is a trace with one process, whose names a test writes.
type world struct {
	t       *testing.T
	dir     *store.Dir
	names   string // path
	sources *sources
	next    uint32
}

func newWorld(t *testing.T) *world {
	dir, err := store.Create(filepath.Join(t.TempDir(), "x.trace"))
	if err != nil {
		t.Fatal(err)
	}
	proc := filepath.Join(dir.Path(), "proc-1-0")
	if err := os.Mkdir(proc, 0o700); err != nil {
		t.Fatal(err)
	}
	w := &world{t, dir, filepath.Join(proc, store.NamesName), newSources(dir), 1}
	head := wire.NamesHead{Magic: wire.MagicNames, Version: wire.Version}
	w.append(head.Append(nil))
	return w
}

func (w *world) append(b []byte) {
	w.t.Helper()
	f, err := os.OpenFile(w.names, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err == nil {
		_, err = f.Write(b)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	f.Close()
}

// record is the FILE record of a file as it is now.
func (w *world) record(path string) []byte {
	w.t.Helper()
	r := wire.FileRecord{ID: w.next, Kind: wire.FileKindRegular, Name: []byte(path), Path: []byte(path)}
	if info, err := os.Stat(path); err == nil {
		r.Size, r.MtimeNs = uint64(info.Size()), uint64(info.ModTime().UnixNano())
	}
	w.next++
	return r.Append(nil)
}

func (w *world) file(name, content string) string {
	w.t.Helper()
	path := filepath.Join(filepath.Dir(w.dir.Path()), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

func (w *world) collect() {
	w.t.Helper()
	w.sources.collect([]string{"proc-1-0"}, func(err error) { w.t.Error(err) })
}

func TestSourcesAreKeptOnceAndAsTheyWere(t *testing.T) {
	w := newWorld(t)
	a, same, changed := w.file("a.py", "print(1)"), w.file("same.py", "print(1)"), w.file("changed.py", "old")
	w.append(w.record(a))
	w.collect()
	w.file("a.py", "edited since") // kept before that
	w.append(w.record(same))
	w.append((&wire.ThreadRecord{Thread: 1}).Append(nil))
	w.append(w.record(changed))
	w.file("changed.py", "newer")
	half := w.record(a) // of another process, which loaded the edited file
	w.append(half[:len(half)/2])
	w.collect()
	if w.sources.kept[a].Changed {
		t.Error("a.py: changed before its record was whole")
	}
	w.append(half[len(half)/2:])
	w.collect()
	w.collect()
	kept := w.sources.kept
	if len(kept) != 3 || kept[a].SHA256 != kept[same].SHA256 || !kept[a].Changed || kept[same].Changed || !kept[changed].Changed {
		t.Errorf("kept %+v", kept)
	}
	for path, want := range map[string]string{a: "print(1)", same: "print(1)", changed: "newer"} {
		if b, err := w.dir.OpenSource(kept[path].SHA256); err != nil || string(b) != want {
			t.Errorf("%s: %q, %v", path, b, err)
		}
	}
	if entries, _ := os.ReadDir(filepath.Join(w.dir.Path(), store.SourcesName)); len(entries) != 2 {
		t.Errorf("%d copies, expected 2", len(entries))
	}
}

func TestWhatCannotBeKeptIsSaid(t *testing.T) {
	w := newWorld(t)
	gone, large := w.file("gone.py", "x"), w.file("large.py", "")
	if err := os.Truncate(large, store.MaxSource+1); err != nil {
		t.Fatal(err)
	}
	w.append(w.record(gone))
	w.append(w.record(large))
	w.append(w.record(filepath.Dir(large))) // a directory
	pseudo := wire.FileRecord{ID: 9, Kind: wire.FileKindPseudo, Name: []byte("<string>"), Path: []byte("<string>")}
	w.append(pseudo.Append(nil))
	os.Remove(gone)
	w.collect()
	w.collect()
	if len(w.sources.kept) != 0 || len(w.sources.notes) != 3 {
		t.Errorf("kept %v, notes %q", w.sources.kept, w.sources.notes)
	}
}

func TestCorruptNamesAreReported(t *testing.T) {
	w := newWorld(t)
	w.append(bytes.Repeat([]byte{0xff}, 64))
	errs := 0
	w.sources.collect([]string{"proc-1-0", "proc-2-0"}, func(error) { errs++ })
	if errs != 1 {
		t.Errorf("%d errors, expected 1", errs)
	}
}

func TestManyRecordsAreReadInPieces(t *testing.T) {
	w := newWorld(t)
	path := w.file("a.py", "x")
	filler := (&wire.ThreadRecord{Thread: 1, Name: bytes.Repeat([]byte("n"), 1<<20)}).Append(nil)
	for range 9 {
		w.append(filler)
	}
	w.append(w.record(path))
	w.collect()
	if len(w.sources.kept) != 1 {
		t.Errorf("kept %v", w.sources.kept)
	}
}

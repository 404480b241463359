package trace_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracer/internal/store"
	"tracer/internal/wire"
	"tracer/internal/wire/twin"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// recording makes a trace that is still being written.
func recording(tb testing.TB, text string) string {
	return tracetest.Write(tb, tracetest.Spec{Manifest: store.Manifest{State: store.Recording}, Processes: []string{text}})
}

// overwrite puts other files in a process's place, as its writer goes on.
func overwrite(tb testing.TB, dir, text string) {
	tb.Helper()
	f, err := twin.Parse(text)
	if err != nil {
		tb.Fatal(err)
	}
	for name, b := range map[string][]byte{store.ControlName: f.Control, store.NamesName: f.Names, store.RawName: f.Raw} {
		if err := os.WriteFile(filepath.Join(dir, "proc-100-0", name), b, 0o600); err != nil {
			tb.Fatal(err)
		}
	}
}

func TestTraceThatGrowsIsSeenAsItWas(t *testing.T) {
	dir := recording(t, names+"slot\ncall 1 +1\nline 2 +1\nempty 3\n")
	tr := openDir(t, dir)
	overwrite(t, dir, names+"slot\ncall 1 +1\nline 2 +1\nline 3 +1\nline 4\nslot\nframe code=1 entered-ticks=1\nreturn 1 +1\nslot thread=2\ncall 7")
	var c counter
	if err := tr.Processes()[0].Threads[0].Replay(&c); err != nil {
		t.Fatal(err)
	}
	if i := tr.Info(); i.Events != 2 || c.opens != 1 || c.lines != 1 || i.Complete || !i.Running || i.DurationNS != 2 {
		t.Errorf("%+v, visited %+v", i, c)
	}
	if i := openDir(t, dir).Info(); i.Events != 6 || i.Threads != 2 {
		t.Errorf("opened again: %+v", i)
	}
}

func TestRawThatIsCutOffMeanwhile(t *testing.T) {
	for _, size := range []int64{0, 30, 64 + 8, 4096, 4096 + 64 + 4} {
		dir := recording(t, names+"slot\ncall 1 +1\nline 2 +1\nslot\nframe code=1 entered-ticks=1\nline 3 +1\n")
		tr := openDir(t, dir)
		if err := os.Truncate(filepath.Join(dir, "proc-100-0", store.RawName), size); err != nil {
			t.Fatal(err)
		}
		var r recorder
		err := tr.Processes()[0].Threads[0].Replay(&r)
		var corrupt *wire.CorruptError
		if !errors.As(err, &corrupt) || !strings.Contains(err.Error(), "it was longer when the trace was opened") {
			t.Errorf("cut at %d: %v", size, err)
		}
		if size >= 64+8 && !strings.HasSuffix(r.String(), "close main implied\n2 end\n") && !strings.HasSuffix(r.String(), "close main implied\n1 end\n") {
			t.Errorf("cut at %d: visited\n%s", size, r.String())
		}
	}
}

func TestSlotThatIsReplacedMeanwhile(t *testing.T) {
	dir := recording(t, names+"slot\ncall 1 +1\n")
	tr := openDir(t, dir)
	overwrite(t, dir, names+"slot thread=2\ncall 7 +1\n")
	var c counter
	err := tr.Processes()[0].Threads[0].Replay(&c)
	if err == nil || !strings.Contains(err.Error(), "slot 0 of thread 1 was here when the trace was opened") || c.begins != 0 {
		t.Errorf("%v, visited %+v", err, c)
	}
}

func TestLinkIsNotFollowed(t *testing.T) {
	dir := recording(t, names)
	raw := filepath.Join(dir, "proc-100-0", store.RawName)
	if err := os.Rename(raw, raw+"2"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(raw+"2", raw); err != nil {
		t.Skip(err) // where one may not make links
	}
	if p := openDir(t, dir).Info().Problems; len(p) != 1 || !strings.HasPrefix(p[0], "proc-100-0/raw: open ") {
		t.Errorf("problems %q", p)
	}
}

func TestThreadsCanBeReplayedAtTheSameTime(t *testing.T) {
	tr := synthetic(t, 20_000, 30)
	done := make(chan counter)
	for range 4 {
		go func() {
			var c counter
			if err := tr.Processes()[0].Threads[0].Replay(&c); err != nil {
				t.Error(err)
			}
			done <- c
		}()
	}
	first := <-done
	for range 3 {
		if c := <-done; c != first {
			t.Errorf("visited %+v and %+v", c, first)
		}
	}
}

func TestReplayDoesNotAllocatePerEvent(t *testing.T) {
	allocs := func(events int) float64 {
		th := synthetic(t, events, 50).Processes()[0].Threads[0]
		var v trace.Visitor = &counter{}
		return testing.AllocsPerRun(3, func() {
			if err := th.Replay(v); err != nil {
				t.Fatal(err)
			}
		})
	}
	// The smaller one has all that the buffers and the stack ever become.
	if few, many := allocs(400_000), allocs(1_600_000); many > few+3 {
		t.Errorf("%g allocations for 400,000 events, %g for 1,600,000", few, many)
	}
}

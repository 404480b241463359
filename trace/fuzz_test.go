package trace_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracer/internal/store"
	"tracer/internal/wire/twin"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// FuzzOpen opens any bytes as the files of a process: no panic, times that never
// fall, frames that are closed, typed errors, and a count that holds.
func FuzzOpen(f *testing.F) {
	small := strings.Replace(names, "slot-size=4096", "slot-size=160", 1)
	for _, text := range []string{
		small + someEvents,
		small + "slot\ncall 1 +1\ncall 7 +1\nslot\nframe code=1\nframe code=7\nmark time +1\nreturn 1 +1",
		small + "slot sequence=3 depth=5\nframe code=7 location=8\nline 9\nmark gap +4\nslot sequence=9\nline 99\nword 0\nline 2",
	} {
		files, err := twin.Parse(text)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(files.Control[:128], files.Names, files.Raw)
	}
	f.Fuzz(func(t *testing.T, control, names, raw []byte) {
		d, err := store.Create(t.TempDir() + "/x.trace")
		if err != nil {
			t.Fatal(err)
		}
		// The rest of the page is reserved.
		page := append(control, make([]byte, max(0, 4096-len(control)))...)
		if err := tracetest.WriteProcess(d, 0, twin.Files{Control: page, Names: names, Raw: raw}); err != nil {
			t.Fatal(err)
		}
		tr, err := trace.Open(d.Path())
		if err != nil {
			if tr != nil {
				t.Fatal("both an error and a trace")
			}
			return
		}
		defer tr.Close()
		replayAll(t, tr)
		replayParts(t, tr)
		for _, err := range tr.Merged() {
			_ = err
		}
	})
}

// FuzzCompacted opens any bytes as what a controller leaves of a process, with right
// checksums, and reads them in every way: no panic, times that never fall, frames that
// are closed.
func FuzzCompacted(f *testing.F) {
	const proc = "proc-100-0"
	parts := []string{store.PartName(store.IndexName, 0), store.PartName(store.SegmentsName, 0),
		store.PartName(store.SummariesName, 0), store.PartName(store.ContextsName, 0)}
	dir := tracetest.Text(f, names+someEvents)
	tracetest.Compact(f, dir)
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, proc, name))
		if err != nil {
			f.Fatal(err)
		}
		return b
	}
	control, named := read(store.ControlName), read(store.NamesName)
	f.Add(read(parts[0]), read(parts[1]), read(parts[2]), read(parts[3]))
	f.Fuzz(func(t *testing.T, index, segments, summaries, contexts []byte) {
		d, err := store.Create(t.TempDir() + "/x.trace")
		if err != nil {
			t.Fatal(err)
		}
		if err := tracetest.WriteProcess(d, 0, twin.Files{Control: control, Names: named}); err != nil {
			t.Fatal(err)
		}
		for i, b := range [][]byte{index, segments, summaries, contexts} {
			tracetest.Seal(parts[i], b)
			if err := os.WriteFile(filepath.Join(d.Path(), proc, parts[i]), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		tr, err := trace.Open(d.Path())
		if err != nil {
			t.Fatal(err) // the control page can be read
		}
		defer tr.Close()
		replayAll(t, tr)
		replayParts(t, tr)
		for _, err := range tr.Merged() {
			_ = err
		}
		for _, th := range tr.Processes()[0].Threads {
			for _, w := range []trace.Window{{}, {From: 5, To: 50}} {
				if s, err := th.Sum(w); err == nil && s == nil {
					t.Error("neither sums nor an error")
				} else if s != nil {
					tr.Processes()[0].Tree(s)
				}
				_, _ = th.Detail(w, 7)
			}
		}
	})
}

package trace_test

import (
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
		for _, err := range tr.Merged() {
			_ = err
		}
	})
}

package tracetest

import (
	"testing"

	"tracer/internal/drain"
	"tracer/internal/store"
)

// Compact moves what the trace has in raw into segments, as its controller would
// have done, and sums it up.
func Compact(tb testing.TB, path string) {
	tb.Helper()
	d, err := store.OpenDir(path)
	if err != nil {
		tb.Fatal(err)
	}
	procs, err := d.Processes()
	if err != nil {
		tb.Fatal(err)
	}
	w := drain.NewWorker()
	for _, proc := range procs {
		p, err := drain.Open(d, proc, drain.Options{})
		if err != nil {
			tb.Fatal(err)
		}
		if err := p.Finish(w, nil); err != nil {
			tb.Fatal(err)
		}
		for _, problem := range p.Problems() {
			tb.Error(problem)
		}
		if err := p.Close(); err != nil {
			tb.Fatal(err)
		}
	}
}

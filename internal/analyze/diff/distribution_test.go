package diff

import (
	"testing"

	"tracer/internal/analyze/distribution"
	"tracer/internal/analyze/query"
	"tracer/trace"
)

// Distributions are those of all runs of a side together.
func TestSpread(t *testing.T) {
	of := func(ns float64) *Run {
		r := run(t, []work{
			{"app", "f", []string{"def f():", "    a = g(1)"}, []float64{0, ns}, 98},
			{"app", "other", []string{"def other():", "    b"}, []float64{0, 1e6}, 1},
		})
		tr, err := trace.Open(r.Path)
		if err != nil {
			t.Fatal(err)
		}
		defer tr.Close()
		d, err := distribution.Build(t.Context(), tr, &query.Query{}, distribution.Options{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Distribute(d)
		return r
	}
	d := Compare([]*Run{of(1000), of(5000), of(5000)}, []*Run{of(20_000)})
	for _, f := range d.Functions {
		if f.Function != "f" {
			continue
		}
		s := f.Spread
		if s == nil || !nearly(s.BaseP50NS, 5000) || !nearly(s.BaseP99NS, 5000) || !nearly(s.NewP50NS, 20_000) || !nearly(s.NewP99NS, 20_000) {
			t.Errorf("%+v", s)
		}
	}
	for _, l := range d.Lines {
		if l.Function == "f" && l.NewSource == "a = g(1)" && (l.Spread == nil || !nearly(l.Spread.BaseP50NS, 5000) || !nearly(l.Spread.NewP99NS, 20_000)) {
			t.Errorf("a line: %+v", l.Spread)
		}
	}
}

// nearly is what a histogram promises: some 30 ns are the line's own events.
func nearly(ns, want int64) bool { return ns > want*98/100-40 && ns < want*102/100+40 }

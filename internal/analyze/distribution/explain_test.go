package distribution

import (
	"context"
	"math/rand/v2"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/internal/wire"
	"tracer/trace"
)

// witness is told a whole thread and looks at one call in it, which it knows by its begin, its
// length and its depth.
type witness struct {
	call           *Call
	stack          []trace.Moment
	codes          []spot
	inside         bool
	last           trace.Moment
	lines, callees map[key]*tally
	candidates     []map[key]*tally // those of each call that may be meant
}

func (w *witness) charge(m trace.Moment) {
	if w.inside {
		top := w.codes[len(w.codes)-1]
		at(w.lines, top.code, top.line).add(m.At-w.last.At, m.Cost-w.last.Cost)
		if d := w.call.depth + 1; len(w.codes) > d {
			at(w.callees, w.codes[d].code, w.codes[d].code.FirstLine).add(m.At-w.last.At, m.Cost-w.last.Cost)
		}
	}
	w.last = m
}

func (w *witness) Begin(m trace.Moment, open []trace.OpenFrame) {
	w.last = m
	for _, f := range open {
		w.Open(m, f.Code, f.Loc, trace.Adopted)
	}
}

func (w *witness) Open(m trace.Moment, c *trace.Code, loc wire.Location, k wire.Kind) {
	w.charge(m)
	w.stack, w.codes = append(w.stack, m), append(w.codes, spot{c, c.Line(loc)})
	if len(w.codes) == w.call.depth+1 && m.At == w.call.begun {
		w.inside, w.lines, w.callees = true, map[key]*tally{}, map[key]*tally{}
	}
	if w.inside && len(w.codes) == w.call.depth+2 && k == wire.Call {
		at(w.callees, c, c.FirstLine).count++
	}
}

func (w *witness) Line(m trace.Moment, loc wire.Location) {
	w.charge(m)
	top := &w.codes[len(w.codes)-1]
	if top.line = top.code.Line(loc); w.inside {
		at(w.lines, top.code, top.line).count++
	}
}

func (w *witness) Close(m trace.Moment, _ wire.Kind) {
	w.charge(m)
	n := len(w.codes) - 1
	if w.inside && n == w.call.depth {
		w.inside = false
		if m.At == w.call.ended && w.codes[n].code.Qualname == w.call.Function {
			w.candidates = append(w.candidates, w.lines, w.callees)
		}
	}
	w.stack, w.codes = w.stack[:n], w.codes[:n]
}

func (w *witness) Gap(trace.Moment, uint64) {}

func (w *witness) End(m trace.Moment) {
	for len(w.codes) > 0 {
		w.Close(m, trace.Implied)
	}
}

func TestWhatCallsWereSpentOn(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 12))
	explained := 0
	for round := range 12 {
		tr := random(t, rnd, 1500)
		for _, q := range []query.Query{{}, {Filter: modules(t, "app", "")}} {
			d := build(t, tr, &q, 2)
			var calls []*Call
			for i := range d.Functions {
				for j := range d.Functions[i].Worst {
					calls = append(calls, &d.Functions[i].Worst[j])
				}
			}
			if err := Explain(t.Context(), &q, calls, 1000, nil); err != nil {
				t.Fatal(err)
			}
			for _, c := range calls {
				w := &witness{call: c}
				if err := q.Replay(c.thread, w); err != nil {
					t.Fatal(err)
				}
				if len(w.candidates) != 2 {
					continue // several began and ended at once, at this depth
				}
				explained++
				sameSpent(t, round, c, "lines", c.Lines, w.candidates[0])
				sameSpent(t, round, c, "callees", c.Callees, w.candidates[1])
			}
		}
	}
	if explained < 200 {
		t.Errorf("%d calls were looked at", explained)
	}
}

func sameSpent(t *testing.T, round int, c *Call, what string, got []Spent, want map[key]*tally) {
	t.Helper()
	var raw int64
	for i, s := range got {
		raw += s.RawNS
		w := want[key{functionKey{s.Module, s.Function, s.File, lineOf(want, s)}, s.Line}]
		if w == nil || w.ticks != s.RawNS || w.count != s.Count || i > 0 && s.TimeNS > got[i-1].TimeNS {
			t.Fatalf("round %d, %+v: %s has %+v, expected %+v", round, c, what, s, w)
		}
	}
	for k, w := range want {
		if w.ticks != 0 || w.count != 0 {
			found := false
			for _, s := range got {
				found = found || s.Line == k.at && s.Function == k.name
			}
			if !found {
				t.Fatalf("round %d, %+v: %s has no %+v of %+v", round, c, what, k, w)
			}
		}
	}
	if what == "lines" && raw != c.RawNS {
		t.Fatalf("round %d: lines of %d ns, the call took %d", round, raw, c.RawNS)
	}
}

// lineOf returns the first line of the function that a row is of.
func lineOf(rows map[key]*tally, s Spent) int {
	for k := range rows {
		if k.module == s.Module && k.name == s.Function && k.file == s.File && k.at == s.Line {
			return k.line
		}
	}
	return 0
}

func TestExplainStopsAtOnce(t *testing.T) {
	tr := random(t, rand.New(rand.NewPCG(13, 14)), 2000)
	d := build(t, tr, &query.Query{}, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Explain(ctx, &query.Query{}, []*Call{&d.Functions[0].Worst[0]}, 3, nil); err == nil {
		t.Error("no error")
	}
	if d, err := Build(ctx, tr, &query.Query{}, Options{}, nil); err == nil || d != nil {
		t.Errorf("%v, %v", d, err)
	}
}

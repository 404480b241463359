package query_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/internal/wire"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// replayed is a visitor that keeps the events of a thread.
type replayed struct {
	thread *trace.Thread
	frames []trace.OpenFrame
	all    []trace.ThreadEvent
}

func (r *replayed) keep(at int64, k wire.Kind, lost uint64) {
	e := trace.Event{At: at, Kind: k, Depth: len(r.frames), Lost: lost}
	if k != wire.Mark {
		f := r.frames[len(r.frames)-1]
		e.Code, e.Line = f.Code, f.Code.Line(f.Loc)
	}
	r.all = append(r.all, trace.ThreadEvent{Thread: r.thread, Event: e})
}

func (r *replayed) Begin(int64) {}

func (r *replayed) Open(at int64, c *trace.Code, loc wire.Location, k wire.Kind) {
	r.frames = append(r.frames, trace.OpenFrame{Code: c, Loc: loc})
	if k != trace.Adopted {
		r.keep(at, k, 0)
	}
}

func (r *replayed) Line(at int64, loc wire.Location) {
	r.frames[len(r.frames)-1].Loc = loc
	r.keep(at, wire.Line, 0)
}

func (r *replayed) Close(at int64, k wire.Kind) {
	if k != trace.Implied {
		r.keep(at, k, 0)
	}
	r.frames = r.frames[:len(r.frames)-1]
}

func (r *replayed) Gap(at int64, lost uint64) { r.keep(at, wire.Mark, lost) }
func (r *replayed) End(int64)                 {}

// merged returns the events of a trace in the order of time.
func merged(t *testing.T, tr *trace.Trace) (all []trace.ThreadEvent) {
	t.Helper()
	for _, th := range tr.Processes()[0].Threads {
		r := &replayed{thread: th}
		if err := th.Replay(r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r.all...)
	}
	slices.SortStableFunc(all, func(a, b trace.ThreadEvent) int { return cmp.Compare(a.At, b.At) })
	return all
}

// TestEventsAreThoseOfTheTrace compares the events of all threads with what the trace says.
func TestEventsAreThoseOfTheTrace(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 30 {
		text := tracetest.Random{Events: 300, Codes: 8, Threads: 3}.Text(rnd)
		tr := open(t, tracetest.Spec{Processes: []string{text}, Compact: rnd.IntN(2) == 0})
		want, n := merged(t, tr), 0
		for e, err := range (&query.Query{}).Events(t.Context(), tr) {
			switch {
			case err != nil:
				t.Fatal(err)
			case n == len(want):
				t.Fatalf("%+v after all", e)
			case e != want[n]:
				t.Fatalf("event %d: %+v, expected %+v", n, e, want[n])
			}
			n++
		}
		if n != len(want) || n == 0 {
			t.Errorf("%d events, expected %d", n, len(want))
		}
	}
}

func TestEventsOfATaskAreToldAndCanEndEarly(t *testing.T) {
	tr := open(t, tracetest.Spec{Processes: []string{taskEvents}})
	var got []string
	q := query.Query{Tasks: []string{"3"}, Depth: 1}
	for e, err := range q.Events(t.Context(), tr) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Task != 3 || e.Depth != 1 {
			t.Errorf("unexpected %+v", e)
		}
		if got = append(got, e.Kind.String()+" "+e.Code.Qualname); len(got) == 3 {
			break
		}
	}
	compare(t, got, []string{"call fetch", "line fetch", "yield fetch"})
}

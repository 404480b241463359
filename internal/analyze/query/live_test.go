package query_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/internal/wire"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// TestLiveEventsAreThoseOfEvents gives the events of random programs one by one.
func TestLiveEventsAreThoseOfEvents(t *testing.T) {
	some := 0
	for i := range 12 {
		rnd := rand.New(rand.NewPCG(uint64(i), 3))
		r := tracetest.Random{Events: 2000, Codes: 8, Threads: 1 + i%3, Deep: i%5 == 4}
		tr := open(t, tracetest.Spec{Processes: []string{r.Text(rnd)}})
		for _, q := range []query.Query{
			{}, {Depth: 1}, {Depth: 4}, {MinDuration: 1}, {MinDuration: 300}, {MinDuration: 20_000}, {MinDuration: 1 << 60},
			{Depth: 3, MinDuration: 2000}, {ThreadNames: []string{"nobody"}},
		} {
			want := perThread(t, tr, q.Events(t.Context(), tr))
			got := live(t, tr, &q, merged(t, tr))
			if len(got) > 10 && len(got) < 1000 {
				some++
			}
			for th := range tr.Processes()[0].Threads {
				compareEvents(t, fmt.Sprintf("program %d, %+v", i, q), tr.Processes()[0].Threads[th], got, want)
			}
		}
	}
	if some < 30 {
		t.Errorf("%d queries leave out a part", some)
	}
}

func perThread(t *testing.T, tr *trace.Trace, events func(func(trace.ThreadEvent, error) bool)) (all []trace.ThreadEvent) {
	t.Helper()
	for e, err := range events {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// live gives events one by one, and in the end the time of the last.
func live(t *testing.T, tr *trace.Trace, q *query.Query, events []trace.ThreadEvent) (all []trace.ThreadEvent) {
	t.Helper()
	l := query.NewLive(q)
	keep := func(e trace.ThreadEvent) error {
		all = append(all, e)
		return nil
	}
	ends := map[*trace.Thread]int64{}
	for _, e := range events {
		if err := l.Next(e, keep); err != nil {
			t.Fatal(err)
		}
		ends[e.Thread] = e.At
	}
	return all
}

func compareEvents(t *testing.T, name string, th *trace.Thread, got, want []trace.ThreadEvent) {
	t.Helper()
	of := func(list []trace.ThreadEvent) []trace.ThreadEvent {
		return slices.DeleteFunc(slices.Clone(list), func(e trace.ThreadEvent) bool { return e.Thread != th })
	}
	got, want = of(got), of(want)
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("%s: event %d is %+v (%s), expected %+v (%s)", name, i, got[i].Event, got[i].Kind, want[i].Event, want[i].Kind)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %d events, expected %d", name, len(got), len(want))
	}
}

// TestLiveEventsOfTasks asks for them as they come.
func TestLiveEventsOfTasks(t *testing.T) {
	tr := open(t, tracetest.Spec{Processes: []string{taskEvents}})
	for _, q := range []query.Query{
		{Tasks: []string{"3"}}, {Tasks: []string{"fetch"}}, {Tasks: []string{"*"}}, {Tasks: []string{"3"}, Depth: 1}, {Tasks: []string{"nothing"}}, {Tasks: []string{"3"}, MinDuration: 2},
	} {
		want := perThread(t, tr, q.Events(t.Context(), tr))
		got := live(t, tr, &q, perThread(t, tr, (&query.Query{}).Events(t.Context(), tr)))
		compareEvents(t, fmt.Sprintf("%+v", q), tr.Processes()[0].Threads[0], got, want)
	}
}

// TestLiveWaitsUntilItIsKnown has a call of 5 ns, and one that goes on.
func TestLiveWaitsUntilItIsKnown(t *testing.T) {
	tr := open(t, tracetest.Spec{Processes: []string{taskEvents}})
	th := tr.Processes()[0].Threads[0]
	a, b := tr.Processes()[0].Codes[0], tr.Processes()[0].Codes[1]
	event := func(at int64, k wire.Kind, c *trace.Code, depth int) trace.ThreadEvent {
		return trace.ThreadEvent{Thread: th, Event: trace.Event{At: at, Kind: k, Code: c, Depth: depth}}
	}
	var got []string
	keep := func(e trace.ThreadEvent) error {
		got = append(got, fmt.Sprint(e.At, " ", e.Kind))
		return nil
	}
	l := query.NewLive(&query.Query{MinDuration: 10})
	step := func(what string, err error, want ...string) {
		t.Helper()
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %q, expected %q", what, err, got, want)
		}
		got = nil
	}
	step("a line of a call that nobody saw beginning", l.Next(event(0, wire.Line, a, 1), keep), "0 line")
	step("a call", l.Next(event(1, wire.Call, a, 2), keep))
	step("a call in it", l.Next(event(2, wire.Call, b, 3), keep))
	step("events are lost", l.Next(event(3, wire.Mark, nil, 3), keep))
	step("it ends", l.Next(event(7, wire.Return, b, 3), keep))
	step("a line", l.Next(event(8, wire.Line, a, 2), keep))
	step("time", l.Reach(10, keep))
	step("more of it", l.Reach(11, keep), "1 call", "3 mark", "8 line")
	step("the end", l.Next(event(12, wire.Return, a, 2), keep), "12 return")
	failed := errors.New("failed")
	if err := l.Next(event(13, wire.Line, a, 1), func(trace.ThreadEvent) error { return failed }); err != failed {
		t.Errorf("%v, expected %v", err, failed)
	}
}

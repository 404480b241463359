package query_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// summable are traces of programs of all kinds; some have several parts a thread.
func summable(t *testing.T) (traces []*trace.Trace) {
	for i, r := range []tracetest.Random{
		{Events: 400, Codes: 6, Threads: 2},
		{Events: 20_000, Codes: 15},
		{Events: 20_000, Codes: 15, Gaps: true},
		{Events: 15_000, Codes: 9, Deep: true},
		{Events: 900_000, Codes: 30, SlotSize: 1 << 16},
	} {
		traces = append(traces, open(t, tracetest.Spec{Processes: []string{r.Text(rand.New(rand.NewPCG(uint64(i), 7)))}, Compact: i%2 == 0}))
	}
	return traces
}

// TestSumsOfPartsAreThoseOfTheThread asks for all, in a way for which each event is looked
// at. Over a window the activations that are cut are told more of.
func TestSumsOfPartsAreThoseOfTheThread(t *testing.T) {
	parts := 0
	for i, tr := range summable(t) {
		end := tr.Info().DurationNS
		for _, w := range []trace.Window{{}, {From: end / 3, To: end / 2}, {From: 1, To: end * 9 / 10}} {
			q := query.Query{Window: w, Depth: 1 << 30}
			sums, err := q.Sums(t.Context(), tr, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, th := range tr.Processes()[0].Threads {
				parts = max(parts, len(q.Parts(th)))
				want, err := th.Sum(w)
				if err != nil {
					t.Fatal(err)
				}
				got := sums[th]
				if got.Events > want.Events || got.Events < want.Events*9/10 {
					t.Errorf("%d events, expected %d or, without those of no frame, somewhat less", got.Events, want.Events)
				}
				want.Events = got.Events
				if !w.All() {
					want.Start, want.End = got.Start, got.End
					sameExtremes(t, want, got)
				}
				compareSums(t, fmt.Sprintf("program %d, %+v", i, w), got, want)
			}
		}
	}
	if parts < 2 {
		t.Errorf("%d parts, expected several", parts)
	}
}

// sameExtremes makes the extremes of want those of got, which knows of more activations.
func sameExtremes(t *testing.T, want, got *trace.Sums) {
	t.Helper()
	for i := range want.Functions {
		w := &want.Functions[i]
		for _, g := range got.Functions {
			if g.Function != w.Function {
				continue
			}
			if g.Max < w.Max {
				t.Errorf("an activation of %d ticks, expected %d", g.Max, w.Max)
			}
			w.Min, w.MinCost, w.Max, w.MaxCost = g.Min, g.MinCost, g.Max, g.MaxCost
		}
	}
}

func compareSums(t *testing.T, name string, got, want *trace.Sums) {
	t.Helper()
	g, w := reflect.ValueOf(*got), reflect.ValueOf(*want)
	for i := range g.NumField() {
		field := g.Type().Field(i).Name
		switch {
		case field == "Detail": // is for drawing
			continue
		case g.Field(i).Kind() != reflect.Slice:
			if !g.Field(i).Equal(w.Field(i)) {
				t.Errorf("%s: %s is %v, expected %v", name, field, g.Field(i), w.Field(i))
			}
			continue
		}
		if g.Field(i).Len() != w.Field(i).Len() {
			t.Errorf("%s: %d %s, expected %d", name, g.Field(i).Len(), field, w.Field(i).Len())
			continue
		}
		for j := range g.Field(i).Len() {
			if !g.Field(i).Index(j).Equal(w.Field(i).Index(j)) {
				t.Errorf("%s: %s are %+v, expected %+v", name, field, g.Field(i).Index(j), w.Field(i).Index(j))
				break
			}
		}
	}
}

// TestSumsAreOfWhatIsAskedFor adds what a replay tells up event by event.
func TestSumsAreOfWhatIsAskedFor(t *testing.T) {
	for i, tr := range summable(t)[:4] {
		end := tr.Info().DurationNS
		for _, q := range []query.Query{
			{Depth: 2}, {Depth: 1, Window: trace.Window{From: end / 4, To: end / 2}}, {MinDuration: 300}, {Filter: modules(t, "app", "")}, {Tasks: []string{"none"}},
		} {
			sums, err := q.Sums(t.Context(), tr, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, th := range tr.Processes()[0].Threads {
				var all recorder
				if err := q.Replay(th, &all); err != nil {
					t.Fatal(err)
				}
				calls, self, hits := map[string]uint64{}, map[string]int64{}, uint64(0)
				depth, last := []*trace.Code(nil), trace.Moment{}
				for _, e := range all.list {
					if n := len(depth); n > 0 {
						self[depth[n-1].Module+depth[n-1].Qualname] += e.m.At - last.At
					}
					if e.what != "frame" {
						last = e.m
					}
					switch e.what {
					case "frame", "open":
						depth = append(depth, e.code)
						if e.what == "open" && e.kind.String() == "call" {
							calls[e.code.Module+e.code.Qualname]++
						}
					case "close":
						depth = depth[:len(depth)-1]
					case "line":
						hits++
					}
					if e.what == "frame" {
						last = all.list[0].m
					}
				}
				s := sums[th]
				gotCalls, gotSelf, gotHits := map[string]uint64{}, map[string]int64{}, uint64(0)
				name := func(c *trace.Code) string { return c.Module + c.Qualname }
				for _, f := range s.Functions {
					if f.Calls > 0 {
						gotCalls[name(th.Process.Code(f.Function))] += f.Calls
					}
				}
				for _, l := range s.Lines {
					gotHits += l.Hits
					gotSelf[name(th.Process.Code(l.Of))] += int64(l.Self)
				}
				drop(self)
				drop(gotSelf)
				if !reflect.DeepEqual(gotCalls, calls) || gotHits != hits || !reflect.DeepEqual(gotSelf, self) {
					t.Errorf("program %d, %+v: %v calls, %d hits, self %v; expected %v, %d, %v", i, q, gotCalls, gotHits, gotSelf, calls, hits, self)
				}
			}
		}
	}
}

// drop takes those without a value out.
func drop(m map[string]int64) {
	for k, v := range m {
		if v == 0 {
			delete(m, k)
		}
	}
}

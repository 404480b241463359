package rounding

import (
	"math/rand/v2"
	"testing"

	"tracer/trace"
	"tracer/trace/tracetest"
)

// process has a clock of three ticks for two ns.
func process(t *testing.T) *trace.Process {
	t.Helper()
	tr, err := trace.Open(tracetest.Text(t, "process pid=1 clock-kind=tsc tick-hz=1500000000\ninterpreter\n"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tr.Close() })
	return tr.Processes()[0]
}

// TestShare gives what rounding takes from the parts to the longest.
func TestShare(t *testing.T) {
	p := process(t)
	tick := int64(trace.CostUnit)
	for what, c := range map[string]struct {
		whole Time
		parts []Sum
		want  []Time
	}{
		"nothing":                         {Time{}, nil, []Time{}},
		"one":                             {Time{NS: 6, RawNS: 6}, []Sum{{Ticks: 10}}, []Time{{6, 6}}},
		"a part more":                     {Time{NS: 7, RawNS: 7}, []Sum{{Ticks: 10}}, []Time{{7, 7}}},
		"the longest":                     {Time{NS: 13, RawNS: 13}, []Sum{{Ticks: 5}, {Ticks: 10}, {Ticks: 5}}, []Time{{3, 3}, {7, 7}, {3, 3}}},
		"of equals the first":             {Time{NS: 10, RawNS: 10}, []Sum{{Ticks: 5}, {Ticks: 5}, {Ticks: 5}}, []Time{{4, 4}, {3, 3}, {3, 3}}},
		"nothing gets nothing":            {Time{NS: 8, RawNS: 8}, []Sum{{}, {Ticks: 5}, {}}, []Time{{}, {8, 8}, {}}},
		"less than the parts":             {Time{NS: 5, RawNS: 5}, []Sum{{Ticks: 4}, {Ticks: 7}}, []Time{{2, 2}, {3, 3}}},
		"costs":                           {Time{NS: 2, RawNS: 6}, []Sum{{Ticks: 3, Cost: 3 * tick}, {Ticks: 6, Cost: 3 * tick}}, []Time{{0, 2}, {2, 4}}},
		"costs that are more than a time": {Time{NS: -2, RawNS: 2}, []Sum{{Ticks: 3, Cost: 6 * tick}}, []Time{{-2, 2}}},
	} {
		got := Share(p, c.whole, c.parts, nil)
		if len(got) != len(c.want) {
			t.Fatalf("%s: %v, expected %v", what, got, c.want)
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: %v, expected %v", what, got, c.want)
			}
		}
	}
}

// TestShareAddsUp shares out random wholes: all is there, and no part is more than 1 ns from
// what it is, or from what an equal part gets.
func TestShareAddsUp(t *testing.T) {
	p := process(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		parts := make([]Sum, 1+rnd.IntN(50))
		var all Sum
		for i := range parts {
			parts[i] = Sum{1 + rnd.Uint64N(40), rnd.Int64N(10_000) - 2000}
			all.Ticks += parts[i].Ticks
			all.Cost += parts[i].Cost
		}
		whole := Time{NS: p.Corrected(all.Ticks, all.Cost), RawNS: p.Span(all.Ticks)}
		var sum Time
		for i, got := range Share(p, whole, parts, func(a, b int) int { return b - a }) {
			sum.Add(got)
			want := Time{NS: p.Corrected(parts[i].Ticks, parts[i].Cost), RawNS: p.Span(parts[i].Ticks)}
			if off := got.RawNS - want.RawNS; off < 0 || off > 1 {
				t.Fatalf("%+v is %v, expected %v", parts[i], got, want)
			}
			if off := got.NS - want.NS; off < -1 || off > 2 {
				t.Fatalf("%+v is %v, expected %v", parts[i], got, want)
			}
		}
		if sum != whole {
			t.Fatalf("%v in all, expected %v", sum, whole)
		}
	}
}

// Package rounding turns what was added up in ticks and units of costs into ns, so that
// sums hold in ns too: the parts of a whole add up to it, to the ns. Analyses that show the
// same numbers share it, and so agree.
package rounding

import (
	"cmp"
	"slices"

	"tracer/trace"
)

// Time is a time in ns: corrected, and as recorded.
type Time struct {
	NS    int64 `json:"ns"`
	RawNS int64 `json:"raw_ns"`
}

// Add adds o.
func (t *Time) Add(o Time) {
	t.NS += o.NS
	t.RawNS += o.RawNS
}

// Sum is what a row adds up to, on a process's clock.
type Sum struct {
	Ticks uint64
	Cost  int64 // in trace.CostUnit-ths of a tick
}

// Share returns the times of the parts of a whole. Each is its ticks, rounded down, less
// its cost, rounded likewise; what is then left of the whole is shared out one by one
// among the parts that are more than nothing, the longest first. Where several are as
// long, the one that compare puts first is; without compare, the first.
func Share(p *trace.Process, whole Time, parts []Sum, compare func(a, b int) int) []Time {
	raw, cost := make([]int64, len(parts)), make([]int64, len(parts))
	order := make([]int, 0, len(parts))
	rawLeft, costLeft := whole.RawNS, whole.RawNS-whole.NS
	for i, s := range parts {
		if s == (Sum{}) {
			continue
		}
		raw[i], cost[i] = p.Span(s.Ticks), p.CostNS(s.Cost)
		order = append(order, i)
		rawLeft -= raw[i]
		costLeft -= cost[i]
	}
	if compare == nil {
		compare = func(a, b int) int { return cmp.Compare(a, b) }
	}
	if rawLeft != 0 || costLeft != 0 {
		slices.SortFunc(order, func(a, b int) int {
			return cmp.Or(cmp.Compare(parts[b].Ticks, parts[a].Ticks), compare(a, b))
		})
		shareOut(raw, order, rawLeft)
		shareOut(cost, order, costLeft)
	}
	times := make([]Time, len(parts))
	for i := range times {
		times[i] = Time{NS: raw[i] - cost[i], RawNS: raw[i]}
	}
	return times
}

// shareOut shares out what is left, which may be less than nothing, one by one.
func shareOut(values []int64, order []int, left int64) {
	if len(order) == 0 {
		return
	}
	each, rest := left/int64(len(order)), left%int64(len(order))
	for n, i := range order {
		values[i] += each
		switch {
		case int64(n) < rest:
			values[i]++
		case int64(n) < -rest:
			values[i]--
		}
	}
}

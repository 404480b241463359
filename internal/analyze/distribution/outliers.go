package distribution

import (
	"cmp"
	"slices"
)

// Outlier is a function with calls that took far longer than most of its calls.
type Outlier struct {
	*Row
	Calls []*Call `json:"calls"` // the longest first
	// ExcessNS is by how much these took longer than the median, all together.
	ExcessNS int64 `json:"excess_ns"`
}

const (
	// An outlier takes so many times what 90 % of the calls take at most, of so many calls.
	far, enough = 3, 10
	// A call that has an outlier in it, which makes up for so much of what it took longer, is
	// none itself.
	explained = .8
)

// Outliers returns the functions of which the Worst calls have outliers, by corrected or raw
// times: the ones that lost the most time by them first. What called an outlier took long, too, but
// is none.
func (d *Distribution) Outliers(raw bool) []Outlier {
	var list []Outlier
	var calls []*Call
	excess := map[*Call]int64{}
	for i := range d.Functions {
		r := &d.Functions[i]
		p50, p90 := r.P50NS, r.P90NS
		if raw {
			p50, p90 = r.RawP50NS, r.RawP90NS
		}
		o := Outlier{Row: r}
		for j := range r.Worst {
			c := &r.Worst[j]
			if took := c.time(raw); r.Samples >= enough && took > far*max(p90, 0) {
				o.Calls = append(o.Calls, c)
				excess[c] = took - max(p50, 0)
			}
		}
		calls = append(calls, o.Calls...)
		list = append(list, o)
	}
	within := containing(calls, excess)
	for i := range list {
		o := &list[i]
		o.Calls = slices.DeleteFunc(o.Calls, func(c *Call) bool { return within[c] })
		for _, c := range o.Calls {
			o.ExcessNS += excess[c]
		}
	}
	list = slices.DeleteFunc(list, func(o Outlier) bool { return len(o.Calls) == 0 })
	slices.SortStableFunc(list, func(a, b Outlier) int { return cmp.Compare(b.ExcessNS, a.ExcessNS) })
	return list
}

func (c *Call) time(raw bool) int64 {
	if raw {
		return c.RawNS
	}
	return c.TimeNS
}

// containing returns the calls that took long because another of them, in them, did.
func containing(calls []*Call, excess map[*Call]int64) map[*Call]bool {
	slices.SortStableFunc(calls, func(a, b *Call) int {
		return cmp.Or(cmp.Compare(a.PID, b.PID), cmp.Compare(a.TID, b.TID), cmp.Compare(a.begun, b.begun), cmp.Compare(b.ended, a.ended), cmp.Compare(a.depth, b.depth))
	})
	within := map[*Call]bool{}
	var open []*Call // those around the one at hand
	for _, c := range calls {
		for n := len(open); n > 0 && (open[n-1].thread != c.thread || open[n-1].ended < c.ended || open[n-1].depth >= c.depth); n-- {
			open = open[:n-1]
		}
		for _, around := range open {
			if float64(excess[c]) >= explained*float64(excess[around]) {
				within[around] = true
			}
		}
		open = append(open, c)
	}
	return within
}

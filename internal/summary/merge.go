package summary

import (
	"cmp"
)

// Extend adds a summary of what came next in the same thread.
func (s *Summary) Extend(o *Summary) {
	s.Add(o)
	s.Detail.extend(&o.Detail)
}

// Add adds the sums of another thread, or of another time: all but the detail. The time
// from Start to End is then that of both, with what lies between.
func (s *Summary) Add(o *Summary) {
	s.Start, s.End = min(s.Start, o.Start), max(s.End, o.End)
	s.Events += o.Events
	s.Gaps += o.Gaps
	s.Lost += o.Lost
	s.Outside += o.Outside
	s.OutsideCost += o.OutsideCost
	s.Lines = join(s.Lines, o.Lines, (*Line).compare, (*Line).add)
	s.Overlaps = join(s.Overlaps, o.Overlaps, (*Overlap).compare, (*Overlap).add)
	s.Functions = join(s.Functions, o.Functions, (*Function).compare, (*Function).add)
	s.Modules = join(s.Modules, o.Modules, (*Group).compare, (*Group).add)
	s.Files = join(s.Files, o.Files, (*Group).compare, (*Group).add)
	s.Contexts = join(s.Contexts, o.Contexts, (*Context).compare, (*Context).add)
}

// join merges two sorted lists. Rows that both have become one.
func join[T any](a, b []T, compare func(*T, *T) int, add func(*T, *T)) []T {
	if len(b) == 0 {
		return a
	}
	all := make([]T, 0, max(len(a), len(b))+min(len(a), len(b))/4)
	for len(a) > 0 && len(b) > 0 {
		switch order := compare(&a[0], &b[0]); {
		case order < 0:
			all, a = append(all, a[0]), a[1:]
		case order > 0:
			all, b = append(all, b[0]), b[1:]
		default:
			row := a[0]
			add(&row, &b[0])
			all, a, b = append(all, row), a[1:], b[1:]
		}
	}
	return append(append(all, a...), b...)
}

func (k LineKey) compare(o LineKey) int {
	if order := cmp.Compare(k.Of, o.Of); order != 0 {
		return order
	}
	return cmp.Compare(k.Line, o.Line)
}

func (l *Line) compare(o *Line) int         { return l.LineKey.compare(o.LineKey) }
func (l *Overlap) compare(o *Overlap) int   { return l.LineKey.compare(o.LineKey) }
func (f *Function) compare(o *Function) int { return cmp.Compare(f.Function, o.Function) }
func (g *Group) compare(o *Group) int       { return cmp.Compare(g.Of, o.Of) }
func (c *Context) compare(o *Context) int   { return cmp.Compare(c.Number, o.Number) }

func (l *Line) add(o *Line) {
	l.Hits += o.Hits
	l.Self += o.Self
	l.Below += o.Below
	l.Cost += o.Cost
	l.BelowCost += o.BelowCost
}

func (l *Overlap) add(o *Overlap) {
	l.Ticks += o.Ticks
	l.Cost += o.Cost
}

func (f *Function) add(o *Function) {
	f.Calls += o.Calls
	f.Total += o.Total
	f.Cost += o.Cost
	if o.Min < f.Min || o.Min == f.Min && o.MinCost > f.MinCost {
		f.Min, f.MinCost = o.Min, o.MinCost
	}
	if o.Max > f.Max || o.Max == f.Max && o.MaxCost < f.MaxCost {
		f.Max, f.MaxCost = o.Max, o.MaxCost
	}
}

func (g *Group) add(o *Group) {
	g.Total += o.Total
	g.Cost += o.Cost
}

func (c *Context) add(o *Context) {
	c.Calls += o.Calls
	c.Self += o.Self
	c.Cost += o.Cost
}

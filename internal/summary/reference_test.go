package summary

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"tracer/internal/names"
	"tracer/internal/replay"
	"tracer/internal/wire"
)

// reference is the definitions in the package's documentation, word by word: it looks
// at all open frames after each step. It is a replay.Visitor.
type reference struct {
	set   *names.Set
	rows  map[*names.Code]Row
	stack []refFrame

	costs       names.Costs // at the latest pace
	start, last int64
	gaps, lost  uint64
	outside     uint64
	outsideCost int64
	lines       map[LineKey]*Line
	fileBelow   map[LineKey]*Overlap
	functions   map[wire.Location]*Function
	modules     map[wire.Location]*Group
	files       map[wire.Location]*Group
	contexts    map[string]*Context
	moments     []moment

	// When the frame was opened that the latest event, a call, has opened.
	called *int64
}

type refFrame struct {
	code    *names.Code
	loc     wire.Location
	entered int64
	adopted bool
	context string
	cost    int64 // of the events since it was opened
}

// moment is an event with the open frames before and after it.
type moment struct {
	at            int64
	before, after []refFrame
	counts        bool
}

func newReference(set *names.Set) *reference {
	r := &reference{set: set, rows: rowsOf(set), costs: set.Costs}
	r.reset(0)
	return r
}

func (r *reference) reset(at int64) {
	*r = reference{
		set: r.set, costs: r.costs, rows: r.rows, stack: r.stack, start: at, last: at, called: r.called,
		lines: map[LineKey]*Line{}, fileBelow: map[LineKey]*Overlap{}, functions: map[wire.Location]*Function{},
		modules: map[wire.Location]*Group{}, files: map[wire.Location]*Group{}, contexts: map[string]*Context{},
		moments: []moment{{at: at, before: slices.Clone(r.stack), after: slices.Clone(r.stack)}},
	}
}

func get[K comparable, V any](m map[K]*V, k K) *V {
	if m[k] == nil {
		m[k] = new(V)
	}
	return m[k]
}

// rowsOf looks for the first code object that is like each.
func rowsOf(set *names.Set) map[*names.Code]Row {
	first := func(like func(o *names.Code) bool) wire.Location {
		return set.Codes()[slices.IndexFunc(set.Codes(), like)].Base
	}
	rows := map[*names.Code]Row{}
	for _, c := range set.Codes() {
		rows[c] = Row{
			Function: first(func(o *names.Code) bool {
				return o.Module == c.Module && o.Qualname == c.Qualname && o.File.Label() == c.File.Label() && o.FirstLine == c.FirstLine
			}),
			Module: first(func(o *names.Code) bool { return o.Module == c.Module }),
			File:   first(func(o *names.Code) bool { return o.File.Label() == c.File.Label() }),
		}
	}
	return rows
}

func (r *reference) function(c *names.Code) wire.Location { return r.rows[c].Function }
func (r *reference) module(c *names.Code) wire.Location   { return r.rows[c].Module }
func (r *reference) file(c *names.Code) wire.Location     { return r.rows[c].File }

func (r *reference) row(f refFrame) LineKey {
	return LineKey{r.function(f.code), uint32(f.code.Line(f.loc))}
}

func (r *reference) fileRow(f refFrame) LineKey {
	return LineKey{r.file(f.code), uint32(f.code.Line(f.loc))}
}

// spend charges the time since the last step.
func (r *reference) spend(at int64) {
	ticks := uint64(at - r.last)
	r.last = at
	r.charge(ticks, 0)
}

// charge charges time, or the cost of an event, to what is open now.
func (r *reference) charge(ticks uint64, cost int64) {
	if len(r.stack) == 0 {
		r.outside += ticks
		r.outsideCost += cost
		c := get(r.contexts, "")
		c.Self, c.Cost = c.Self+ticks, c.Cost+cost
		return
	}
	rows, fileRows := map[LineKey]bool{}, map[LineKey]bool{}
	functions, modules, files := map[wire.Location]bool{}, map[wire.Location]bool{}, map[wire.Location]bool{}
	for i, f := range r.stack {
		rows[r.row(f)], fileRows[r.fileRow(f)] = true, true
		functions[r.function(f.code)], modules[r.module(f.code)], files[r.file(f.code)] = true, true, true
		r.stack[i].cost += cost
	}
	top := r.stack[len(r.stack)-1]
	delete(rows, r.row(top))
	delete(fileRows, r.fileRow(top))
	l, c := get(r.lines, r.row(top)), get(r.contexts, top.context)
	l.Self, l.Cost = l.Self+ticks, l.Cost+cost
	c.Self, c.Cost = c.Self+ticks, c.Cost+cost
	for k := range rows {
		l := get(r.lines, k)
		l.Below, l.BelowCost = l.Below+ticks, l.BelowCost+cost
	}
	for k := range fileRows {
		o := get(r.fileBelow, k)
		o.Ticks, o.Cost = o.Ticks+ticks, o.Cost+cost
	}
	for k := range functions {
		f := r.met(k)
		f.Total, f.Cost = f.Total+ticks, f.Cost+cost
	}
	for k := range modules {
		g := get(r.modules, k)
		g.Total, g.Cost = g.Total+ticks, g.Cost+cost
	}
	for k := range files {
		g := get(r.files, k)
		g.Total, g.Cost = g.Total+ticks, g.Cost+cost
	}
}

func (r *reference) met(function wire.Location) *Function {
	if r.functions[function] == nil {
		r.functions[function] = &Function{Min: NoMin}
	}
	return r.functions[function]
}

func (r *reference) step(at int64, counts bool, change func()) {
	r.spend(at)
	before := slices.Clone(r.stack)
	change()
	r.moments = append(r.moments, moment{at, before, slices.Clone(r.stack), counts})
}

func (r *reference) Begin(at int64) { r.reset(at) }

func (r *reference) End(at int64) { r.spend(at) }

func (r *reference) Gap(_ int64, lost uint64) { r.gaps, r.lost = r.gaps+1, r.lost+lost }

func (r *reference) Own(_ int64, ticks uint64) { r.charge(0, 256*int64(ticks)) }

func (r *reference) Pace(_ int64, ticks uint64) { r.costs = r.set.Costs.At(r.set.Costs.PaceOf(ticks)) }

func (r *reference) Line(at int64, loc wire.Location) {
	r.step(at, true, func() {
		cost := int64(r.costs.After[wire.Line])
		if r.called != nil && *r.called == at {
			cost = int64(r.costs.First)
			r.charge(0, -int64(r.costs.After[wire.Call]))
		}
		r.called = nil
		top := &r.stack[len(r.stack)-1]
		top.loc = loc
		get(r.lines, r.row(*top)).Hits++
		r.charge(0, cost)
	})
}

func (r *reference) Open(at int64, c *names.Code, loc wire.Location, k wire.Kind) {
	r.step(at, k != replay.Adopted, func() {
		before, after := r.prices(k)
		r.charge(0, before)
		f := refFrame{code: c, loc: loc, entered: at, adopted: k == replay.Adopted}
		caller := refFrame{}
		if n := len(r.stack); n > 0 {
			caller = r.stack[n-1]
		}
		f.context = fmt.Sprintf("%s/%d:%d", caller.context, caller.loc, c.Base)
		for _, o := range r.stack {
			if o.code == c {
				f.context = o.context
			}
		}
		r.stack = append(r.stack, f)
		if k == wire.Call {
			r.met(r.function(c)).Calls++
			get(r.contexts, f.context).Calls++
		}
		r.charge(0, after)
		if r.called = nil; k == wire.Call || k == replay.Adopted && loc == c.Base {
			r.called = &at
		}
	})
}

// prices returns what an event costs that opens or closes a frame.
func (r *reference) prices(k wire.Kind) (before, after int64) {
	if k == replay.Adopted || k == replay.Implied {
		return 0, 0
	}
	return int64(r.costs.Before[k]), int64(r.costs.After[k])
}

func (r *reference) Close(at int64, k wire.Kind) {
	r.step(at, k != replay.Implied, func() {
		before, after := r.prices(k)
		r.charge(0, before)
		f := r.stack[len(r.stack)-1]
		r.stack = r.stack[:len(r.stack)-1]
		took := uint64(at - f.entered)
		sum := r.met(r.function(f.code))
		if took > sum.Max || took == sum.Max && f.cost < sum.MaxCost {
			sum.Max, sum.MaxCost = took, f.cost
		}
		if whole := !f.adopted && k != replay.Implied; whole && (took < sum.Min || took == sum.Min && f.cost > sum.MinCost) {
			sum.Min, sum.MinCost = took, f.cost
		}
		r.charge(0, after)
		r.called = nil
	})
}

// cut returns the summary of all since the last cut. Contexts are named by tree.
func (r *reference) cut(at int64, tree *Contexts) *Summary {
	r.spend(at)
	s := &Summary{Start: r.start, End: at, Gaps: r.gaps, Lost: r.lost, Outside: r.outside, OutsideCost: r.outsideCost}
	overlaps := map[LineKey]*Overlap{}
	for k, l := range r.lines {
		l.LineKey = k
		file := LineKey{r.file(r.set.Code(k.Of)), k.Line}
		get(overlaps, file).add(&Overlap{Ticks: l.Below, Cost: l.BelowCost})
	}
	for k, below := range r.fileBelow {
		get(overlaps, k).add(&Overlap{Ticks: -below.Ticks, Cost: -below.Cost})
	}
	for k, o := range overlaps {
		o.LineKey = k
	}
	s.Overlaps = list(overlaps, func(o Overlap) bool { return o.Ticks == 0 && o.Cost == 0 })
	for k, f := range r.functions {
		f.Function = k
	}
	s.Lines = list(r.lines, func(l Line) bool { return l == Line{LineKey: l.LineKey} })
	s.Functions = list(r.functions, func(f Function) bool { return f == Function{Function: f.Function, Min: NoMin} })
	s.Modules, s.Files = groupsOf(r.modules), groupsOf(r.files)
	numbers := paths(tree)
	for path, c := range r.contexts {
		c.Number = numbers[path]
	}
	s.Contexts = list(r.contexts, func(c Context) bool { return c == Context{Number: c.Number} })
	s.Detail = detail(r.moments, at)
	slices.SortFunc(s.Lines, func(a, b Line) int { return a.compare(&b) })
	slices.SortFunc(s.Overlaps, func(a, b Overlap) int { return a.compare(&b) })
	slices.SortFunc(s.Functions, func(a, b Function) int { return a.compare(&b) })
	slices.SortFunc(s.Contexts, func(a, b Context) int { return a.compare(&b) })
	r.reset(at)
	return s
}

func list[K comparable, V any](m map[K]*V, empty func(V) bool) (rows []V) {
	for v := range maps.Values(m) {
		if !empty(*v) {
			rows = append(rows, *v)
		}
	}
	return rows
}

func groupsOf(m map[wire.Location]*Group) []Group {
	for k, g := range m {
		g.Of = k
	}
	groups := list(m, func(g Group) bool { return g == Group{Of: g.Of} })
	slices.SortFunc(groups, func(a, b Group) int { return cmp.Compare(a.Of, b.Of) })
	return groups
}

// paths returns the numbers of contexts by the way to them from the root.
func paths(tree *Contexts) map[string]uint32 {
	numbers := map[string]uint32{"": 0}
	names := []string{""}
	for i := 1; i < tree.Len(); i++ {
		c := tree.At(i)
		path := fmt.Sprintf("%s/%d:%d", names[c.Parent], c.Site, c.Code)
		names = append(names, path)
		numbers[path] = uint32(i)
	}
	return numbers
}

// detail looks at all moments for each bucket.
func detail(moments []moment, end int64) Detail {
	d := Detail{Shift: minShift}
	for moments[len(moments)-1].at>>d.Shift-moments[0].at>>d.Shift >= MaxBuckets {
		d.Shift++
	}
	for n := moments[0].at >> d.Shift; n <= moments[len(moments)-1].at>>d.Shift; n++ {
		b := Bucket{Number: n}
		found := false
		for i, m := range moments {
			if m.at>>d.Shift != n {
				continue
			}
			b.Depth = max(b.Depth, uint32(len(m.before)), uint32(len(m.after)))
			if m.counts {
				b.Events++
			}
			until := end
			if i+1 < len(moments) {
				until = moments[i+1].at
			}
			if took := uint64(until - m.at); !found || took > b.Ticks {
				b.At, b.Ticks, b.Open, b.Stack = m.at, took, uint32(len(m.after)), stackOf(m.after)
			}
			found = true
		}
		if found {
			d.Buckets = append(d.Buckets, b)
		}
	}
	return d
}

func stackOf(frames []refFrame) (stack []wire.Location) {
	for i, f := range frames {
		if i < MaxStack || i == len(frames)-1 {
			stack = append(stack, f.loc)
		}
	}
	return stack
}

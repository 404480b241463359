package calls

import (
	"cmp"
	"maps"
	"slices"

	"tracer/internal/analyze/rounding"
	"tracer/trace"
)

// table has the sums of a process, in ticks.
type table struct {
	process   *trace.Process
	all       *totals
	numbers   []int32 // of functions, by Code.Index
	unknown   int32
	functions map[int32]*function
	lines     map[rowKey]*row
	edges     map[linkKey]*edge
	threads   map[*trace.Thread]*whole
}

// whole is what a thread took in all, in ticks, and what its rows cost.
type whole struct{ ticks, outside, cost int64 }

func newTable(p *trace.Process, all *totals) *table {
	t := &table{process: p, all: all, functions: map[int32]*function{}, lines: map[rowKey]*row{}, edges: map[linkKey]*edge{}, threads: map[*trace.Thread]*whole{}}
	for _, c := range p.Codes {
		t.numbers = append(t.numbers, all.number(c))
	}
	t.unknown = all.number(&unknown)
	return t
}

// number is for several goroutines: all functions have their numbers before.
func (t *table) number(c *trace.Code) int32 {
	if c.Index < len(t.numbers) {
		return t.numbers[c.Index]
	}
	return t.unknown
}

// at returns what m has for a key, something new if there is nothing.
func at[K comparable, V any](m map[K]*V, key K) *V {
	v := m[key]
	if v == nil {
		v = new(V)
		m[key] = v
	}
	return v
}

// add adds a part of a thread of the process.
func (t *table) add(th *trace.Thread, c *counter) {
	w := at(t.threads, th)
	w.ticks += c.last.At - c.begin
	w.outside += c.outside
	number := func(here int32) int32 { return c.functions[here].number }
	for i := range c.functions {
		from := &c.functions[i]
		f := at(t.functions, from.number)
		f.counts.plus(from.counts)
		f.total.plus(from.total)
	}
	for i := range c.rows {
		from := &c.rows[i]
		r := at(t.lines, rowKey{number(from.function), from.line})
		r.own.plus(from.own)
		w.cost += from.own.cost
		r.total.plus(from.total)
	}
	for i := range c.edges[1:] {
		from := &c.edges[1+i]
		key := linkKey{callee: number(from.callee)}
		if c.byLine {
			caller := &c.rows[from.caller]
			key.caller, key.line = number(caller.function), caller.line
		} else {
			key.caller = number(from.caller)
		}
		e := at(t.edges, key)
		e.counts.plus(from.counts)
		e.own.plus(from.own)
		e.total.plus(from.total)
	}
}

// finish adds the process to the sums of all.
func (t *table) finish(raw bool) {
	cost := func(s spent, to *Cost) {
		to.NS += t.process.Span(uint64(s.ticks))
		if !raw {
			to.NS -= t.process.CostNS(s.cost)
		}
		to.Hits += s.hits
	}
	for n, from := range t.functions {
		f := t.all.functions[n]
		f.Calls += from.calls
		f.Entries += from.entries
		f.Primitive += from.primitive
		cost(from.total, &f.Total)
	}
	for key, own := range t.own() {
		from, l := t.lines[key], at(t.all.lines, key)
		l.Own.Hits += from.own.hits
		if l.Own.NS += own.NS; raw {
			l.Own.NS += own.RawNS - own.NS
		}
		cost(from.total, &l.Total)
	}
	for key, from := range t.edges {
		e := at(t.all.edges, key)
		e.Calls += from.calls
		e.Entries += from.entries
		e.Primitive += from.primitive
		cost(from.own, &e.Own)
		cost(from.total, &e.Total)
	}
}

// own returns the own times of lines, which add up to what the threads took in traced code.
func (t *table) own() map[rowKey]rounding.Time {
	var all rounding.Time
	for _, w := range t.threads {
		ns := t.process.Span(uint64(w.ticks)) - t.process.Span(uint64(w.outside))
		all.Add(rounding.Time{NS: ns - t.process.CostNS(w.cost), RawNS: ns})
	}
	keys := slices.SortedFunc(maps.Keys(t.lines), func(a, b rowKey) int {
		return cmp.Or(cmp.Compare(a.function, b.function), cmp.Compare(a.line, b.line))
	})
	sums := make([]rounding.Sum, len(keys))
	for i, key := range keys {
		own := t.lines[key].own
		sums[i] = rounding.Sum{Ticks: uint64(own.ticks), Cost: own.cost}
	}
	times := map[rowKey]rounding.Time{}
	for i, time := range rounding.Share(t.process, all, sums, nil) {
		times[keys[i]] = time
	}
	return times
}

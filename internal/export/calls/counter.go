package calls

import (
	"tracer/internal/wire"
	"tracer/trace"
)

// counter adds up a part of a thread. What an event meets for the first time in the part
// gets the next number; so memory is that of the code that ran in it.
type counter struct {
	table  *table
	byLine bool

	codes     []*code // by Code.Index
	rowOf     map[rowKey]int32
	edgeOf    map[edgeKey]int32
	known     map[int32]int32 // numbers here by those in the table
	rows      []row
	functions []function
	edges     []edge // from 1 on: 0 is the edge of what nothing has called

	frames  []frame
	outside int64 // ticks in no traced frame
	begin   int64
	last    trace.Moment // up to which rows are charged
	since   moment       // up to which the innermost frame's edge is
	hits    uint64
}

// moment is a point in a part, in ticks, units of cost, and hits.
type moment struct {
	at, cost int64
	hits     uint64
}

// spent is what lies between two moments.
type spent struct {
	ticks, cost int64
	hits        uint64
}

func (s *spent) add(from, to moment) {
	s.ticks += to.at - from.at
	s.cost += to.cost - from.cost
	s.hits += to.hits - from.hits
}

func (s *spent) plus(o spent) {
	s.ticks += o.ticks
	s.cost += o.cost
	s.hits += o.hits
}

// span is how long something was open at least once.
type span struct {
	open  int
	from  moment
	total spent
}

func (s *span) enter(m moment) (first bool) {
	if s.open++; s.open == 1 {
		s.from = m
		return true
	}
	return false
}

func (s *span) leave(m moment) {
	if s.open--; s.open == 0 {
		s.total.add(s.from, m)
	}
}

type rowKey struct{ function, line int32 }

type row struct {
	rowKey
	own spent
	span
	callee, edge int32 // the latest call, which often is the next one
}

type edgeKey struct{ caller, callee int32 } // a row or a function, and a function

type counts struct{ calls, entries, primitive uint64 }

func (c *counts) plus(o counts) {
	c.calls += o.calls
	c.entries += o.entries
	c.primitive += o.primitive
}

type function struct {
	number int32 // in the table
	counts
	span
}

type edge struct {
	edgeKey
	counts
	own spent
	span
}

// code is a code object that was met.
type code struct {
	*trace.Code
	function int32
	rows     []int32 // by location from the base on: the number + 1
	far      map[wire.Location]int32
}

type frame struct {
	code *code
	row  int32
	edge int32
}

// dense is up to where rows of a code are found by index: who claims to have millions of
// lines gets a map.
const dense = 1 << 14

func newCounter(t *table, byLine bool) *counter {
	return &counter{
		table: t, byLine: byLine, codes: make([]*code, len(t.numbers)), rowOf: map[rowKey]int32{}, edgeOf: map[edgeKey]int32{},
		known: map[int32]int32{}, edges: make([]edge, 1),
	}
}

func (c *counter) moment(m trace.Moment) moment { return moment{m.At, m.Cost, c.hits} }

// Begin implements trace.PartVisitor.
func (c *counter) Begin(m trace.Moment, open []trace.OpenFrame) {
	c.begin, c.last, c.since = m.At, m, c.moment(m)
	for _, f := range open {
		c.push(c.since, f.Code, f.Loc)
	}
}

// Line implements trace.PartVisitor.
func (c *counter) Line(m trace.Moment, loc wire.Location) {
	if len(c.frames) == 0 {
		return
	}
	c.charge(m)
	f := &c.frames[len(c.frames)-1]
	n := int32(0)
	if i := uint(loc - f.code.Base); i < uint(len(f.code.rows)) {
		n = f.code.rows[i]
	}
	if n--; n < 0 {
		n = c.row(f.code, loc)
	}
	if n != f.row {
		at := c.moment(m)
		c.rows[f.row].leave(at)
		c.rows[n].enter(at)
		f.row = n
	}
	c.hits++
	c.rows[n].own.hits++
}

// Open implements trace.PartVisitor.
func (c *counter) Open(m trace.Moment, of *trace.Code, loc wire.Location, k wire.Kind) {
	c.charge(m)
	at := c.moment(m)
	c.settle(at)
	fresh, direct := c.push(at, of, loc)
	if !k.Opens() {
		return
	}
	f := c.frames[len(c.frames)-1]
	c.functions[f.code.function].count(k, fresh)
	c.edges[f.edge].count(k, direct)
}

func (c *counts) count(k wire.Kind, primitive bool) {
	c.entries++
	if k == wire.Call {
		c.calls++
	}
	if primitive {
		c.primitive++
	}
}

// Close implements trace.PartVisitor.
func (c *counter) Close(m trace.Moment, _ wire.Kind) {
	if len(c.frames) == 0 {
		return
	}
	c.charge(m)
	at := c.moment(m)
	c.settle(at)
	c.pop(at)
}

// Gap implements trace.PartVisitor.
func (c *counter) Gap(trace.Moment, uint64) {}

// End implements trace.PartVisitor.
func (c *counter) End(m trace.Moment) {
	c.charge(m)
	at := c.moment(m)
	c.settle(at)
	for len(c.frames) > 0 {
		c.pop(at)
	}
}

// charge gives the time up to m to the current line of the innermost frame.
func (c *counter) charge(m trace.Moment) {
	if n := len(c.frames); n > 0 {
		own := &c.rows[c.frames[n-1].row].own
		own.ticks += m.At - c.last.At
		own.cost += m.Cost - c.last.Cost
	} else {
		c.outside += m.At - c.last.At
	}
	c.last = m
}

// settle gives what was spent since the last frame began or ended to the innermost one.
func (c *counter) settle(m moment) {
	if n := len(c.frames); n > 0 {
		c.edges[c.frames[n-1].edge].own.add(c.since, m)
	}
	c.since = m
}

// push makes a frame the innermost. It reports whether the function was not open yet, and
// whether it was not by this edge.
func (c *counter) push(m moment, of *trace.Code, loc wire.Location) (fresh, direct bool) {
	code := c.code(of)
	f := frame{code: code, row: c.row(code, loc)}
	if n := len(c.frames); n > 0 {
		f.edge = c.edge(c.frames[n-1], code.function)
	}
	c.frames = append(c.frames, f)
	fresh = c.functions[code.function].enter(m)
	direct = c.edges[f.edge].enter(m)
	c.rows[f.row].enter(m)
	return fresh, direct
}

func (c *counter) pop(m moment) {
	f := c.frames[len(c.frames)-1]
	c.frames = c.frames[:len(c.frames)-1]
	c.rows[f.row].leave(m)
	c.edges[f.edge].leave(m)
	c.functions[f.code.function].leave(m)
}

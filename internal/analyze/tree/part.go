package tree

import (
	"tracer/internal/wire"
	"tracer/trace"
)

// part adds up a part of a thread's events, in a tree of its own: its nodes are named by
// location and code object, and its numbers mean nothing elsewhere. It is a
// trace.PartVisitor.
//
// The work of a line event is a few additions: the cells of a node lie side by side, in the
// order in which the lines of its code were first met.
type part struct {
	// What every event touches.
	at, cost int64  // up to which all is charged
	cell     uint32 // the current line of the innermost frame
	first    uint32 // the first cell of the innermost frame's node
	dense    uint32 // how many it has side by side
	loc      wire.Location
	base     wire.Location // of the innermost frame's code
	rows     []uint32      // of it, see code
	cells    []sum

	// What frames touch.
	frames []frame // frames[0] is outside
	codes  []code
	byCode []uint32 // numbers of codes, by Code.Index
	nodes  set[call]
	limit  int // of nodes

	fold, anySite bool

	blocks []block
	far    map[[2]uint32]uint32 // cells of rows that are far from the others, by node and row

	process          *trace.Process
	begin, beginCost int64
	err              error
}

// sum is what a line of a node adds up to.
type sum struct {
	ticks int64
	cost  int64
	hits  uint64
}

// frame is an open frame. Its cell and its line are those where it is suspended.
type frame struct {
	node, code, cell uint32
	loc              wire.Location
}

// call is a node of a part: code called from a location of another.
type call struct {
	parent, code uint32
	site         wire.Location
	depth        uint32
	calls        uint64

	first, dense uint32 // its cells, see block
	misses       uint32 // lines that these do not have

	// What it called last.
	lastSite          wire.Location
	lastCode, lastWas uint32
}

func (c call) key() key { return key{c.parent, uint32(c.site), c.code} }

// code is a code object that was met. Its rows are its locations by the order in which they
// were first met: row 0 is its base, where a call begins.
type code struct {
	code   *trace.Code
	rows   []uint32 // by location, from its base on: the row + 1, 0: not met
	locs   []wire.Location
	sparse map[wire.Location]uint32 // instead of rows
	misses uint32

	open uint32 // frames of it
	node uint32 // of these, where recursion is folded
}

// block is a run of cells: of a node, from a row on. A node whose rows outgrow a block gets
// another, and what is in the first stays there.
type block struct{ node, row, first, size uint32 }

// The codes that are none, and the locations that both have.
const (
	noCode uint32 = iota
	deeperCode
)

func newPart(o Options, limit int) *part {
	return &part{fold: o.FoldRecursion, anySite: o.AnySite, limit: limit, nodes: newSet(call{}), frames: make([]frame, 1, 64)}
}

// reset makes a part that was added up ready for another one of the process. What is known
// of the process's code stays.
func (p *part) reset(process *trace.Process) {
	if p.process != process {
		p.process = process
		p.codes = []code{{locs: []wire.Location{0}}, {locs: []wire.Location{0}}}
		clear(p.byCode)
	}
	for i := range p.codes {
		p.codes[i].open = 0
	}
	p.nodes.reset()
	p.frames, p.cells, p.blocks, p.far, p.err = p.frames[:1], p.cells[:0], p.blocks[:0], nil, nil
	p.cell, p.loc = 0, 0
	p.nodes.list[0] = call{first: p.block(0, 0, 1), dense: 1}
}

// Begin implements trace.PartVisitor.
func (p *part) Begin(m trace.Moment, open []trace.OpenFrame) {
	p.at, p.cost = m.At, m.Cost
	p.begin, p.beginCost = m.At, m.Cost
	p.enter(&p.frames[0])
	for _, f := range open {
		p.push(f.Code, f.Loc, 0)
	}
}

// charge charges the current line for the time up to m.
func (p *part) charge(m trace.Moment) {
	c := &p.cells[p.cell]
	c.ticks += m.At - p.at
	c.cost += m.Cost - p.cost
	p.at, p.cost = m.At, m.Cost
}

// Line implements trace.PartVisitor.
func (p *part) Line(m trace.Moment, loc wire.Location) {
	c := &p.cells[p.cell]
	c.ticks += m.At - p.at
	c.cost += m.Cost - p.cost
	p.at, p.cost, p.loc = m.At, m.Cost, loc
	cell := p.first - 1
	if i := uint(loc - p.base); i < uint(len(p.rows)) && p.rows[i]-1 < p.dense {
		cell += p.rows[i]
	} else {
		cell = p.cellOf(loc)
	}
	p.cells[cell].hits++
	p.cell = cell
}

// Open implements trace.PartVisitor.
func (p *part) Open(m trace.Moment, c *trace.Code, loc wire.Location, k wire.Kind) {
	p.charge(m)
	called := uint64(0)
	if k == wire.Call {
		called = 1
	}
	p.push(c, loc, called)
}

// Close implements trace.PartVisitor.
func (p *part) Close(m trace.Moment, _ wire.Kind) {
	p.charge(m)
	n := len(p.frames) - 1
	if n == 0 {
		return
	}
	p.codes[p.frames[n].code].open--
	p.frames = p.frames[:n]
	top := &p.frames[n-1]
	p.enter(top)
	p.cell, p.loc = top.cell, top.loc
}

// Gap implements trace.PartVisitor. The time of lost events stays with the line before them.
func (p *part) Gap(trace.Moment, uint64) {}

// End implements trace.PartVisitor.
func (p *part) End(m trace.Moment) { p.charge(m) }

// push makes a frame of c at a location the innermost.
func (p *part) push(c *trace.Code, loc wire.Location, called uint64) {
	n := uint32(0)
	if c.Index < len(p.byCode) {
		n = p.byCode[c.Index]
	}
	if n == 0 {
		n = p.meet(c)
	}
	top := &p.frames[len(p.frames)-1]
	top.cell, top.loc = p.cell, p.loc
	code := &p.codes[n]
	if code.open == 0 || !p.fold {
		site := p.loc
		if p.anySite {
			site = 0
		}
		code.node = p.child(top.node, site, n)
	}
	code.open++
	p.nodes.list[code.node].calls += called
	p.frames = append(p.frames, frame{node: code.node, code: n})
	p.enter(&p.frames[len(p.frames)-1])
	p.loc = loc
	cell := p.first - 1
	if i := uint(loc - p.base); i < uint(len(p.rows)) && p.rows[i]-1 < p.dense {
		cell += p.rows[i]
	} else {
		cell = p.cellOf(loc)
	}
	p.cell = cell
}

// enter takes over what line events need of a frame.
func (p *part) enter(f *frame) {
	n := &p.nodes.list[f.node]
	p.first, p.dense = n.first, n.dense
	if n.code == deeperCode {
		p.rows = nil
		return
	}
	c := &p.codes[f.code]
	p.rows, p.base = c.rows, 0
	if c.code != nil {
		p.base = c.code.Base
	}
}

// meet numbers a code object.
func (p *part) meet(c *trace.Code) uint32 {
	n := uint32(len(p.codes))
	p.codes = append(p.codes, code{code: c, locs: []wire.Location{c.Base}})
	for c.Index >= len(p.byCode) {
		p.byCode = append(p.byCode, make([]uint32, max(256, len(p.byCode), c.Index+1-len(p.byCode)))...)
	}
	p.byCode[c.Index] = n
	p.codes[n].dense()
	return n
}

package summary

import (
	"slices"

	"tracer/internal/names"
	"tracer/internal/replay"
	"tracer/internal/wire"
)

// Builder adds up one thread's events. It is a replay.Visitor whose times are ticks.
//
// The work of an event is a handful of additions in slices: what a line event meets for
// the first time since the last Cut gets the next number, and place, in them. Totals are
// made where frames open and close. So memory is that of the code that ran since then.
type Builder struct {
	// What every event touches.
	last    int64 // time up to which all is charged
	longest int64 // time without an event in the bucket of last; -1: none yet
	edge    int64 // where that bucket ends
	events  uint64
	fresh   int64  // when the innermost frame was called, if nothing came after the call
	row     uint32 // of the current line; 0 outside of frames
	loc     wire.Location
	base    wire.Location // of the innermost frame's code
	rows    []uint32      // by location, from base on: the rows; 0 is not known
	lines   []lineSum

	// What frames touch.
	frames    []frame // from 1 on
	below     []belowSum
	codes     []code // from 1 on
	contexts  []contextSum
	context   int   // the innermost frame's, of contexts
	since     int64 // time up to which contexts are charged
	price     prices
	costs     names.Costs // at the pace at which they were measured
	pace      int64       // at which price is: see names.Costs.PaceOf
	rest      int64       // what all events have cost, less the price of a line for each
	sinceCost int64       // cost up to which contexts are charged
	deepest   int         // in the bucket
	functions []functionSum
	places    []placeSum
	modules   []span
	files     []span

	begun  bool
	start  int64
	gaps   uint64
	lost   uint64
	counts uint64 // of the events: those that are in detail
	detail Detail // its last bucket is that of last
	tree   *Contexts

	finder
	links links
}

// NewBuilder returns a builder for a thread of the process of rows and contexts. What
// events cost is what the process's names say now.
func NewBuilder(rows *Rows, contexts *Contexts) *Builder {
	b := &Builder{
		finder: newFinder(rows), tree: contexts, links: newLinks(contexts), frames: make([]frame, 1),
		price: newPrices(&rows.set.Costs), costs: rows.set.Costs, pace: names.PaceSteps, fresh: never,
	}
	b.reset(0)
	return b
}

// Begin implements replay.Visitor.
func (b *Builder) Begin(at int64) {
	if b.begun {
		b.pass(at)
		return
	}
	b.begun = true
	b.reset(at)
}

// Line implements replay.Visitor.
func (b *Builder) Line(at int64, loc wire.Location) {
	took := at - b.last
	if took > b.longest || at >= b.edge {
		b.moment(at)
	}
	b.events++
	b.last = at
	b.loc = loc
	b.lines[b.row].self += uint64(took)
	row := uint32(0)
	if i := uint(loc - b.base); i < uint(len(b.rows)) {
		row = b.rows[i]
	}
	if row == 0 {
		row = b.meet(loc)
	}
	if at == b.fresh {
		b.first(row)
	}
	b.row = row
	b.lines[row].hits++
}

// Open implements replay.Visitor.
func (b *Builder) Open(at int64, c *names.Code, loc wire.Location, k wire.Kind) {
	took := at - b.last
	if took > b.longest || at >= b.edge {
		b.moment(at)
	}
	b.last = at
	row := b.row
	line, below := &b.lines[row], &b.below[row]
	line.self += uint64(took)
	called := uint64(0)
	if k.Opens() {
		b.events++
		if k == wire.Call {
			called = 1
		}
	}
	price := &b.price.kinds[k&15]
	rest := b.rest + price.moved
	cost := int64(b.events)*b.price.line + rest
	b.rest = rest + price.after
	below.extra += price.before
	if below.open++; below.open == 1 {
		below.ticks -= uint64(at) - line.self
		below.cost -= cost - int64(line.hits)*b.price.line - below.extra
	}
	if below.shared != 0 {
		b.suspend(below.shared, at, cost)
	}
	b.charge(at, cost)
	b.push(at, cost, price.after, c, loc, k == replay.Adopted, called)
	b.fresh = never
	if called != 0 || k == replay.Adopted && loc == c.Base {
		b.fresh = at
	}
}

// wait notes that the innermost frame calls another.
func (b *Builder) wait(at, cost int64) {
	below := &b.below[b.row]
	if below.open++; below.open == 1 {
		below.ticks -= uint64(at) - b.lines[b.row].self
		below.cost -= cost - b.costOf(b.row)
	}
	if below.shared != 0 {
		b.suspend(below.shared, at, cost)
	}
}

// push makes a frame of c the innermost. What it costs after that is its own.
func (b *Builder) push(at, cost, after int64, c *names.Code, loc wire.Location, cut bool, called uint64) {
	n := b.find(c)
	code := &b.codes[n]
	top := &b.frames[len(b.frames)-1]
	top.row, top.loc = b.row, b.loc
	if code.open == 0 && (code.caller != uint32(b.context) || code.site != b.loc) {
		code.caller, code.site = uint32(b.context), b.loc
		code.context = b.child(uint32(b.context), b.loc, c.Base)
	}
	code.open++
	b.context = int(code.context)
	b.contexts[b.context].calls += called
	f := &b.functions[code.function]
	f.calls += called
	if f.enter(at, cost) {
		p := &b.places[f.place]
		if p.open++; p.open == 1 {
			b.modules[p.module].enter(at, cost)
			b.files[p.file].enter(at, cost)
		}
	}
	// Field by field: a frame that is made and then copied costs twice.
	depth := len(b.frames)
	b.frames = slices.Grow(b.frames, 1)[:depth+1]
	fr := &b.frames[depth]
	fr.entered, fr.cost, fr.code, fr.context, fr.cut = at, cost, n, code.context, cut
	b.deepest = max(b.deepest, depth)
	b.base, b.rows, b.loc = c.Base, code.rows, loc
	row := uint32(0)
	if i := uint(loc - b.base); i < uint(len(b.rows)) {
		row = b.rows[i]
	}
	if row == 0 {
		row = b.meet(loc)
	}
	b.row = row
	b.below[row].extra += after
}

// Close implements replay.Visitor.
func (b *Builder) Close(at int64, k wire.Kind) {
	took := at - b.last
	if took > b.longest || at >= b.edge {
		b.moment(at)
	}
	b.last = at
	b.lines[b.row].self += uint64(took)
	if k.Closes() {
		b.events++
	}
	price := &b.price.kinds[k&15]
	rest := b.rest + price.moved
	cost := int64(b.events)*b.price.line + rest
	b.rest = rest + price.after
	b.below[b.row].extra += price.before
	b.charge(at, cost)
	b.fresh = never

	n := len(b.frames) - 1
	fr := &b.frames[n]
	c := &b.codes[fr.code]
	c.open--
	f := &b.functions[c.function]
	lived, spent := uint64(at-fr.entered), cost-fr.cost
	if lived >= f.max {
		f.longest(lived, spent)
	}
	if lived <= f.min && k != replay.Implied && !fr.cut {
		f.shortest(lived, spent)
	}
	if f.leave(at, cost) {
		p := &b.places[f.place]
		if p.open--; p.open == 0 {
			b.modules[p.module].leave(at, cost)
			b.files[p.file].leave(at, cost)
		}
	}

	b.frames = b.frames[:n]
	top := &b.frames[n-1]
	c = &b.codes[top.code]
	b.row, b.loc, b.context = top.row, top.loc, int(top.context)
	b.base, b.rows = c.base, c.rows
	below := &b.below[b.row]
	if below.open--; below.open == 0 {
		line := &b.lines[b.row]
		below.ticks += uint64(at) - line.self
		below.cost += cost - int64(line.hits)*b.price.line - below.extra
	}
	if below.shared != 0 {
		b.resume(below.shared, at, cost)
	}
	below.extra += price.after
}

// Gap implements replay.Visitor. The time of lost events stays with the line
// before them.
func (b *Builder) Gap(_ int64, lost uint64) {
	b.gaps++
	b.lost += lost
}

// End implements replay.Visitor.
func (b *Builder) End(at int64) { b.pass(at) }

// pass adds up what went by since the last event.
func (b *Builder) pass(at int64) {
	b.still(at)
	b.lines[b.row].self += uint64(at - b.last)
	b.charge(at, b.cost())
	b.last = at
}

// charge charges the innermost frame's context.
func (b *Builder) charge(at, cost int64) {
	c := &b.contexts[b.context]
	c.self += uint64(at - b.since)
	c.cost += cost - b.sinceCost
	b.since, b.sinceCost = at, cost
}

package summary

import (
	"tracer/internal/names"
	"tracer/internal/replay"
	"tracer/internal/wire"
)

// Part adds up parts of a thread's events, one after the other: it is a
// replay.MomentVisitor, which is told what events cost with them. So it adds up what is left
// when frames were left out, too. Parts may come from anywhere, in any order: what crosses
// their ends is for a Joint to put together.
type Part struct {
	b    *Builder
	cost int64 // up to which all is charged

	piece     Piece
	inherited int // frames that were open when the part began, and are
}

// Piece is what a part adds up to.
type Piece struct {
	sums   *Summary
	cost   int64 // of all events
	opened []int64
	closed []closing    // of what was open when it began, the innermost first
	open   []activation // when it ended, the outermost first
	kept   int          // of these were open when it began
}

// activation is a frame that is open.
type activation struct {
	function wire.Location
	entered  int64
	cost     int64 // of all events until then, from where its piece began
	cut      bool  // its begin was not seen
}

// closing is the end of a frame that was open when a part began.
type closing struct {
	function wire.Location
	at       replay.Moment
	implied  bool
}

// NewPart returns what adds up parts of threads of the process of rows and contexts.
func NewPart(rows *Rows, contexts *Contexts) *Part {
	p := &Part{b: NewBuilder(rows, contexts)}
	p.b.costs = names.Costs{}
	p.b.price = prices{}
	p.b.begun = true
	return p
}

// Take returns what the part adds up to that was visited last, and forgets it; nil if none was.
func (p *Part) Take() *Piece {
	if p.piece.sums == nil {
		return nil
	}
	piece := p.piece
	p.piece = Piece{}
	return &piece
}

// Begin implements replay.MomentVisitor.
func (p *Part) Begin(m replay.Moment, open []replay.OpenFrame) {
	p.b.restart(m.At)
	p.cost, p.piece, p.inherited = m.Cost, Piece{}, len(open)
	for _, f := range open {
		p.b.Open(m.At, f.Code, f.Loc, replay.Adopted)
		p.piece.opened = append(p.piece.opened, f.Entered)
	}
}

// pay charges what was spent since the last event.
func (p *Part) pay(m replay.Moment) {
	cost := m.Cost - p.cost
	p.cost = m.Cost
	p.piece.cost += cost
	p.b.below[p.b.row].extra += cost
	p.b.rest += cost
}

// Line implements replay.MomentVisitor.
func (p *Part) Line(m replay.Moment, loc wire.Location) {
	p.pay(m)
	p.b.Line(m.At, loc)
}

// Open implements replay.MomentVisitor.
func (p *Part) Open(m replay.Moment, c *names.Code, loc wire.Location, k wire.Kind) {
	p.pay(m)
	p.b.Open(m.At, c, loc, k)
}

// Close implements replay.MomentVisitor.
func (p *Part) Close(m replay.Moment, k wire.Kind) {
	p.pay(m)
	if n := len(p.b.frames) - 1; n == p.inherited {
		p.inherited--
		f := &p.b.frames[n]
		f.entered, f.cost = m.At, p.b.cost() // how long it was open is not known here
		p.piece.closed = append(p.piece.closed, closing{p.b.functionOf(f), replay.Moment{At: m.At, Cost: p.piece.cost}, k == replay.Implied})
	}
	p.b.Close(m.At, k)
}

// Gap implements replay.MomentVisitor.
func (p *Part) Gap(m replay.Moment, lost uint64) { p.b.Gap(m.At, lost) }

// End implements replay.MomentVisitor.
func (p *Part) End(m replay.Moment) {
	p.pay(m)
	p.piece.kept = p.inherited
	for i := 1; i < len(p.b.frames); i++ {
		f := &p.b.frames[i]
		p.piece.open = append(p.piece.open, activation{p.b.functionOf(f), f.entered, f.cost, f.cut})
	}
	events := p.b.events
	p.piece.sums = p.b.Cut(m.At)
	p.piece.sums.Events, p.piece.sums.Detail = events, Detail{}
}

// functionOf returns whose frame it is.
func (b *Builder) functionOf(f *frame) wire.Location {
	return b.functions[b.codes[f.code].function].of
}

// restart forgets what is open, and begins at another time.
func (b *Builder) restart(at int64) {
	b.frames = b.frames[:1]
	b.events, b.rest, b.fresh = 0, 0, never
	b.reset(at)
}

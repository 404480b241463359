package distribution

import (
	"slices"

	"tracer/internal/wire"
	"tracer/trace"
)

// accumulator adds up parts of a process, one after another: it is a trace.PartVisitor. What
// crosses the ends of a part it tells in a seam.
type accumulator struct {
	// What every event touches: the innermost frame, and what it does.
	row       uint32
	state     state
	since     int64 // when the hit began, less the time in calls since then
	sinceCost int64
	begun     int64 // when it began
	lines     []uint32
	base      wire.Location
	frames    []frame // the innermost one's row, state … are above

	counters
	scale float64 // of costs
	tick  uint64  // ns, times 1 << tickShift
	// The clock's step in ticks, and 1 << inverseShift times its inverse, rounded up: 0 as long as
	// it is not measured.
	step, inverse uint64
	measured      bool
	seen          int // times that were looked at for that
	rows

	touched []uint32 // rows that have samples of this thread
	most    int      // how many of the longest samples of a function are kept
	thread  *trace.Thread
	cutting bool  // the sample at hand is of a frame whose begin or end was not seen
	seam    *seam // of the part
	outside lapse // when the last frame was closed
	// Frames that are open, and were when the part began.
	inherited int
}

const tickShift = 32

// state is what the innermost frame's time on its line is.
type state uint8

const (
	hitting  state = 1 << iota // a sample
	crossing                   // as it was when the part before ended
	resumed                    // it began before the last call
)

// frame is an open frame.
type frame struct {
	code  *code
	since lapse // when it was opened
	cut   bool  // that was not seen
	// While it waits for a call: its line, and the hit so far.
	state state
	row   uint32
	begun int64
	spent lapse
}

func newAccumulator(p *trace.Process, scale float64, most int) *accumulator {
	return &accumulator{rows: newRows(p), scale: scale, tick: uint64(p.Span(1 << tickShift)), most: most}
}

// Begin implements trace.PartVisitor.
func (a *accumulator) Begin(m trace.Moment, open []trace.OpenFrame) {
	a.row, a.state, a.lines, a.frames = 0, 0, nil, a.frames[:0]
	a.since, a.sinceCost = m.At, m.Cost
	a.outside = lapse{m.At, m.Cost}
	a.seam = newSeam(m, open)
	for _, f := range open {
		a.push(m, f.Code, f.Loc)
		a.frames[len(a.frames)-1].cut = true
		a.state |= crossing
	}
	a.inherited = len(open)
}

// Line implements trace.PartVisitor.
func (a *accumulator) Line(m trace.Moment, loc wire.Location) {
	if a.state&hitting != 0 {
		a.hit(m)
	} else {
		a.pass(m)
	}
	row := uint32(0)
	if i := uint(loc - a.base); i < uint(len(a.lines)) {
		row = a.lines[i]
	}
	if row == 0 {
		row = a.meet(a.frames[len(a.frames)-1].code, loc)
	}
	a.row, a.state, a.begun, a.since, a.sinceCost = row, hitting, m.At, m.At, m.Cost
}

// Open implements trace.PartVisitor.
func (a *accumulator) Open(m trace.Moment, c *trace.Code, loc wire.Location, k wire.Kind) {
	function := a.push(m, c, loc)
	if k != wire.Call {
		a.rare[function].resumed++
		a.frames[len(a.frames)-1].cut = k == trace.Adopted
	}
}

// push makes a frame the innermost, and returns its function.
func (a *accumulator) push(m trace.Moment, c *trace.Code, loc wire.Location) uint32 {
	n := len(a.frames)
	if n > 0 {
		a.wait(m, &a.frames[n-1])
	} else {
		a.seam.idle.add(m.At-a.outside.ticks, m.Cost-a.outside.cost)
	}
	known := a.code(c)
	a.stats[known.function].enter(m)
	// Field by field: a frame that is made and then copied costs twice.
	a.frames = slices.Grow(a.frames, 1)[:n+1]
	fr := &a.frames[n]
	fr.code, fr.since, fr.cut = known, lapse{m.At, m.Cost}, false
	a.lines, a.base = known.lines, known.base
	row := uint32(0)
	if i := uint(loc - known.base); i < uint(len(known.lines)) {
		row = known.lines[i]
	}
	if row == 0 {
		row = a.meet(known, loc)
	}
	a.row, a.state, a.since, a.sinceCost = row, 0, m.At, m.Cost
	return known.function
}

// wait is the innermost frame's calling another.
func (a *accumulator) wait(m trace.Moment, fr *frame) {
	s := &a.stats[a.row]
	if s.open != 0 {
		a.overlap(a.row, m.At-a.since, m.Cost-a.sinceCost)
	}
	s.enter(m)
	fr.row, fr.state, fr.begun = a.row, a.state|resumed, a.begun
	fr.spent = lapse{m.At - a.since, m.Cost - a.sinceCost}
}

// resume is the innermost frame's going on after a call.
func (a *accumulator) resume(m trace.Moment, fr *frame) {
	a.stats[fr.row].leave(m)
	a.row, a.state, a.begun = fr.row, fr.state, fr.begun
	a.since, a.sinceCost = m.At-fr.spent.ticks, m.Cost-fr.spent.cost
	a.lines, a.base = fr.code.lines, fr.code.base
}

// Close implements trace.PartVisitor.
func (a *accumulator) Close(m trace.Moment, k wire.Kind) {
	if a.state&hitting != 0 {
		a.hit(m)
	} else {
		a.pass(m)
	}
	n := len(a.frames) - 1
	fr := &a.frames[n]
	function := fr.code.function
	switch {
	case n < a.inherited:
		a.inherited = n
		a.seam.close(n, m, k)
	case fr.cut || k == trace.Implied:
		a.cutSample(function, fr.since.ticks, m.At, m.At-fr.since.ticks, m.Cost-fr.since.cost)
	default:
		a.sample(function, fr.since.ticks, m.At, m.At-fr.since.ticks, m.Cost-fr.since.cost)
	}
	a.stats[function].leave(m)
	a.frames = a.frames[:n]
	if n > 0 {
		a.resume(m, &a.frames[n-1])
		return
	}
	a.outside = lapse{m.At, m.Cost}
	a.row, a.state, a.lines = 0, 0, nil
}

// pass is the end of a time on a line that is no sample, or is one that an earlier part has
// begun.
func (a *accumulator) pass(m trace.Moment) {
	ticks, cost := m.At-a.since, m.Cost-a.sinceCost
	if a.stats[a.row].open != 0 {
		a.overlap(a.row, ticks, cost)
	}
	if a.state&crossing != 0 {
		a.seam.leave(len(a.frames)-1, m.At, ticks, cost)
	} else if ticks != 0 || cost != 0 {
		a.rare[a.row].rest.add(ticks, cost)
	}
}

// overlap notes the time since the innermost frame went on, at a line where others wait. It is
// that of the hit, without what was before the frame's last call.
func (a *accumulator) overlap(row uint32, ticks, cost int64) {
	r := &a.rare[row]
	r.both.add(ticks, cost)
	if a.state&resumed != 0 {
		spent := a.frames[len(a.frames)-1].spent
		r.both.add(-spent.ticks, -spent.cost)
	}
}

// Gap implements trace.PartVisitor. The time of lost events stays with the line before them.
func (a *accumulator) Gap(trace.Moment, uint64) {}

// End implements trace.PartVisitor.
func (a *accumulator) End(m trace.Moment) {
	s := a.seam
	s.end = m
	n := len(a.frames)
	if n == 0 {
		s.idle.add(m.At-a.outside.ticks, m.Cost-a.outside.cost)
		return
	}
	a.wait(m, &a.frames[n-1])
	for i := range a.frames {
		fr := &a.frames[i]
		s.keep(a, fr)
		a.stats[fr.code.function].leave(m)
		a.stats[fr.row].leave(m)
	}
}

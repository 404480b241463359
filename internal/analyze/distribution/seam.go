package distribution

import (
	"slices"

	"tracer/internal/wire"
	"tracer/trace"
)

// seam is what a part does to the frames that are open at its begin, and which it leaves open.
// Moments are the part's.
type seam struct {
	begin, end trace.Moment
	open       []trace.OpenFrame
	crossed    []crossed // what becomes of these
	kept       []kept    // what is open at the end, the outermost first
	idle       lapse     // in no frame
}

// crossed is what a part does to a frame that is open at its begin.
type crossed struct {
	left   bool  // the line that it was at
	leftAt int64 // and how much time the line had in the part until then
	on     lapse

	closed  bool
	at      trace.Moment
	implied bool
}

// kept is a frame that is open at a part's end.
type kept struct {
	code  *trace.Code
	line  int
	since lapse
	cut   bool
	state state
	begun int64
	spent lapse // on the hit, in the part
}

func newSeam(m trace.Moment, open []trace.OpenFrame) *seam {
	return &seam{begin: m, open: slices.Clone(open), crossed: make([]crossed, len(open))}
}

// leave is frame i's leaving the line that it was at when the part began.
func (s *seam) leave(i int, at, ticks, cost int64) {
	c := &s.crossed[i]
	c.left, c.leftAt, c.on = true, at, lapse{ticks, cost}
}

// close is frame i's end.
func (s *seam) close(i int, m trace.Moment, k wire.Kind) {
	c := &s.crossed[i]
	c.closed, c.at, c.implied = true, m, k == trace.Implied
}

// keep notes a frame that stays open.
func (s *seam) keep(a *accumulator, fr *frame) {
	s.kept = append(s.kept, kept{
		code: fr.code.code, line: a.of[fr.row].line, since: fr.since, cut: fr.cut, state: fr.state, begun: fr.begun, spent: fr.spent,
	})
}

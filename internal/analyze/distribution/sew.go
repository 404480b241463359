package distribution

import (
	"slices"

	"tracer/trace"
)

// sewer puts together what the parts of a thread, in order, leave to each other. Its
// accumulator's frames are those that are open between two parts, since moments that
// count costs from the thread's begin on.
type sewer struct {
	*accumulator
	cost int64        // of all parts so far
	end  trace.Moment // of the last one
}

// begin begins a thread.
func (s *sewer) begin(th *trace.Thread, first *seam) {
	s.thread, s.cost, s.frames = th, 0, s.frames[:0]
	s.adopt(first)
}

// adopt makes the frames of a part's begin the open ones: of none of them the begin was seen.
func (s *sewer) adopt(x *seam) {
	for _, f := range x.open {
		known := s.code(f.Code)
		s.accumulator.rare[known.function].resumed++
		s.frames = append(s.frames, frame{code: known, row: s.meet(known, f.Loc), since: lapse{x.begin.At, s.cost}, cut: true})
	}
}

// sew adds a part.
func (s *sewer) sew(x *seam) {
	if !s.fits(x) {
		s.finish()
		s.adopt(x)
	}
	s.relocate(x)
	all := s.frames
	still := len(x.open)
	for i := len(x.open) - 1; i >= 0; i-- {
		c := &x.crossed[i]
		s.frames = all[:i+1]
		if c.left {
			s.leave(&all[i], c.leftAt, c.on)
		}
		if c.closed {
			s.close(lapse{c.at.At, s.cost + c.at.Cost}, c.implied)
			still = i
		}
	}
	s.frames = all[:still]
	for i := range x.kept {
		if k := &x.kept[i]; i >= still {
			s.frames = append(s.frames, frame{code: s.code(k.code), since: lapse{k.since.ticks, s.cost + k.since.cost}, cut: k.cut})
			s.frames[i].stay(s.accumulator, k)
		} else if k.state&crossing == 0 {
			s.frames[i].stay(s.accumulator, k)
		} else {
			s.frames[i].spent.add(k.spent.ticks, k.spent.cost)
		}
	}
	s.cost += x.end.Cost
	s.end = trace.Moment{At: x.end.At, Cost: s.cost}
}

// relocate takes the lines that a part begins with. They are others only where events were lost
// before: then nobody saw when the line was left.
func (s *sewer) relocate(x *seam) {
	for i := len(x.open) - 1; i >= 0; i-- {
		fr := &s.frames[i]
		if row := s.meet(fr.code, x.open[i].Loc); row != fr.row {
			s.leave(fr, x.begin.At, lapse{})
			fr.row, fr.state, fr.spent = row, 0, lapse{}
		}
	}
}

// stay is the line that a frame is at, at a part's end.
func (fr *frame) stay(a *accumulator, k *kept) {
	fr.row, fr.state, fr.begun, fr.spent = a.line(fr.code.function, k.line), k.state, k.begun, k.spent
}

// fits reports whether a part begins with the frames that are open.
func (s *sewer) fits(x *seam) bool {
	return slices.EqualFunc(s.frames, x.open, func(fr frame, f trace.OpenFrame) bool { return fr.code.code == f.Code })
}

// leave is a frame's leaving its line.
func (s *sewer) leave(fr *frame, at int64, on lapse) {
	on.add(fr.spent.ticks, fr.spent.cost)
	if fr.state&hitting != 0 {
		s.sample(fr.row, fr.begun, at, on.ticks, on.cost)
		return
	}
	s.rare[fr.row].rest.add(on.ticks, on.cost)
}

// close is the end of the innermost frame.
func (s *sewer) close(at lapse, implied bool) {
	fr := &s.frames[len(s.frames)-1]
	ticks, cost := at.ticks-fr.since.ticks, at.cost-fr.since.cost
	if fr.cut || implied {
		s.cutSample(fr.code.function, fr.since.ticks, at.ticks, ticks, cost)
		return
	}
	s.sample(fr.code.function, fr.since.ticks, at.ticks, ticks, cost)
}

// finish closes what is open.
func (s *sewer) finish() {
	for i := len(s.frames) - 1; i >= 0; i-- {
		s.leave(&s.frames[i], s.end.At, lapse{})
		s.close(lapse{s.end.At, s.end.Cost}, true)
		s.frames = s.frames[:i]
	}
	s.settle()
}

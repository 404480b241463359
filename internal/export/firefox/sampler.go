package firefox

import (
	"strconv"

	"tracer/internal/export/timeline"
	"tracer/internal/wire"
	"tracer/trace"
)

// sampler writes a column of a thread's samples. It is a trace.PartVisitor. The samplers of a
// thread's columns take the same samples.
type sampler struct {
	thread *thread
	out    *timeline.Output
	write  func(s *sampler, at int64) // the sample that ends at a time; nil: none is written
	stacks *stacks                    // that it makes; nil: it makes none
	gaps   *[]gap                     // that it notes; nil: it notes none

	frames []open
	since  int64 // ns: when the sample at hand began
	before int64 // when the one before it did
	n      int   // samples
}

// open is an open frame: its current line and its stack.
type open struct {
	loc  wire.Location
	base wire.Location
	node int64
}

func (s *sampler) at(m trace.Moment) int64 { return max(s.since, s.thread.Process.NS(m.At)) }

func (s *sampler) Begin(m trace.Moment, frames []trace.OpenFrame) {
	s.since = s.thread.Process.NS(m.At)
	for _, f := range frames {
		s.push(f.Code, f.Loc)
	}
}

func (s *sampler) Open(m trace.Moment, c *trace.Code, loc wire.Location, _ wire.Kind) {
	s.until(s.at(m))
	s.push(c, loc)
}

func (s *sampler) Line(m trace.Moment, loc wire.Location) {
	top := len(s.frames) - 1
	if !s.thread.o.Lines || s.frames[top].loc == loc {
		return
	}
	s.until(s.at(m))
	base := s.frames[top].base
	s.frames = s.frames[:top]
	s.frames = append(s.frames, open{loc, base, s.node(base, loc)})
}

func (s *sampler) Close(m trace.Moment, _ wire.Kind) {
	s.until(s.at(m))
	s.frames = s.frames[:len(s.frames)-1]
}

func (s *sampler) Gap(m trace.Moment, lost uint64) {
	if s.gaps != nil {
		*s.gaps = append(*s.gaps, gap{s.at(m), lost})
	}
}

// End adds a sample of no length, so that the profile lasts until there.
func (s *sampler) End(m trace.Moment) {
	s.until(s.at(m))
	s.frames = s.frames[:0]
	s.sample(s.since)
}

func (s *sampler) push(c *trace.Code, loc wire.Location) {
	if !s.thread.o.Lines {
		loc = c.Base
	}
	s.frames = append(s.frames, open{loc, c.Base, s.node(c.Base, loc)})
}

// node returns the stack of a frame that would be the innermost.
func (s *sampler) node(base, loc wire.Location) int64 {
	if s.stacks == nil {
		return none
	}
	prefix := int64(none)
	if n := len(s.frames); n > 0 {
		prefix = s.frames[n-1].node
	}
	return s.stacks.node(prefix, base, loc)
}

// until ends the sample at hand, if it has lasted.
func (s *sampler) until(at int64) {
	if at > s.since {
		s.sample(at)
		s.before, s.since = s.since, at
	}
}

func (s *sampler) sample(at int64) {
	if s.write == nil {
		return
	}
	if s.n > 0 {
		s.out.B = append(s.out.B, ',')
	}
	s.n++
	s.write(s, at)
	s.out.Spill()
}

// stack writes the sample's stack.
func (s *sampler) stack(int64) {
	if n := len(s.frames); n > 0 {
		s.out.B = strconv.AppendInt(s.out.B, s.frames[n-1].node, 10)
	} else {
		s.out.B = append(s.out.B, "null"...)
	}
}

// delta writes how long after the one before the sample begins.
func (s *sampler) delta(int64) { s.out.B = timeline.AppendMilliseconds(s.out.B, s.since-s.before) }

// weight writes how long the sample lasts.
func (s *sampler) weight(at int64) { s.out.B = timeline.AppendMilliseconds(s.out.B, at-s.since) }

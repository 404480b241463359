package query

import (
	"tracer/internal/filter"
	"tracer/internal/wire"
	"tracer/trace"
)

// shower is a visitor that leaves frames out.
type shower struct {
	v      trace.PartVisitor
	filter filter.Filter
	depth  int
	tasks  *tasks      // nil: all
	codes  []byte      // by index: whether the filter takes them
	long   *deciding   // nil: frames of any length are shown
	frames []frameKind // that are open
	open   int         // of them are shown
	short  int         // of them are, or lie in, what is too short
	failed error
}

// frameKind says what becomes of a frame.
type frameKind byte

const (
	hidden frameKind = iota
	shown
	tooShort // or in such a frame
)

const (
	unknown byte = iota
	taken
	skipped
)

// takes reports whether the filter takes a code object.
func (s *shower) takes(c *trace.Code) bool {
	if c.Index >= len(s.codes) {
		s.codes = append(s.codes, make([]byte, c.Index+1-len(s.codes))...)
	}
	if s.codes[c.Index] == unknown {
		s.codes[c.Index] = skipped
		if s.filter.Match(c.Module) {
			s.codes[c.Index] = taken
		}
	}
	return s.codes[c.Index] == taken
}

// push adds a frame that was opened at a time, and reports whether it is shown.
func (s *shower) push(c *trace.Code, at int64) bool {
	kind := s.kind(c, at)
	s.frames = append(s.frames, kind)
	switch kind {
	case shown:
		s.open++
	case tooShort:
		s.short++
	}
	return kind == shown
}

func (s *shower) kind(c *trace.Code, at int64) frameKind {
	switch {
	case s.short > 0:
		return tooShort
	case s.tasks != nil && !s.tasks.take(c) || !s.takes(c):
		return hidden
	case s.long != nil && !s.long.next(at):
		return tooShort
	case s.open >= s.depth:
		return hidden
	}
	return shown
}

// Begin implements trace.PartVisitor.
func (s *shower) Begin(m trace.Moment, open []trace.OpenFrame) {
	kept := make([]trace.OpenFrame, 0, len(open))
	for _, f := range open {
		if s.tasks != nil {
			s.tasks.task(f.Task)
		}
		if s.push(f.Code, f.Entered) {
			kept = append(kept, f)
		}
	}
	s.v.Begin(m, kept)
}

// Open implements trace.PartVisitor.
func (s *shower) Open(m trace.Moment, c *trace.Code, loc wire.Location, k wire.Kind) {
	if s.push(c, m.At) {
		s.v.Open(m, c, loc, k)
	}
}

// Line implements trace.PartVisitor.
func (s *shower) Line(m trace.Moment, loc wire.Location) {
	if s.frames[len(s.frames)-1] == shown {
		s.v.Line(m, loc)
	}
}

// Close implements trace.PartVisitor.
func (s *shower) Close(m trace.Moment, k wire.Kind) {
	n := len(s.frames) - 1
	kind := s.frames[n]
	s.frames = s.frames[:n]
	switch kind {
	case shown:
		s.open--
		s.v.Close(m, k)
	case tooShort:
		s.short--
	}
}

// Task implements trace.TaskVisitor.
func (s *shower) Task(m trace.Moment, task uint32) {
	if s.tasks != nil {
		s.tasks.task(task)
	}
	if v, ok := s.v.(trace.TaskVisitor); ok {
		v.Task(m, task)
	}
}

// Collection implements trace.CollectionVisitor.
func (s *shower) Collection(m trace.Moment, ticks uint64, generation int) {
	if v, ok := s.v.(trace.CollectionVisitor); ok {
		v.Collection(m, ticks, generation)
	}
}

// Gap implements trace.PartVisitor.
func (s *shower) Gap(m trace.Moment, lost uint64) {
	if s.tasks != nil {
		s.tasks.task(0)
	}
	s.v.Gap(m, lost)
}

// End implements trace.PartVisitor.
func (s *shower) End(m trace.Moment) { s.v.End(m) }

package replay

import (
	"tracer/internal/names"
	"tracer/internal/wire"
)

// met is a code object that a thread has met. There is one for each.
type met struct {
	code *names.Code
	base wire.Location
	span wire.Location // how many locations from base on
	open int           // frames of it that are open
}

// frame is an open frame: the code and the clock when it was opened, which
// together tell it from every other.
type frame struct {
	met     *met
	entered uint64
}

// stack is a thread's open frames, by the rules in the package's documentation.
type stack struct {
	frames []frame
	met    map[*names.Code]*met
	elided int // open frames below frames[0] that nobody knows
}

// meet returns what is kept of c.
func (s *stack) meet(c *names.Code) *met {
	m := s.met[c]
	if m == nil {
		m = &met{code: c, base: c.Base, span: c.End - c.Base}
		s.met[c] = m
	}
	return m
}

func (s *stack) push(m *met, ticks uint64) {
	s.frames = append(s.frames, frame{m, ticks})
	m.open++
}

func (s *stack) pop() {
	n := len(s.frames) - 1
	s.frames[n].met.open--
	s.frames = s.frames[:n]
}

// top returns the range of locations of the innermost frame: base and how many. With no
// frame it is empty.
func (s *stack) top() (wire.Location, wire.Location) {
	if n := len(s.frames); n > 0 {
		m := s.frames[n-1].met
		return m.base, m.span
	}
	return 0, 0
}

// unwindTo closes, implied, the frames inside the innermost frame of m. It
// reports false, and closes nothing, if m is not open. Counting open frames by
// code makes that a look-up: however deep the stack, a frame is only visited to
// be closed.
func (s *stack) unwindTo(m *met, at int64, v Visitor) bool {
	if m.open == 0 {
		return false
	}
	n := len(s.frames)
	for s.frames[n-1].met != m {
		n--
	}
	s.closeTo(n, at, v)
	return true
}

// closeTo closes frames, implied, until n are left.
func (s *stack) closeTo(n int, at int64, v Visitor) {
	for len(s.frames) > n {
		v.Close(at, Implied)
		s.pop()
	}
}

// headFrame is a frame in a slot's header, in terms of the process.
type headFrame struct {
	frame
	loc wire.Location
}

// rebuild makes the stack what a slot's header says: elided frames, and these.
// Frames that were open all the time stay; the others are closed and opened.
func (s *stack) rebuild(elided int, head []headFrame, at int64, v Visitor) {
	keep := 0
	// A frame that is at the same place stands on the same frames.
	if skip := elided - s.elided; skip >= 0 && skip < len(s.frames) && len(head) > 0 && s.frames[skip] == head[0].frame {
		n := 0
		for n < len(head) && skip+n < len(s.frames) && s.frames[skip+n] == head[n].frame {
			n++
		}
		keep, head, elided = skip+n, head[n:], s.elided
	}
	s.closeTo(keep, at, v)
	s.elided = elided
	for _, f := range head {
		s.push(f.met, f.entered)
		v.Open(at, f.met.code, f.loc, Adopted)
	}
}

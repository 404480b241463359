package replay

import (
	"tracer/internal/names"
	"tracer/internal/wire"
)

// frame is an open frame: the code and the clock when it was opened, which
// together tell it from every other.
type frame struct {
	code    *names.Code
	entered uint64
}

// stack is a thread's open frames, by the rules in the package's documentation.
type stack struct {
	frames []frame
	open   []int32 // by Code.Index: how many frames of it are in frames
	elided int     // open frames below frames[0] that nobody knows
}

func (s *stack) push(c *names.Code, ticks uint64) {
	s.frames = append(s.frames, frame{c, ticks})
	s.open[c.Index]++
}

func (s *stack) pop() {
	n := len(s.frames) - 1
	s.open[s.frames[n].code.Index]--
	s.frames = s.frames[:n]
}

// top returns the range of locations of the innermost frame: base and how many. With no
// frame it is empty.
func (s *stack) top() (wire.Location, wire.Location) {
	if n := len(s.frames); n > 0 {
		c := s.frames[n-1].code
		return c.Base, c.End - c.Base
	}
	return 0, 0
}

// unwindTo closes, implied, the frames inside the innermost frame of c. It
// reports false, and closes nothing, if c is not open. Counting open frames by
// code makes that a look-up: however deep the stack, a frame is only visited to
// be closed.
func (s *stack) unwindTo(c *names.Code, at int64, v Visitor) bool {
	if s.open[c.Index] == 0 {
		return false
	}
	for s.frames[len(s.frames)-1].code != c {
		v.Close(at, Implied)
		s.pop()
	}
	return true
}

// closeTo closes, implied, all but the outermost n frames.
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
		s.push(f.code, f.entered)
		v.Open(at, f.code, f.loc, Adopted)
	}
}

package summary

import (
	"tracer/internal/names"
	"tracer/internal/wire"
)

// lineSum is what a line event touches.
type lineSum struct {
	self uint64
	hits uint64
}

// belowSum is the time in which some frame was at the line, but not the innermost.
type belowSum struct {
	ticks uint64
	// since is the time when open became 1, minus the self time until then: so
	// self time that the line gains as the innermost frame counts no second time.
	since  uint64
	open   int32  // frames at the line that called another
	shared uint32 // of finder.shared: the line of the file has several rows; 0: it has not
}

// frame is an open frame. Its line is where it is suspended.
type frame struct {
	entered int64
	code    uint32
	row     uint32
	loc     wire.Location
	context uint32
	cut     bool // its begin was not seen
}

// code is a code object that the thread has met since the last Cut.
type code struct {
	code     *names.Code
	base     wire.Location
	rows     []uint32 // by location: the row of its line, 0 if it was not met
	function uint32
	open     int32 // frames of it
	// The context of these, or of the last one, and where that was called.
	context uint32
	caller  uint32
	site    wire.Location
	misses  uint32 // events before there were rows
}

type contextSum struct {
	self   uint64
	calls  uint64
	number uint32
}

type functionSum struct {
	span
	calls    uint64
	min, max uint64
	module   uint32
	file     uint32
}

// span measures the time in which at least one of its members is open.
type span struct {
	ticks uint64
	since int64
	open  int32
	of    wire.Location
}

func (s *span) enter(at int64) bool {
	s.open++
	if s.open == 1 {
		s.since = at
		return true
	}
	return false
}

func (s *span) leave(at int64) bool {
	s.open--
	if s.open == 0 {
		s.ticks += uint64(at - s.since)
		return true
	}
	return false
}

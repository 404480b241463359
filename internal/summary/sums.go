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

// belowSum is what frames touch of a line.
type belowSum struct {
	// The time in which some frame was at the line, but not the innermost one: when that
	// began, less the self time until then, was taken off ticks, and when it ends the same
	// is added. So self time that the line gains in between counts no second time. The
	// cost is what events cost in that time.
	ticks  uint64
	cost   int64
	extra  int64  // cost of the line itself, see prices
	open   int32  // frames at the line that called another
	shared uint32 // of finder.shared: the line of the file has several rows; 0: it has not
}

// frame is an open frame. Its line is where it is suspended.
type frame struct {
	entered int64
	cost    int64 // of all events until then
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
	cost   int64
	calls  uint64
	number uint32
}

type functionSum struct {
	span
	calls    uint64
	min, max uint64

	minCost, maxCost int64
	place            uint32
}

// placeSum is a module and a file that have functions in common: how many of these
// are open. Most modules are one file.
type placeSum struct {
	open         int32
	module, file uint32
}

// span measures the time in which at least one of its members is open, and the cost
// of the events in it: what it was at the begin is taken off at once.
type span struct {
	ticks uint64
	cost  int64
	open  int32
	of    wire.Location
}

func (s *span) enter(at, cost int64) bool {
	s.open++
	if s.open == 1 {
		s.ticks -= uint64(at)
		s.cost -= cost
		return true
	}
	return false
}

func (s *span) leave(at, cost int64) bool {
	s.open--
	if s.open == 0 {
		s.ticks += uint64(at)
		s.cost += cost
		return true
	}
	return false
}

package profile

import (
	"math"

	"tracer/internal/wire"
	"tracer/trace"
)

// sums is a trace.Visitor that adds up the threads that are replayed into it,
// one after another. The work of an event is a handful of additions in slices:
// a line only moves the clock on, and totals are made where frames open and close.
type sums struct {
	table *table
	rows  locations                                  // of the process at hand
	code  func(loc wire.Location) (*trace.Code, int) // of the process at hand: code and line

	lines     []lineSum
	below     []belowSum // by line row, like lines; apart, for a line event does not need it
	functions []functionSum
	modules   []span
	files     []span

	frames []frame
	row    uint32 // of the current line, 0 outside of frames
	last   int64  // time up to which all is charged
	begin  int64
}

// lineSum is what a line event touches.
type lineSum struct {
	self int64
	hits uint64
}

// belowSum is the time in which some frame was at the line, but not the innermost.
type belowSum struct {
	ns int64
	// since is the time when open became 1, minus the self time until then: so
	// self time that the line gains as the innermost frame counts no second time.
	since    int64
	open     int32 // suspended frames at the line, those that called another
	function uint32
}

type functionSum struct {
	span
	calls    uint64
	min, max int64 // min is unwhole where there is no whole activation
	module   uint32
	file     uint32
	met      bool
}

const unwhole = math.MaxInt64

// span measures the time in which at least one of its members is open.
type span struct {
	ns    int64
	since int64
	open  int32
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
		s.ns += at - s.since
		return true
	}
	return false
}

type frame struct {
	entered  int64
	function uint32
	caller   uint32 // line row below it
	cut      bool   // its begin was not seen
}

func newSums(t *table) *sums {
	return &sums{table: t, lines: make([]lineSum, 1), below: make([]belowSum, 1)}
}

// process makes p the process whose threads come next.
func (s *sums) process(p *trace.Process) {
	var end wire.Location
	if n := len(p.Codes); n > 0 {
		end = p.Codes[n-1].End
	}
	s.rows = newLocations(end)
	s.code = func(loc wire.Location) (*trace.Code, int) {
		c := p.Code(loc)
		return c, c.Line(loc)
	}
}

// meet numbers a location at its first event and makes room for its rows.
func (s *sums) meet(loc wire.Location) uint32 {
	row, function, info := s.table.number(s.code(loc))
	s.rows.set(loc, row)
	s.lines = reach(s.lines, row)
	s.below = reach(s.below, row)
	s.below[row].function = function
	s.functions = reach(s.functions, function)
	f := &s.functions[function]
	if !f.met {
		f.met, f.min, f.module, f.file = true, unwhole, info.moduleRow, info.fileRow
	}
	s.modules = reach(s.modules, info.moduleRow)
	s.files = reach(s.files, info.fileRow)
	return row
}

// reach returns v, with zeros appended if it has no index i.
func reach[T any](v []T, i uint32) []T {
	if missing := int(i) + 1 - len(v); missing > 0 {
		v = append(v, make([]T, missing)...)
	}
	return v
}

// Begin implements trace.Visitor.
func (s *sums) Begin(at int64) {
	s.begin, s.last = at, at
	s.row, s.frames = 0, s.frames[:0]
}

// Line implements trace.Visitor.
func (s *sums) Line(at int64, loc wire.Location) {
	s.lines[s.row].self += at - s.last
	s.last = at
	row := s.rows.row(loc)
	if row == 0 {
		row = s.meet(loc)
	}
	s.row = row
	s.lines[row].hits++
}

// Open implements trace.Visitor.
func (s *sums) Open(at int64, _ *trace.Code, loc wire.Location, k wire.Kind) {
	row := s.rows.row(loc)
	if row == 0 {
		row = s.meet(loc)
	}
	caller := &s.lines[s.row]
	caller.self += at - s.last
	s.last = at
	below := &s.below[s.row]
	if below.open++; below.open == 1 {
		below.since = at - caller.self
	}
	function := s.below[row].function
	s.frames = append(s.frames, frame{at, function, s.row, k == trace.Adopted})
	s.row = row
	f := &s.functions[function]
	if k == wire.Call {
		f.calls++
	}
	if f.enter(at) {
		s.modules[f.module].enter(at)
		s.files[f.file].enter(at)
	}
}

// Close implements trace.Visitor.
func (s *sums) Close(at int64, k wire.Kind) {
	s.lines[s.row].self += at - s.last
	s.last = at
	top := len(s.frames) - 1
	fr := s.frames[top]
	s.frames = s.frames[:top]
	s.row = fr.caller
	below := &s.below[s.row]
	if below.open--; below.open == 0 {
		below.ns += at - s.lines[s.row].self - below.since
	}
	f := &s.functions[fr.function]
	took := at - fr.entered
	f.max = max(f.max, took)
	if took < f.min && k != trace.Implied && !fr.cut {
		f.min = took
	}
	if f.leave(at) {
		s.modules[f.module].leave(at)
		s.files[f.file].leave(at)
	}
}

// Gap implements trace.Visitor. The time of lost events stays with the line
// before them.
func (s *sums) Gap(int64, uint64) {}

// End implements trace.Visitor.
func (s *sums) End(at int64) {
	s.lines[s.row].self += at - s.last
	s.last = at
}

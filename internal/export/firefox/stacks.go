package firefox

import (
	"strconv"

	"tracer/internal/export/timeline"
	"tracer/internal/wire"
	"tracer/trace"
)

// none is the stack that has no frame.
const none = -1

// mostStacks is how many stacks are known at a time.
var mostStacks = 1 << 20

// stacks are the stacks of a thread as a tree, and the frames in them. Where there are too many
// to be kept they are forgotten, and what comes again is another stack.
type stacks struct {
	process *trace.Process
	list    []stack                 // those that are known: the last
	before  int64                   // stacks that are not known any more
	added   func(n int64, of stack) // is told each; may be nil
	numbers []int32                 // of the known stacks plus 1, each at the place of its hash or behind it; 0: free
	frames  map[wire.Location]int32
	places  []place
	recent  [1024]found
}

// stack is a stack: what is below its innermost frame, and that.
type stack struct {
	prefix int64
	frame  int32
}

// place is where a frame is: in which code, at which line; base is that of none.
type place struct{ base, loc wire.Location }

// found is a stack that was asked for lately: a line of a loop comes again and again.
type found struct {
	prefix, number int64
	loc            wire.Location // 0: none
}

func newStacks(p *trace.Process) *stacks {
	return &stacks{process: p, numbers: make([]int32, 1<<10), frames: map[wire.Location]int32{}}
}

// node returns the number of a stack.
func (s *stacks) node(prefix int64, base, loc wire.Location) int64 {
	f := &s.recent[(uint32(prefix)*31+uint32(loc))%uint32(len(s.recent))]
	if f.loc != loc || f.prefix != prefix {
		number := s.number(stack{prefix, s.frame(base, loc)})
		*f = found{prefix, number, loc}
	}
	return f.number
}

func (s *stacks) frame(base, loc wire.Location) int32 {
	n, ok := s.frames[loc]
	if !ok {
		n = int32(len(s.places))
		s.frames[loc] = n
		s.places = append(s.places, place{base, loc})
	}
	return n
}

// number looks a stack up, and adds it if it is new. There may be as many stacks as events: a
// Go map would take several times the memory.
func (s *stacks) number(of stack) int64 {
	at := s.find(of)
	if n := s.numbers[at]; n != 0 {
		return s.before + int64(n) - 1
	}
	if len(s.list) == mostStacks {
		s.before += int64(len(s.list))
		s.list = s.list[:0]
		clear(s.numbers)
		clear(s.recent[:])
		at = s.find(of)
	}
	number := s.count()
	if s.added != nil {
		s.added(number, of)
	}
	s.list = append(s.list, of)
	s.numbers[at] = int32(len(s.list))
	if 4*len(s.list) > 3*len(s.numbers) {
		s.grow()
	}
	return number
}

// count returns how many stacks there are.
func (s *stacks) count() int64 { return s.before + int64(len(s.list)) }

// find returns the place of a stack in numbers, or the free one for it.
func (s *stacks) find(of stack) uint32 {
	mask := uint32(len(s.numbers) - 1)
	hash := (uint64(uint32(of.prefix))<<32 | uint64(uint32(of.frame))) * 0x9e3779b97f4a7c15
	at := uint32(hash>>32) & mask
	for s.numbers[at] != 0 && s.list[s.numbers[at]-1] != of {
		at = (at + 1) & mask
	}
	return at
}

func (s *stacks) grow() {
	s.numbers = make([]int32, 2*len(s.numbers))
	for i, of := range s.list {
		s.numbers[s.find(of)] = int32(i) + 1
	}
}

// each calls f with all stacks, which are all known.
func (s *stacks) each(f func(n int64, of stack)) {
	for i, of := range s.list {
		f(int64(i), of)
	}
}

// appendNumber appends entry i of a column; none is null.
func appendNumber(b []byte, i, v int64) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	if v == none {
		return append(b, "null"...)
	}
	return strconv.AppendInt(b, v, 10)
}

// functions returns the tables of frames and functions.
func (s *stacks) functions(names *texts) []*table {
	frames := newTable("frameTable", "address", "inlineDepth", "category", "subcategory", "func", "nativeSymbol", "innerWindowID", "line", "column")
	functions := newTable("funcTable", "name", "isJS", "relevantForJS", "resource", "fileName", "lineNumber", "columnNumber")
	numbers := map[wire.Location]int{}
	for _, at := range s.places {
		c := s.process.Code(at.base)
		function, ok := numbers[at.base]
		if !ok {
			function = len(numbers)
			numbers[at.base] = function
			functions.add(names.number(timeline.Function(c)), false, false, -1, names.number(c.File.Label()), c.FirstLine, nil)
		}
		frames.add(-1, 0, categoryPython, 0, function, nil, 0, c.Line(at.loc), nil)
	}
	return []*table{frames, functions}
}

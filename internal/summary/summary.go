package summary

import (
	"math"

	"tracer/internal/wire"
)

// Summary is what a run of a thread's events adds up to, or several runs together.
// Each list is sorted by what names its rows, and no row is there twice. Costs are in
// 1/256 ticks (names.CostUnit), and may be below 0.
type Summary struct {
	Start, End int64  // ticks
	Events     uint64 // by the caller: words that are no marks
	Gaps       uint64 // how often events were lost
	Lost       uint64 // how many, as far as it is known
	Outside    uint64 // ticks in no traced frame

	OutsideCost int64 // of events there

	Lines     []Line
	Overlaps  []Overlap
	Functions []Function
	Modules   []Group
	Files     []Group
	Contexts  []Context
	Detail    Detail
}

// LineKey names a line of a function or of a file.
type LineKey struct {
	Of   wire.Location // the function or file
	Line uint32
}

// Line is a line of a function. Its total is Self + Below.
type Line struct {
	LineKey
	Hits  uint64
	Self  uint64
	Below uint64

	Cost, BelowCost int64 // of self and of below
}

// Overlap is what the totals of the lines on a line of a file have in common:
// their sum less the Ticks is the time in which at least one of them was open.
type Overlap struct {
	LineKey // of the file
	Ticks   uint64
	Cost    int64
}

// NoMin is the Min of a function without a whole activation.
const NoMin = math.MaxUint64

// Function is a function.
type Function struct {
	Function wire.Location
	Calls    uint64
	Total    uint64
	Min      uint64 // NoMin: none of the activations that ended was whole
	Max      uint64

	Cost int64 // of the total
	// Of the activations that Min and Max are of: where several are as long, the most
	// for Min and the least for Max. Without one, 0.
	MinCost, MaxCost int64
}

// Group is a module or file.
type Group struct {
	Of    wire.Location
	Total uint64
	Cost  int64
}

// Context is a calling context. Its number is that in Contexts.
type Context struct {
	Number uint32
	Calls  uint64
	Self   uint64
	Cost   int64 // of self
}

// Package tree makes the calling context tree of a trace: who called whom, from
// which line, and what that took. A node is a function that was called from a line of
// the node above it; the same function called from another line, or by another caller,
// is another node.
//
// # What is counted
//
// Time is charged as package profile does it: to the current line of the innermost frame.
// A node's self time is that of its lines, its total is its self time and the totals of
// its children, to the ns, corrected and raw; the root's own time is that in no traced
// frame, and its total is the duration of all threads. The self times of all nodes of a
// function, or of a line of it, add up to its row in package profile, to the ns. Totals of
// functions are rounded row by row there, and so may be a few ns apart from the totals
// of their nodes.
//
// To that end all is added up in ticks and units of costs, process by process, and
// turned into ns once, at the end: see round.
//
// # Recursion
//
// Folded, a frame whose code is open already is at the node of the first frame of it: so
// a recursion is as deep as it has functions. Unfolded, each call is a level of its own.
// Below maxDepth levels, and where there are maxNodes nodes, all that is called is one node
// of its caller, whose function is Deeper.
package tree

import (
	"tracer/internal/analyze/rounding"
	"tracer/trace"
)

// Tree is a calling context tree over all threads that were asked for.
type Tree struct {
	Root *Node `json:"root"` // its function is nil: outside of all frames
	// Functions are those of the nodes, the one with the most self time first.
	Functions []*Function `json:"-"`
	Nodes     int         `json:"nodes"`
	// Deeper is how many calls were made in nodes of the function Deeper.
	Deeper uint64 `json:"deeper,omitempty"`
	// Measured reports whether it is known for every process what its events cost.
	Measured bool `json:"measured"`
}

// Node is a function that was called from a line of its parent.
type Node struct {
	Function *Function `json:"function,omitempty"` // nil for the root
	// Site is the line of the parent's function that called it; 0 for the root's children, and if
	// lines are not told apart.
	Site     int     `json:"site,omitempty"`
	Calls    uint64  `json:"calls"` // going on after a yield is none
	Self     Time    `json:"self"`  // in the function itself
	Total    Time    `json:"total"` // and in what it called
	Lines    []Line  `json:"lines,omitempty"`
	Children []*Node `json:"children,omitempty"` // the largest total first
}

// Function is what code objects of the same module, name, file and first line are
// together.
type Function struct {
	Module    string `json:"module"`
	Name      string `json:"function"` // qualified
	File      string `json:"file"`
	FirstLine int    `json:"line"`
	// Code is the first one of it that was seen, of this process. Deeper has none.
	Code    *trace.Code    `json:"-"`
	Process *trace.Process `json:"-"`
}

// Deeper is the name of the function of what was called too deep to be told apart. It has
// no file.
const Deeper = "(deeper)"

// Line is a line of a node's function.
type Line struct {
	Line int    `json:"line"` // 0 for the root
	Hits uint64 `json:"hits"`
	Self Time   `json:"self"`
}

// Time is a time in ns: corrected, and as recorded.
type Time = rounding.Time

// Options choose what a tree tells apart.
type Options struct {
	// FoldRecursion gives a call of code that is open already the node of the first one.
	FoldRecursion bool
	// AnySite gives the calls of a function from all lines of a caller the same node, whose
	// site is 0.
	AnySite bool
	// Functions leaves out the nodes' lines. Where recursion is folded and the query
	// is plain, summaries will do then: nothing is decoded.
	Functions bool
}

// maxDepth and maxNodes bound a tree. A node has maxLines lines on average, at most, or there
// are less nodes: so a tree is some 200 MB.
const (
	maxDepth = 400
	maxNodes = 3 << 17
	maxLines = 4
)

// Package calls adds a trace up for formats that know functions, their lines, and who
// called whom from where, but no stacks.
//
// # What is counted
//
// Time is charged as package profile does it, and rows of functions and lines are the
// same there and here, totals to a few ns: a row's own time is that in its own code, its total
// is the time while some open frame is of it, each moment once, however deep a
// recursion is.
//
// An edge is a caller and a function that it called, the caller a line or a function.
// Its total is the time while some frame is open that was entered by it, each moment
// once; its self time is that of the function itself in these frames. A moment has hits as
// well as time: so a total says how many lines ran below it, too.
//
// Going on after a yield is no call, but an entry; so is being thrown into.
package calls

import (
	"context"
	"errors"

	"tracer/internal/analyze/query"
	"tracer/internal/wire"
	"tracer/trace"
)

// Options choose what is added up.
type Options struct {
	Query query.Query
	Raw   bool // times as they were recorded
	// ByLine has lines as callers, otherwise functions.
	ByLine   bool
	Creator  string // for who writes: the program's name and version
	Progress func(done, all uint64)
}

// Sums is what a trace adds up to. Times are in ns, and corrected if not Options.Raw. None
// is below zero: see package settle. The order of the functions is that of the processes
// and of their code.
type Sums struct {
	Functions []*Function
	SelfNS    int64
	Hits      uint64
}

// Function is what code objects of the same module, name, file and first line are
// together.
type Function struct {
	Module, Name, File string
	FirstLine          int

	Calls      uint64
	Entries    uint64 // calls, and goings-on after a yield
	Primitive  uint64 // entries while it was not open
	Own, Total Cost
	Lines      []Line // by number
	Callees    []*Edge
	Callers    []*Edge
}

// Cost is what was spent: time and lines.
type Cost struct {
	NS   int64
	Hits uint64
}

// Line is a line of a function.
type Line struct {
	Line       int
	Own, Total Cost
}

// Edge is a function that was called from a line, or from a function.
type Edge struct {
	Caller, Callee            *Function
	Line                      int // of the caller, 0 if edges are not by line
	Calls, Entries, Primitive uint64
	Own, Total                Cost
}

// Build adds up what the query asks for. What could not be read is an error that is a
// *wire.CorruptError; the sums have all the rest.
func Build(ctx context.Context, t *trace.Trace, o Options) (*Sums, error) {
	tables := map[*trace.Process]*table{}
	all := newTotals()
	for _, p := range t.Processes() {
		tables[p] = newTable(p, all)
	}
	work := func(p *query.Part) (*counter, error) {
		c := newCounter(tables[p.Thread().Process], o.ByLine)
		return c, p.Replay(c)
	}
	merge := func(p *query.Part, c *counter) error {
		c.table.add(p.Thread(), c)
		return nil
	}
	failed := query.Each(ctx, &o.Query, t, work, merge, o.Progress)
	if corrupt := (*wire.CorruptError)(nil); failed != nil && !errors.As(failed, &corrupt) {
		return nil, failed
	}
	for _, p := range t.Processes() {
		tables[p].finish(o.Raw)
	}
	return all.sums(), failed
}

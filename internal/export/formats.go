// Package export is the list of the formats that a trace is exported to, one folder
// each, and how a file of one is made: it is there once it is whole.
package export

import (
	"context"
	"io"

	"tracer/internal/analyze/query"
	"tracer/trace"
)

// Format is a format of other tools.
type Format struct {
	Name   string // what --to calls it
	Ending string // of its files' names
	Help   string // what it is
	Opens  string // what opens it
	Binary bool   // it is nothing for a terminal

	// Which of the options that not all formats have mean something in it.
	Lines, ByThread, Fold bool

	Write Writer
}

// Writer writes a trace in a format. An error that is a *wire.CorruptError comes after
// all that can be read was written; after any other what was written is no use.
type Writer func(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error

// Options is what is asked for. A format takes of it what it knows.
type Options struct {
	Query    query.Query
	Raw      bool                   // times as they were recorded
	Lines    bool                   // frames are lines, not functions
	ByThread bool                   // threads apart
	Fold     bool                   // recursion folded
	Creator  string                 // the program that writes, and its version
	Progress func(done, all uint64) // may be nil
}

// Formats returns all formats: first what adds up, then what happened when.
func Formats() []Format {
	return append(sums(), times()...)
}

// Find returns the format of a name.
func Find(name string) (Format, bool) {
	for _, f := range Formats() {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}

package exporttest

import (
	"testing"

	"tracer/internal/analyze/profile"
	"tracer/trace"
)

// Row is a function, or a line of one if Line is not 0.
type Row struct {
	Module, Function, File string
	Line                   int
}

// Sums is what package profile says of a trace, as it was recorded.
type Sums struct {
	SelfNS int64
	Hits   uint64
	Calls  uint64

	Lines     map[Row]profile.Line
	Functions map[Row]profile.Function // by their first line
}

// Profile returns the sums of a trace.
func Profile(tb testing.TB, t *trace.Trace) Sums {
	tb.Helper()
	p, err := profile.Build(t.Processes(), trace.Window{})
	if err != nil {
		tb.Fatal(err)
	}
	s := Sums{SelfNS: p.RawSelfNS, Lines: map[Row]profile.Line{}, Functions: map[Row]profile.Function{}}
	for _, l := range p.Lines {
		s.Lines[Row{l.Module, l.Function, l.File, l.Line}] = l
		s.Hits += l.Hits
	}
	for _, f := range p.Functions {
		s.Functions[Row{f.Module, f.Function, f.File, f.Line}] = f
		s.Calls += f.Calls
	}
	if s.Hits == 0 || s.SelfNS == 0 {
		tb.Fatal("the trace has nothing in it: it proves nothing")
	}
	return s
}

// Corrected is the corrected time of all traced code.
func Corrected(tb testing.TB, t *trace.Trace) int64 {
	tb.Helper()
	p, err := profile.Build(t.Processes(), trace.Window{})
	if err != nil {
		tb.Fatal(err)
	}
	return p.SelfNS
}

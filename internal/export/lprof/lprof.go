// Package lprof writes what line_profiler's viewer reads, python -m line_profiler FILE: a
// pickled LineStats, as LineProfiler.dump_stats leaves it, with
//
//	timings: {(file, first line, name): [(line, hits, time), …]}
//	unit: 1e-9, so times are in ns
//
// The pickle has protocol 2, which all versions of Python read, and names the class
// by the module that has it in versions 4 and 5 of line_profiler. As there, a line's time is
// with what it called, and only lines that ran are told.
package lprof

import (
	"bufio"
	"context"
	"io"

	"tracer/internal/export/calls"
	"tracer/trace"
)

// Options choose what is written.
type Options = calls.Options

// Write writes a trace.
func Write(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	s, failed := calls.Build(ctx, t, o)
	if s == nil {
		return failed
	}
	out := bufio.NewWriterSize(w, 64<<10)
	p := pickle{out}
	p.begin("line_profiler._line_profiler", "LineStats")
	p.mark()
	p.text("timings")
	p.dict()
	for _, f := range functions(s) {
		if err := ctx.Err(); err != nil {
			return err
		}
		f.write(p)
	}
	p.text("unit")
	p.float(1e-9)
	p.end()
	if err := out.Flush(); err != nil {
		return err
	}
	return failed
}

// key is how line_profiler knows a function.
type key struct {
	file string
	line int
	name string
}

type function struct {
	key
	lines []calls.Line
}

// functions returns those that have run lines, by their keys, in order. Several can
// have the same one.
func functions(s *calls.Sums) (list []*function) {
	known := map[key]*function{}
	for _, f := range s.Functions {
		if f.Own.Hits == 0 {
			continue
		}
		k := key{f.File, f.FirstLine, f.Name}
		of := known[k]
		if of == nil {
			of = &function{key: k}
			known[k] = of
			list = append(list, of)
		}
		of.lines = join(of.lines, f.Lines)
	}
	return list
}

// join adds lines, which are by number, to others.
func join(a, b []calls.Line) []calls.Line {
	if len(a) == 0 {
		return b
	}
	var all []calls.Line
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].Line < b[0].Line:
			all, a = append(all, a[0]), a[1:]
		case a[0].Line > b[0].Line:
			all, b = append(all, b[0]), b[1:]
		default:
			sum := a[0]
			sum.Own.Hits += b[0].Own.Hits
			sum.Total.NS += b[0].Total.NS
			all, a, b = append(all, sum), a[1:], b[1:]
		}
	}
	return append(append(all, a...), b...)
}

func (f *function) write(p pickle) {
	p.text(f.file)
	p.int(uint64(f.line))
	p.text(f.name)
	p.triple()
	p.list()
	p.mark()
	for _, l := range f.lines {
		if l.Own.Hits == 0 {
			continue // a frame that had not come to its first line
		}
		p.int(uint64(l.Line))
		p.int(l.Own.Hits)
		p.int(uint64(l.Total.NS))
		p.triple()
	}
	p.appends()
	p.set()
}

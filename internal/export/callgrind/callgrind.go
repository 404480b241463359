// Package callgrind writes what callgrind_annotate and KCachegrind open: the costs of
// each line, and the calls from each line with what they cost in all. The format is in
// Valgrind's manual, "Callgrind Format Specification", version 1.
//
// There are two events, Ns and Hits. Numbers stand for the names of files and functions
// once these were said. A call's costs are those while some frame is open that it has
// entered, each moment once: so what a function costs in all is its own lines and its
// calls, also where calls below it lead back to it. A function that goes on after a yield
// costs what it does where it went on, which is no call: so there may be costs of 0 calls.
package callgrind

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"tracer/internal/export/calls"
	"tracer/trace"
)

// Options choose what is written.
type Options = calls.Options

// Write writes a trace.
func Write(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	o.ByLine = true
	s, failed := calls.Build(ctx, t, o)
	if s == nil {
		return failed
	}
	out := writer{Writer: bufio.NewWriterSize(w, 64<<10), files: map[string]int{}, functions: map[*calls.Function]int{}}
	out.head(t, o, s)
	for _, f := range s.Functions {
		if err := ctx.Err(); err != nil {
			return err
		}
		out.function(f)
	}
	fmt.Fprintf(out, "\ntotals: %d %d\n", s.SelfNS, s.Hits)
	if err := out.Flush(); err != nil {
		return err
	}
	return failed
}

type writer struct {
	*bufio.Writer // its error is that of Flush
	files         map[string]int
	functions     map[*calls.Function]int
}

func (w *writer) head(t *trace.Trace, o Options, s *calls.Sums) {
	fmt.Fprintf(w, "# callgrind format\nversion: 1\ncreator: %s\n", oneLine(o.Creator))
	if p := t.Processes(); len(p) > 0 {
		fmt.Fprintf(w, "pid: %d\n", p[0].PID)
	}
	fmt.Fprintf(w, "cmd: %s\n", oneLine(strings.Join(t.Info().Argv, " ")))
	fmt.Fprintf(w, "positions: line\nevent: Ns : time in ns\nevent: Hits : lines that ran\nevents: Ns Hits\nsummary: %d %d\n", s.SelfNS, s.Hits)
}

func (w *writer) function(f *calls.Function) {
	fmt.Fprintf(w, "\nfl=%s\nfn=%s\n", w.file(f), w.name(f))
	callees := f.Callees
	for _, l := range f.Lines {
		w.costs(l.Line, l.Own)
		n := 0
		for n < len(callees) && callees[n].Line == l.Line {
			w.call(callees[n])
			n++
		}
		callees = callees[n:]
	}
}

func (w *writer) call(e *calls.Edge) {
	if e.Callee.File != e.Caller.File {
		fmt.Fprintf(w, "cfi=%s\n", w.file(e.Callee))
	}
	fmt.Fprintf(w, "cfn=%s\ncalls=%d %d\n", w.name(e.Callee), e.Calls, e.Callee.FirstLine)
	w.costs(e.Line, e.Total)
}

// costs writes a line of costs. Those that are 0 may be left out at its end.
func (w *writer) costs(line int, c calls.Cost) {
	b := strconv.AppendInt(w.AvailableBuffer(), int64(line), 10)
	b = strconv.AppendInt(append(b, ' '), c.NS, 10)
	b = strconv.AppendUint(append(b, ' '), c.Hits, 10)
	w.Write(append(b, '\n'))
}

func (w *writer) file(f *calls.Function) string { return number(w.files, f.File, f.File) }

func (w *writer) name(f *calls.Function) string {
	name := f.Name
	if f.Module != "" {
		name = f.Module + "." + name
	}
	return number(w.functions, f, name)
}

// number returns a number, and with it the name where that is said for the first time.
func number[K comparable](numbers map[K]int, key K, name string) string {
	n, ok := numbers[key]
	if ok {
		return fmt.Sprintf("(%d)", n)
	}
	n = len(numbers) + 1
	numbers[key] = n
	return fmt.Sprintf("(%d) %s", n, oneLine(name))
}

// oneLine leaves no line end in a name.
func oneLine(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return '?'
		}
		return r
	}, name)
}

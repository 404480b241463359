// Package speedscope writes the file format of speedscope (www.speedscope.app), which its
// README and src/lib/file-format-spec.ts describe: JSON with the frames that all
// profiles share, and profiles of kind "sampled": a stack of frames for each sample, its
// outermost first, and the ns that it took.
//
// There is a sample for each node of the calling context tree: how long a function, called
// in that way, took by itself. With lines, frames are lines of functions, and there is
// a sample for each. Nothing is held back: the tree is walked twice, for the stacks and
// for their weights, and the frames come last.
package speedscope

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"tracer/internal/analyze/tree"
	"tracer/internal/export/stacks"
	"tracer/trace"
)

// Options choose what is written.
type Options = stacks.Options

const schema = "https://www.speedscope.app/file-format-schema.json"

// Write writes a trace.
func Write(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	s := scope{out: bufio.NewWriterSize(w, 64<<10), names: stacks.NewNames(), lines: o.Lines}
	fmt.Fprintf(s.out, `{"$schema":%s,"name":%s,"exporter":%s,"activeProfileIndex":0,"profiles":[`, text(schema), text(name(t)), text(o.Creator))
	failed := stacks.Each(ctx, t, o, func(st *stacks.Stacks) error { return s.profile(ctx, st) })
	if failed != nil && !stacks.Corrupt(failed) {
		return failed
	}
	s.frames()
	if err := s.out.Flush(); err != nil {
		return err
	}
	return failed
}

// name is that of the trace.
func name(t *trace.Trace) string { return strings.TrimSuffix(filepath.Base(t.Info().Path), ".trace") }

// text returns a string as JSON has it.
func text(s string) []byte {
	b, err := json.Marshal(s)
	if err != nil {
		return []byte(`""`) // of a string there is no error
	}
	return b
}

type scope struct {
	out      *bufio.Writer
	names    *stacks.Names
	lines    bool
	profiles int
	stack    []byte
}

// profile writes the profile of a tree.
func (s *scope) profile(ctx context.Context, st *stacks.Stacks) error {
	s.names.Forget()
	if s.profiles++; s.profiles > 1 {
		s.out.WriteByte(',')
	}
	fmt.Fprintf(s.out, "\n"+`{"type":"sampled","unit":"nanoseconds","name":%s,"startValue":0,"endValue":%d,"samples":[`, text(st.Name()), st.Root.Total.NS)
	first := true
	err := st.Walk(ctx, func(callers []stacks.Frame, n *tree.Node) error {
		if n.Self.NS == 0 {
			return nil
		}
		s.stack = s.stack[:0]
		for _, f := range callers {
			s.stack = append(s.frame(s.stack, f), ',')
		}
		return s.leaves(n, func(f stacks.Frame, _ int64) {
			s.separate(&first)
			s.out.WriteByte('[')
			s.out.Write(s.stack)
			s.out.Write(append(s.frame(s.out.AvailableBuffer(), f), ']'))
		})
	})
	if err != nil {
		return err
	}
	s.out.WriteString(`],"weights":[`)
	first = true
	err = st.Walk(ctx, func(_ []stacks.Frame, n *tree.Node) error {
		return s.leaves(n, func(_ stacks.Frame, ns int64) {
			s.separate(&first)
			s.out.Write(strconv.AppendInt(s.out.AvailableBuffer(), ns, 10))
		})
	})
	s.out.WriteString("]}")
	return err
}

func (s *scope) separate(first *bool) {
	if !*first {
		s.out.WriteByte(',')
	}
	*first = false
}

// leaves calls f for each innermost frame of a node that took any time, and returns the
// error of the output.
func (s *scope) leaves(n *tree.Node, f func(leaf stacks.Frame, ns int64)) error {
	switch {
	case n.Self.NS == 0:
	case !s.lines:
		f(stacks.Frame{Function: n.Function}, n.Self.NS)
	default:
		for _, l := range n.Lines {
			if l.Self.NS > 0 {
				f(stacks.Frame{Function: n.Function, Line: l.Line}, l.Self.NS)
			}
		}
	}
	_, err := s.out.Write(nil)
	return err
}

// frame appends the number of a frame.
func (s *scope) frame(b []byte, f stacks.Frame) []byte {
	if !s.lines {
		f.Line = f.Function.FirstLine
	}
	return strconv.AppendInt(b, int64(s.names.Location(f)), 10)
}

// frames writes what the numbers mean, and ends the file.
func (s *scope) frames() {
	s.out.WriteString(`],"shared":{"frames":[`)
	for i, l := range s.names.Locations {
		if i > 0 {
			s.out.WriteByte(',')
		}
		f := s.names.Functions[l.Function]
		fmt.Fprintf(s.out, "\n"+`{"name":%s`, text(stacks.Name(f)))
		if f.File != "" {
			fmt.Fprintf(s.out, `,"file":%s,"line":%d`, text(f.File), l.Line)
		}
		s.out.WriteByte('}')
	}
	s.out.WriteString("]}}\n")
}

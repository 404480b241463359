// Package collapsed writes collapsed stacks, what flame graphs are drawn of: a line for
// each stack, its frames from the outermost on with ; between them, a space and a number:
// the ns that its innermost frame took by itself.
//
//	__main__.<module>;__main__.main;util.parse 120500
//
// With lines, a frame is "util.parse (util.py:7)", and each line a stack of its own. The
// form is that of stackcollapse-*.pl of Brendan Gregg's FlameGraph; speedscope, inferno and
// many others read it.
package collapsed

import (
	"bufio"
	"context"
	"io"
	"strconv"
	"strings"

	"tracer/internal/analyze/tree"
	"tracer/internal/export/stacks"
	"tracer/trace"
)

// Options choose what is written.
type Options = stacks.Options

// Write writes a trace.
func Write(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	c := collapser{out: bufio.NewWriterSize(w, 64<<10), lines: o.Lines}
	failed := stacks.Each(ctx, t, o, func(s *stacks.Stacks) error {
		c.thread = ""
		if s.Thread != nil {
			c.thread = clean(s.Name())
		}
		c.names = map[*tree.Function]string{}
		return s.Walk(ctx, c.node)
	})
	if failed != nil && !stacks.Corrupt(failed) {
		return failed
	}
	if err := c.out.Flush(); err != nil {
		return err
	}
	return failed
}

type collapser struct {
	out    *bufio.Writer
	lines  bool
	thread string
	names  map[*tree.Function]string
	stack  []byte
}

// node writes what a node took itself.
func (c *collapser) node(callers []stacks.Frame, n *tree.Node) error {
	if n.Self.NS == 0 {
		return nil
	}
	c.stack = c.stack[:0]
	if c.thread != "" {
		c.stack = append(append(c.stack, c.thread...), ';')
	}
	for _, f := range callers {
		c.stack = append(c.frame(c.stack, f), ';')
	}
	if !c.lines {
		return c.line(stacks.Frame{Function: n.Function}, n.Self.NS)
	}
	for _, l := range n.Lines {
		if l.Self.NS > 0 {
			if err := c.line(stacks.Frame{Function: n.Function, Line: l.Line}, l.Self.NS); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *collapser) line(f stacks.Frame, ns int64) error {
	c.out.Write(c.stack)
	b := append(c.frame(c.out.AvailableBuffer(), f), ' ')
	_, err := c.out.Write(append(strconv.AppendInt(b, ns, 10), '\n'))
	return err
}

func (c *collapser) frame(b []byte, f stacks.Frame) []byte {
	name, ok := c.names[f.Function]
	if !ok {
		name = clean(stacks.Name(f.Function))
		if c.lines {
			name += " (" + clean(f.Function.File) + ":"
		}
		c.names[f.Function] = name
	}
	b = append(b, name...)
	if c.lines {
		b = append(strconv.AppendInt(b, int64(f.Line), 10), ')')
	}
	return b
}

// clean leaves in a name nothing that means something between frames.
func clean(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ';':
			return ':'
		case r < ' ':
			return '?'
		}
		return r
	}, strings.ToValidUTF8(name, "�"))
}

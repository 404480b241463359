package stacks

import (
	"context"

	"tracer/internal/analyze/tree"
)

// Frame is a function, and the line it is at. A function by itself is at its first line.
type Frame struct {
	Function *tree.Function
	Line     int
}

// Name is what a frame's function is called where modules have no place of their own.
func Name(f *tree.Function) string {
	if f.Module == "" {
		return f.Name
	}
	return f.Module + "." + f.Name
}

// Walk calls visit for each node of the tree but its root, a caller before what it calls.
// callers are the frames that it was called from, the outermost first, and valid during the
// call.
func (s *Stacks) Walk(ctx context.Context, visit func(callers []Frame, n *tree.Node) error) error {
	w := walker{ctx: ctx, visit: visit}
	return w.children(s.Root)
}

type walker struct {
	ctx     context.Context
	visit   func([]Frame, *tree.Node) error
	callers []Frame
	nodes   int
}

func (w *walker) children(n *tree.Node) error {
	for _, c := range n.Children {
		if w.nodes++; w.nodes%1024 == 0 {
			if err := w.ctx.Err(); err != nil {
				return err
			}
		}
		if n.Function != nil {
			w.callers = append(w.callers, Frame{n.Function, c.Site})
		}
		if err := w.visit(w.callers, c); err != nil {
			return err
		}
		if err := w.children(c); err != nil {
			return err
		}
		if n.Function != nil {
			w.callers = w.callers[:len(w.callers)-1]
		}
	}
	return nil
}

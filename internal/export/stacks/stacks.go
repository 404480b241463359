// Package stacks is what the formats of stacks have in common: a calling context tree of
// what is asked for, of all threads or of each one, whose times are ready to be written, and
// its functions and their lines by number.
package stacks

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"tracer/internal/analyze/query"
	"tracer/internal/analyze/tree"
	"tracer/internal/export/settle"
	"tracer/internal/wire"
	"tracer/trace"
)

// Options choose what is written.
type Options struct {
	Query    query.Query
	Raw      bool   // times as they were recorded
	Lines    bool   // nodes have their lines
	ByThread bool   // threads apart
	Fold     bool   // recursion folded
	Creator  string // the program that writes, and its version
	Progress func(done, all uint64)
}

// Stacks is a calling context tree. Its Self.NS and Total.NS, of nodes and of lines, are
// what is to be written: corrected times or those that were recorded, none below zero (see
// package settle), and the totals add up.
type Stacks struct {
	Thread *trace.Thread // nil: all that are asked for
	Root   *tree.Node
}

// Name says what the stacks are of.
func (s *Stacks) Name() string {
	if s.Thread == nil {
		return "all threads"
	}
	name := s.Thread.Name
	if name == "" {
		name = "thread"
	}
	return fmt.Sprintf("%s (pid %d, tid %d)", name, s.Thread.Process.PID, s.Thread.TID)
}

// Each calls f with the stacks of all threads, or with those of each thread, one after
// another. Threads without any are left out. What could not be read is an error that is
// a *wire.CorruptError; f was called with all the rest.
func Each(ctx context.Context, t *trace.Trace, o Options, f func(s *Stacks) error) error {
	if !o.ByThread {
		return build(ctx, t, nil, o, o.Progress, f)
	}
	threads := o.Query.Threads(t)
	all, done := uint64(0), uint64(0)
	for _, th := range threads {
		all += th.Events()
	}
	var failed error
	for _, th := range threads {
		one := o
		one.Query.Processes, one.Query.ThreadNames = []string{strconv.Itoa(th.Process.PID)}, []string{strconv.Itoa(th.TID)}
		if one.Query.Threads(t)[0] != th {
			continue // another one had both of its numbers: it is with that
		}
		var progress func(n, of uint64)
		if o.Progress != nil {
			progress = func(n, of uint64) { o.Progress(min(done+n, all), all) }
		}
		err := build(ctx, t, th, one, progress, f)
		if err != nil && !Corrupt(err) {
			return err
		}
		failed = errors.Join(failed, err)
		done += th.Events()
	}
	return failed
}

// Corrupt reports whether an error says what could not be read, and there is all the rest.
func Corrupt(err error) bool {
	var c *wire.CorruptError
	return errors.As(err, &c)
}

func build(ctx context.Context, t *trace.Trace, th *trace.Thread, o Options, progress func(done, all uint64), f func(*Stacks) error) error {
	made, failed := tree.Build(ctx, t, &o.Query, tree.Options{FoldRecursion: o.Fold, Functions: !o.Lines}, progress)
	if failed != nil && (made == nil || !Corrupt(failed)) {
		return failed
	}
	made.Root.Self, made.Root.Lines = tree.Time{}, nil // outside of all frames
	if o.Raw {
		recorded(made.Root)
	}
	budget(made.Root)
	if len(made.Root.Children) == 0 && th != nil {
		return failed
	}
	if err := f(&Stacks{th, made.Root}); err != nil {
		return err
	}
	return failed
}

// recorded puts the recorded times in the place of the corrected ones.
func recorded(n *tree.Node) {
	n.Self.NS, n.Total.NS = n.Self.RawNS, n.Total.RawNS
	for i := range n.Lines {
		n.Lines[i].Self.NS = n.Lines[i].Self.RawNS
	}
	for _, c := range n.Children {
		recorded(c)
	}
}

// budget gives each node and line a time that is not below zero, so that they add up to
// the root's total.
func budget(root *tree.Node) {
	root.Total.NS = 0
	for _, c := range root.Children {
		root.Total.NS += c.Total.NS
	}
	root.Total.NS = max(root.Total.NS, 0)
	share(root, nil)
}

// share gives what a node may have, its total, to its lines and children. The lines pay
// first for what is too much.
func share(n *tree.Node, values []*int64) {
	lines := int64(0)
	if len(n.Lines) == 0 {
		lines = max(n.Self.NS, 0)
	}
	values = values[:0]
	for i := range n.Lines {
		values = append(values, &n.Lines[i].Self.NS)
		lines += max(n.Lines[i].Self.NS, 0)
	}
	children := int64(0)
	for _, c := range n.Children {
		children += max(c.Total.NS, 0)
	}
	n.Self.NS = min(lines, max(n.Total.NS-children, 0))
	settle.Settle(n.Self.NS, values...)
	values = values[:0]
	for _, c := range n.Children {
		values = append(values, &c.Total.NS)
	}
	settle.Settle(n.Total.NS-n.Self.NS, values...)
	for _, c := range n.Children {
		share(c, values)
	}
}

package tree

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"tracer/internal/analyze/query"
	"tracer/internal/analyze/rounding"
	"tracer/trace"
)

// errPartly says that summaries do not have all contexts.
var errPartly = errors.New("contexts are missing")

// sums adds up what summaries say.
func (b *builder) sums(ctx context.Context, t *trace.Trace, q *query.Query) error {
	threads := q.Threads(t)
	for len(threads) > 0 && ctx.Err() == nil {
		n := 1
		for n < len(threads) && threads[n].Process == threads[0].Process {
			n++
		}
		b.enter(threads[0].Process)
		if err := b.sumsOf(ctx, threads[:n], q); err != nil {
			return err
		}
		threads = threads[n:]
	}
	return ctx.Err()
}

// sumsOf adds the threads of a process.
func (b *builder) sumsOf(ctx context.Context, threads []*trace.Thread, q *query.Query) error {
	sums := make([]*trace.Sums, len(threads))
	errs := make([]error, len(threads))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range max(1, min(runtime.GOMAXPROCS(0), len(threads))) {
		wg.Go(func() {
			for n := next.Add(1) - 1; int(n) < len(threads) && ctx.Err() == nil; n = next.Add(1) - 1 {
				sums[n], errs[n] = threads[n].Sum(q.Window)
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	b.errs = append(b.errs, errs...)
	all := &trace.Sums{}
	for _, s := range sums {
		cost := int64(0)
		for _, l := range s.Lines {
			cost += l.Cost
		}
		b.process.addThread(s.End-s.Start, rounding.Sum{Ticks: s.Outside, Cost: s.OutsideCost}, cost)
		all.Add(s)
	}
	if !b.process.addSums(all) {
		return errPartly
	}
	return nil
}

// unknown is what is counted for code that no name tells of.
var unknown = trace.Code{File: &trace.File{Name: "?"}, Qualname: "?"}

// addSums adds what the threads of the process add up to, and reports whether the contexts
// of each function have all of its time: they have not where the process has more contexts
// than it keeps, or a tree may have, or where a file of them is damaged.
func (p *process) addSums(s *trace.Sums) bool {
	left := map[uint32]rounding.Sum{}
	take := func(function uint32, ticks uint64, cost int64) {
		was := left[function]
		left[function] = rounding.Sum{Ticks: was.Ticks + ticks, Cost: was.Cost + cost}
	}
	for _, l := range s.Lines {
		c := p.Code(l.Of)
		if c == nil {
			c = &unknown
		}
		function := p.function(c)
		p.addRow(function, l.Line, rounding.Sum{Ticks: l.Self, Cost: l.Cost})
		take(function, l.Self, l.Cost)
	}
	root := p.Tree(s)
	p.tree.add(0, 0, 0, root.Self, root.Cost)
	take(outside, root.Self-s.Outside, root.Cost-s.OutsideCost)
	p.addContexts(root, func(function uint32, n *trace.Node) { take(function, -n.Self, -n.Cost) })
	for _, sum := range left {
		if sum != (rounding.Sum{}) {
			return false
		}
	}
	return true
}

// addContexts adds the nodes below a root, and tells take of each and its function.
func (p *process) addContexts(root *trace.Node, take func(function uint32, n *trace.Node)) {
	type open struct {
		*trace.Node
		number uint32
	}
	for stack := []open{{root, 0}}; len(stack) > 0; {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, child := range n.Children {
			site := uint32(0)
			if n.Code != nil && !p.options.AnySite {
				site = uint32(n.Code.Line(child.Site))
			}
			function := p.function(child.Code)
			number := p.tree.child(n.number, site, function)
			p.tree.nodes.list[number].calls += child.Calls
			p.tree.add(number, 0, 0, child.Self, child.Cost)
			if p.tree.nodes.list[number].function == function {
				take(function, child)
			}
			stack = append(stack, open{child, number})
		}
	}
}

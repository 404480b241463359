package cli

import (
	"container/heap"
	"slices"

	"tracer/internal/analyze/tree"
)

// branch is a row of a tree of text, and those below it.
type branch struct {
	function    *tree.Function // nil: what calls from no traced function
	line        int            // of function; 0: the row is the function itself
	self, total int64
	calls       uint64
	hits        uint64
	below       func() []*branch
}

// calls are the rows of functions that were called.
func (x *reportTree) calls(nodes []*tree.Node) []*branch {
	var rows []*branch
	for _, n := range nodes {
		rows = append(rows, x.call(n))
	}
	return ordered(rows)
}

func (x *reportTree) call(n *tree.Node) *branch {
	b := &branch{function: n.Function, self: x.of(n.Self), total: x.of(n.Total), calls: n.Calls}
	b.below = func() []*branch { return x.calls(n.Children) }
	if x.byLine {
		b.below = func() []*branch { return x.lines(n) }
	}
	return b
}

// of returns the time that is shown. Unlike in a table of functions, where it is below zero
// it stays so: the rows below one add up to it.
func (x *reportTree) of(t tree.Time) int64 {
	if x.raw {
		return t.RawNS
	}
	return t.NS
}

// lines are the rows of a node's lines: its own, and those that called.
func (x *reportTree) lines(n *tree.Node) []*branch {
	at := map[int]*branch{}
	called := map[int][]*tree.Node{}
	var rows []*branch
	row := func(line int) *branch {
		if at[line] == nil {
			at[line] = &branch{function: n.Function, line: line, below: func() []*branch { return x.calls(called[line]) }}
			rows = append(rows, at[line])
		}
		return at[line]
	}
	for _, l := range n.Lines {
		b := row(l.Line)
		b.hits += l.Hits
		b.self += x.of(l.Self)
		b.total += x.of(l.Self)
	}
	for _, c := range n.Children {
		row(c.Site).total += x.of(c.Total)
		called[c.Site] = append(called[c.Site], c)
	}
	return ordered(rows)
}

// callers are the rows of callers: their lines, for it is these that called.
func (x *reportTree) callers(c *tree.Caller) *branch {
	return &branch{
		function: c.Function, line: c.Line, self: x.of(c.Self), total: x.of(c.Total), calls: c.Calls,
		below: func() []*branch {
			var rows []*branch
			for _, caller := range c.Callers {
				rows = append(rows, x.callers(caller))
			}
			return ordered(rows)
		},
	}
}

// ordered puts the largest totals first. Equals stay as they are.
func ordered(rows []*branch) []*branch {
	slices.SortStableFunc(rows, func(a, b *branch) int {
		switch {
		case a.total > b.total:
			return -1
		case a.total < b.total:
			return 1
		}
		return 0
	})
	return rows
}

// forest chooses the rows of trees that are shown.
type forest[N comparable] struct {
	below func(N) []N
	total func(N) int64
	least int64 // the smallest total that is shown
	limit int   // of rows, 0 for no limit; those with the largest totals
}

// choose returns what of the trees is shown, and what is below each. A single root is shown
// in any case.
func (f forest[N]) choose(roots ...N) map[N][]N {
	chosen := map[N][]N{}
	q := &largest[N]{total: f.total}
	for _, r := range roots {
		if len(roots) == 1 || f.total(r) >= f.least {
			q.Push(r)
		}
	}
	heap.Init(q)
	for q.Len() > 0 && (f.limit == 0 || len(chosen) < f.limit) {
		n := heap.Pop(q).(N)
		below := f.below(n)
		chosen[n] = below
		for _, b := range below {
			if f.total(b) >= f.least {
				heap.Push(q, b)
			}
		}
	}
	return chosen
}

// largest is a heap with the largest total at its top.
type largest[N any] struct {
	list  []N
	total func(N) int64
}

func (h *largest[N]) Len() int           { return len(h.list) }
func (h *largest[N]) Less(i, j int) bool { return h.total(h.list[i]) > h.total(h.list[j]) }
func (h *largest[N]) Swap(i, j int)      { h.list[i], h.list[j] = h.list[j], h.list[i] }
func (h *largest[N]) Push(n any)         { h.list = append(h.list, n.(N)) }
func (h *largest[N]) Pop() any {
	n := len(h.list) - 1
	last := h.list[n]
	h.list = h.list[:n]
	return last
}

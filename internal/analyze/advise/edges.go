package advise

import (
	"tracer/internal/analyze/tree"
)

// edge is a function that was called from a line of another, wherever in the tree.
type edge struct {
	site   Place
	caller *tree.Function
	callee *tree.Function
	calls  uint64
	within uint64 // calls of the caller, in the nodes where it calls the callee
	ns     int64  // total
	nodes  []*tree.Node
}

type edgeKey struct {
	caller, callee *tree.Function
	line           int
}

// edges adds the tree's nodes up by caller, line and callee. What a folded recursion
// calls is the outermost frame's: its own calls are no edge.
func (f *Facts) edges() []*edge {
	var list []*edge
	known := map[edgeKey]*edge{}
	var walk func(n *tree.Node)
	walk = func(n *tree.Node) {
		for _, c := range n.Children {
			if n.Function != nil && c.Function.Code != nil && n.Function.Code != nil {
				k := edgeKey{n.Function, c.Function, c.Site}
				e := known[k]
				if e == nil {
					e = &edge{site: placeOf(n.Function, c.Site), caller: n.Function, callee: c.Function}
					known[k] = e
					list = append(list, e)
				}
				e.calls += c.Calls
				e.within += n.Calls
				e.ns += c.Total.NS
				e.nodes = append(e.nodes, c)
			}
			walk(c)
		}
	}
	walk(f.tree.Root)
	return list
}

// row is the function's row, nil if it has none.
func (f *Facts) row(fn *tree.Function) (first, last, self, total int64) {
	if r := f.byFunction[functionKey{fn.Module, fn.Name, fn.File, fn.FirstLine}]; r != nil {
		return r.FirstNS, r.LastNS, r.SelfNS, r.TotalNS
	}
	return 0, 0, 0, 0
}

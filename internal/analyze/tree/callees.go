package tree

import (
	"cmp"
	"slices"
)

// Callees returns what a function called, wherever it was called from: all its subtrees as
// one. Its calls are those from outside of itself; where recursion is not folded, those
// of itself by itself are among what it called. sites tells lines apart, as in the tree.
func (t *Tree) Callees(f *Function, sites bool) *Node {
	var outermost []*Node
	var walk func(n *Node)
	walk = func(n *Node) {
		if n.Function == f {
			outermost = append(outermost, n)
			return
		}
		for _, c := range n.Children {
			walk(c)
		}
	}
	walk(t.Root)
	m := merger{sites: sites}
	r := m.merge(outermost)
	r.Function, r.Site = f, 0
	return r
}

// merger makes one node of several.
type merger struct {
	sites bool
}

// merge returns the sums of nodes of one function, and of what they called.
func (m *merger) merge(nodes []*Node) *Node {
	r := &Node{}
	type callee struct {
		function *Function
		site     int
	}
	var order []callee
	groups := map[callee][]*Node{}
	for _, n := range nodes {
		r.Function = n.Function
		r.Calls += n.Calls
		r.Self.Add(n.Self)
		r.Total.Add(n.Total)
		if m.sites {
			r.Site = n.Site
			r.addLines(n.Lines)
		}
		for _, c := range n.Children {
			k := callee{function: c.Function}
			if m.sites {
				k.site = c.Site
			}
			if groups[k] == nil {
				order = append(order, k)
			}
			groups[k] = append(groups[k], c)
		}
	}
	for _, k := range order {
		r.Children = append(r.Children, m.merge(groups[k]))
	}
	slices.SortFunc(r.Children, compareNodes)
	return r
}

// addLines adds lines, both lists being in order.
func (n *Node) addLines(lines []Line) {
	for _, l := range lines {
		i, ok := slices.BinarySearchFunc(n.Lines, l.Line, func(l Line, line int) int { return cmp.Compare(l.Line, line) })
		if !ok {
			n.Lines = slices.Insert(n.Lines, i, Line{Line: l.Line})
		}
		n.Lines[i].Hits += l.Hits
		n.Lines[i].Self.Add(l.Self)
	}
}

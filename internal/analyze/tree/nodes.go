package tree

import (
	"cmp"
	"slices"

	"tracer/internal/analyze/rounding"
)

// tree returns the nodes of a table whose times are ns, with their lines if these are told
// apart.
func (t *table) tree(f *functions, lines bool) *Tree {
	list := make([]Node, len(t.nodes.list))
	t.linesOf(list)
	result := &Tree{Root: &list[0]}
	children := make([]int, len(list))
	for i := len(list) - 1; i > 0; i-- {
		n, from := &list[i], &t.nodes.list[i]
		n.Function, n.Site, n.Calls = f.list[from.function], int(from.site), from.calls
		n.Total.Add(n.Self)
		if n.Calls == 0 && n.Total == (Time{}) && len(n.Lines) == 0 && children[i] == 0 {
			n.Function = nil
			continue
		}
		if from.function == deeper {
			result.Deeper += n.Calls
		}
		result.Nodes++
		children[from.parent]++
		list[from.parent].Total.Add(n.Total)
	}
	list[0].Total.Add(list[0].Self)
	links := make([]*Node, result.Nodes)
	for i := range list {
		list[i].Children, links = links[:0:children[i]], links[children[i]:]
	}
	for i := range list[1:] {
		if n := &list[i+1]; n.Function != nil {
			parent := &list[t.nodes.list[i+1].parent]
			parent.Children = append(parent.Children, n)
		}
	}
	for i := range list {
		slices.SortFunc(list[i].Children, compareNodes)
	}
	if !lines {
		for i := range list {
			list[i].Lines = nil
		}
	}
	result.Functions = t.functionsOf(f, list)
	return result
}

// linesOf gives the nodes their lines and self times.
func (t *table) linesOf(list []Node) {
	cells := t.cells.list[1:]
	counts := make([]int, len(list))
	for _, c := range cells {
		counts[c.node]++
	}
	lines := make([]Line, len(cells))
	for i := range list {
		list[i].Lines, lines = lines[:0:counts[i]], lines[counts[i]:]
	}
	for _, c := range cells {
		n := &list[c.node]
		time := rounding.Time{NS: int64(c.raw) - c.less, RawNS: int64(c.raw)}
		n.Self.Add(time)
		if time != (Time{}) || c.hits != 0 {
			n.Lines = append(n.Lines, Line{int(c.line), c.hits, time})
		}
	}
	for i := range list {
		slices.SortFunc(list[i].Lines, func(a, b Line) int { return cmp.Compare(a.Line, b.Line) })
	}
}

func compareNodes(a, b *Node) int {
	return cmp.Or(cmp.Compare(b.Total.NS, a.Total.NS), cmp.Compare(b.Total.RawNS, a.Total.RawNS), compareFunctions(a.Function, b.Function), cmp.Compare(a.Site, b.Site))
}

// functionsOf returns the functions of the nodes.
func (t *table) functionsOf(f *functions, nodes []Node) []*Function {
	self := map[*Function]int64{}
	for i := range nodes[1:] {
		if n := &nodes[i+1]; n.Function != nil {
			self[n.Function] += n.Self.NS
		}
	}
	list := make([]*Function, 0, len(self))
	for _, function := range f.list[deeper:] {
		if _, ok := self[function]; ok {
			list = append(list, function)
		}
	}
	slices.SortFunc(list, func(a, b *Function) int { return cmp.Or(cmp.Compare(self[b], self[a]), compareFunctions(a, b)) })
	return list
}

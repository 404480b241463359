package tree

import (
	"cmp"
	"slices"

	"tracer/internal/analyze/rounding"
)

// round turns the cells' ticks into ns. First each line of a function gets its time, as
// package profile has it, then each cell its share of that: so both agree.
func (p *process) round() {
	p.endThread()
	if !p.options.Functions {
		for _, c := range p.tree.cells.list[1:] {
			if c.node != 0 {
				p.addRow(p.tree.nodes.list[c.node].function, c.line, rounding.Sum{Ticks: c.raw, Cost: c.less})
			}
		}
	}
	ranks := p.functions.ranks()
	rows := p.rows.list[1:]
	sums := make([]rounding.Sum, len(rows))
	for i, r := range rows {
		sums[i] = r.sum
	}
	groups := newSet(group{})
	for i, t := range rounding.Share(p.Process, p.whole.self, sums, func(a, b int) int {
		return cmp.Or(cmp.Compare(ranks[rows[a].function], ranks[rows[b].function]), cmp.Compare(rows[a].line, rows[b].line))
	}) {
		line := rows[i].line
		if p.options.Functions {
			line = 0
		}
		n := groups.find(key{rows[i].function, line})
		if n == 0 {
			n = groups.add(group{function: rows[i].function, line: line})
		}
		groups.list[n].time.Add(t)
	}
	p.divide(&groups, ranks)
}

// group is what cells have a share of.
type group struct {
	function, line uint32
	time           rounding.Time
	cells          uint32 // how many
}

func (g group) key() key { return key{g.function, g.line} }

// divide gives each cell its share of its group.
func (p *process) divide(groups *set[group], ranks []int) {
	cells, nodes := p.tree.cells.list, p.tree.nodes.list
	of := make([]uint32, len(cells)) // groups
	for i, c := range cells[1:] {
		if c.node != 0 {
			of[i+1] = groups.find(key{nodes[c.node].function, c.line})
			groups.list[of[i+1]].cells++
		}
	}
	places := p.tree.places(ranks)
	members := make([][]uint32, len(groups.list))
	for i := range members {
		members[i] = make([]uint32, 0, groups.list[i].cells)
	}
	for i := 1; i < len(cells); i++ {
		if c := &cells[i]; c.node == 0 {
			c.raw, c.less = uint64(p.whole.outside.RawNS), p.whole.outside.RawNS-p.whole.outside.NS
		} else {
			members[of[i]] = append(members[of[i]], uint32(i))
		}
	}
	for i, g := range groups.list[1:] {
		list := members[i+1]
		sums := make([]rounding.Sum, len(list))
		for j, n := range list {
			sums[j] = rounding.Sum{Ticks: cells[n].raw, Cost: cells[n].less}
		}
		for j, t := range rounding.Share(p.Process, g.time, sums, func(a, b int) int {
			return cmp.Compare(places[cells[list[a]].node], places[cells[list[b]].node])
		}) {
			cells[list[j]].raw, cells[list[j]].less = uint64(t.RawNS), t.RawNS-t.NS
		}
	}
}

// places returns the places of the nodes in an order that does not depend on that in which
// they came: by callers, functions and lines.
func (t *table) places(ranks []int) []uint32 {
	nodes := t.nodes.list
	order := make([]uint32, len(nodes)-1)
	for i := range order {
		order[i] = uint32(i + 1)
	}
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Compare(nodes[a].depth, nodes[b].depth) })
	places := make([]uint32, len(nodes))
	for begin := 0; begin < len(order); {
		end := begin
		for end < len(order) && nodes[order[end]].depth == nodes[order[begin]].depth {
			end++
		}
		slices.SortFunc(order[begin:end], func(a, b uint32) int {
			x, y := &nodes[a], &nodes[b]
			return cmp.Or(cmp.Compare(places[x.parent], places[y.parent]), cmp.Compare(ranks[x.function], ranks[y.function]), cmp.Compare(x.site, y.site))
		})
		for i := begin; i < end; i++ {
			places[order[i]] = uint32(i + 1)
		}
		begin = end
	}
	return places
}

package trace

import (
	"slices"

	"tracer/internal/wire"
)

// Node is a node of a calling context tree: a function, called from a line of
// another. Recursion is folded: a function that calls itself, directly or through
// others, is the node of its first frame.
type Node struct {
	Code  *Code         // nil: the root, outside of all frames
	Site  wire.Location // the line of the caller, 0 for the root and below it
	Calls uint64
	Self  uint64 // ticks, see Process.Span
	Total uint64 // ticks: self and all below
	// What the events in Self and in Total cost, see Process.Corrected.
	Cost, TotalCost int64
	Children        []*Node
}

// Tree returns the calling context tree of sums of the process. Self times of all
// nodes are the time of the sums; the root's is that outside of traced code.
func (p *Process) Tree(s *Sums) *Node {
	_, contexts := p.summaries()
	nodes := map[uint32]*Node{0: {}}
	var numbers []uint32
	for _, c := range s.Contexts {
		for number := c.Number; int(number) < contexts.Len() && nodes[number] == nil; number = contexts.At(int(number)).Parent {
			nodes[number] = &Node{}
			numbers = append(numbers, number)
		}
		if n := nodes[c.Number]; n != nil {
			n.Calls, n.Self, n.Cost = c.Calls, c.Self, c.Cost
		}
	}
	slices.Sort(numbers) // a parent's number is below its children's
	for _, number := range numbers {
		c := contexts.At(int(number))
		n := nodes[number]
		n.Code, n.Site = p.Code(wire.Location(c.Code)), wire.Location(c.Site)
		if n.Code == nil {
			n.Code = &Code{File: &File{Name: "?"}, Qualname: "?"}
		}
		nodes[c.Parent].Children = append(nodes[c.Parent].Children, n)
		n.Total, n.TotalCost = n.Self, n.Cost
	}
	root := nodes[0]
	root.Total, root.TotalCost = root.Self, root.Cost
	for _, number := range slices.Backward(numbers) {
		n, parent := nodes[number], nodes[contexts.At(int(number)).Parent]
		parent.Total += n.Total
		parent.TotalCost += n.TotalCost
	}
	return root
}

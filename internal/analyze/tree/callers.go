package tree

import (
	"cmp"
	"slices"
)

// Caller is who called a function, and what of its time each caller is responsible for:
// a tree whose root is the function itself. Times and calls are those of the root's
// function, as far as they were made through this caller, its callers and so on: those of
// a caller's callers add up to its own.
type Caller struct {
	Function *Function `json:"function,omitempty"` // nil: no traced function called it
	Line     int       `json:"line,omitempty"`     // of the function, from which it called; 0 for the root
	Calls    uint64    `json:"calls"`
	Self     Time      `json:"self"`
	Total    Time      `json:"total"`
	// Callers are those who called it, the largest total first. Without any it was called by
	// no traced function.
	Callers []*Caller `json:"callers,omitempty"`
	// Cut says that there are callers that are not here, since they are too many.
	Cut bool `json:"cut,omitempty"`

	known map[callerKey]*Caller
}

type callerKey struct {
	function *Function
	line     int
}

// Callers returns who called a function. A call of it by itself, where recursion is not
// folded, counts as a call with its self time; its total is in that of the outer one
// already. sites tells apart the lines that the calls were made from.
func (t *Tree) Callers(f *Function, sites bool) *Caller {
	c := callers{of: f, sites: sites, root: &Caller{Function: f}, left: maxNodes}
	c.walk(t.Root, false)
	c.root.finish()
	return c.root
}

type callers struct {
	of    *Function
	sites bool
	root  *Caller
	path  []*Node // from the tree's root on
	left  int     // so many callers more may be made
}

// walk looks at a node and what it called. inside says that the function is open.
func (c *callers) walk(n *Node, inside bool) {
	if n.Function == c.of {
		c.add(n, inside)
		inside = true
	}
	c.path = append(c.path, n)
	for _, child := range n.Children {
		c.walk(child, inside)
	}
	c.path = c.path[:len(c.path)-1]
}

// add adds a node of the function to all on the path to it.
func (c *callers) add(n *Node, inside bool) {
	total := n.Total
	if inside {
		total = Time{}
	}
	at, site := c.root, n.Site
	at.add(n, total)
	for _, caller := range slices.Backward(c.path) {
		k := callerKey{caller.Function, site}
		if !c.sites {
			k.line = 0
		}
		next := at.known[k]
		if next == nil {
			if c.left == 0 {
				at.Cut = true
				return
			}
			c.left--
			next = &Caller{Function: k.function, Line: k.line}
			if at.known == nil {
				at.known = map[callerKey]*Caller{}
			}
			at.known[k] = next
			at.Callers = append(at.Callers, next)
		}
		at, site = next, caller.Site
		at.add(n, total)
	}
}

func (c *Caller) add(n *Node, total Time) {
	c.Calls += n.Calls
	c.Self.Add(n.Self)
	c.Total.Add(total)
}

// finish orders the callers. That no traced function called it is only said where others
// did.
func (c *Caller) finish() {
	c.known = nil
	if len(c.Callers) == 1 && c.Callers[0].Function == nil {
		c.Callers = nil
	}
	for _, caller := range c.Callers {
		caller.finish()
	}
	slices.SortFunc(c.Callers, func(a, b *Caller) int {
		order := cmp.Or(cmp.Compare(b.Total.NS, a.Total.NS), cmp.Compare(b.Total.RawNS, a.Total.RawNS))
		switch {
		case order != 0 || a.Function == nil && b.Function == nil:
			return order
		case a.Function == nil:
			return 1
		case b.Function == nil:
			return -1
		}
		return cmp.Or(compareFunctions(a.Function, b.Function), cmp.Compare(a.Line, b.Line))
	})
}

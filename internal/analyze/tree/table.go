package tree

// table is a tree that grows: nodes by caller, line and function, and what they have on
// each line. In that of a process the times are ticks and costs, in that of all they
// are ns.
type table struct {
	nodes set[node]
	cells set[cell]
	limit int    // of nodes
	last  uint32 // the cell that was added to last
}

type node struct {
	parent   uint32
	site     uint32 // a line of the parent's function
	function uint32 // a number of functions
	depth    uint32
	calls    uint64
}

func (n node) key() key { return key{n.parent, n.site, n.function} }

// cell is a line of a node; where lines are left out, the node as a whole is line 0.
type cell struct {
	node, line uint32
	hits       uint64
	raw        uint64 // ticks, or ns
	less       int64  // the cost, or ns to take off
}

func (c cell) key() key { return key{c.node, c.line} }

func newTable(limit int) *table {
	return &table{newSet(node{function: outside}), newSet(cell{}), limit, 0}
}

// child returns the node of a call, by number.
func (t *table) child(parent, site, function uint32) uint32 {
	p := &t.nodes.list[parent]
	if p.function == deeper {
		return parent
	}
	n := node{parent: parent, site: site, function: function, depth: p.depth + 1}
	if found := t.nodes.find(n.key()); found != 0 {
		return found
	}
	if p.depth >= maxDepth || t.full() {
		n.site, n.function = 0, deeper
		if found := t.nodes.find(n.key()); found != 0 {
			return found
		}
	}
	return t.nodes.add(n)
}

// full reports whether there are as many nodes as there may be, or as many lines.
func (t *table) full() bool {
	return len(t.nodes.list) > t.limit || len(t.cells.list) > maxLines*t.limit
}

// add adds to a line of a node. The lines of a node mostly come in the order of the
// last time.
func (t *table) add(node, line uint32, hits, raw uint64, less int64) {
	n := t.last + 1
	if int(n) >= len(t.cells.list) || t.cells.list[n].node != node || t.cells.list[n].line != line {
		n = t.cells.find(key{node, line})
	}
	if n == 0 {
		n = t.cells.add(cell{node: node, line: line})
	}
	t.last = n
	c := &t.cells.list[n]
	c.hits += hits
	c.raw += raw
	c.less += less
}

// merge adds the nodes and lines of another tree of the same functions.
func (t *table) merge(o *table) {
	numbers := make([]uint32, len(o.nodes.list))
	for i, n := range o.nodes.list[1:] {
		number := t.child(numbers[n.parent], n.site, n.function)
		t.nodes.list[number].calls += n.calls
		numbers[i+1] = number
	}
	for _, c := range o.cells.list[1:] {
		t.add(numbers[c.node], t.lineOf(numbers[c.node], c.line), c.hits, c.raw, c.less)
	}
}

// lineOf returns the line that counts for a line of a node: what is deeper has but one.
func (t *table) lineOf(node, line uint32) uint32 {
	if t.nodes.list[node].function == deeper {
		return 0
	}
	return line
}

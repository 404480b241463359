package tree

import (
	"slices"

	"tracer/internal/wire"
)

// child returns the node of a call of code from a location of a node.
func (p *part) child(parent uint32, site wire.Location, code uint32) uint32 {
	n := &p.nodes.list[parent]
	if n.lastCode == code && n.lastSite == site {
		return n.lastWas
	}
	if n.code == deeperCode {
		return parent
	}
	n.lastCode, n.lastSite = code, site
	found := p.nodes.find(key{parent, uint32(site), code})
	if found == 0 {
		if n.depth >= maxDepth || len(p.nodes.list) > p.limit || len(p.cells) > 2*maxLines*p.limit {
			site, code = 0, deeperCode
			found = p.nodes.find(key{parent, 0, code})
		}
		if found == 0 {
			found = p.nodes.add(call{parent: parent, site: site, code: code, depth: n.depth + 1})
			made := &p.nodes.list[found]
			made.dense = p.codes[code].most(firstCells)
			made.first = p.block(found, 0, made.dense)
		}
	}
	p.nodes.list[parent].lastWas = found
	return found
}

// firstCells is how many cells a node has at first.
const firstCells = 4

// most returns n, or how many rows the code may have if that is less.
func (c *code) most(n uint32) uint32 {
	if c.code == nil {
		return 1
	}
	return min(n, uint32(c.code.End-c.code.Base))
}

// block makes cells, and returns the first.
func (p *part) block(node, row, size uint32) uint32 {
	first := uint32(len(p.cells))
	p.cells = slices.Grow(p.cells, int(size))[:first+size]
	clear(p.cells[first:])
	p.blocks = append(p.blocks, block{node, row, first, size})
	return first
}

// cellOf returns the cell of a location of the innermost frame that its node has not side
// by side with the others.
func (p *part) cellOf(loc wire.Location) uint32 {
	f := &p.frames[len(p.frames)-1]
	n := &p.nodes.list[f.node]
	if n.code <= deeperCode {
		return n.first
	}
	c := &p.codes[f.code]
	row := c.row(loc)
	p.rows = c.rows
	if row < n.dense {
		return n.first + row
	}
	if n.misses++; row < near || n.misses >= row/near {
		// What is not needed yet is made too, but not more of it than there are events.
		size := c.most(max(row+1, 2*n.dense))
		n.first, n.dense = p.block(f.node, 0, size), size
		p.first, p.dense = n.first, n.dense
		return n.first + row
	}
	k := [2]uint32{f.node, row}
	cell, ok := p.far[k]
	if !ok {
		if p.far == nil {
			p.far = map[[2]uint32]uint32{}
		}
		cell = p.block(f.node, row, 1)
		p.far[k] = cell
	}
	return cell
}

// near is how many rows a node may have at once, and how many more for each event.
const near = 16

// small is how many locations code may have for its rows to be made at once. What is
// larger must have had an event for each sixteen, so that memory is not what code
// claims to be.
const small = 64

// dense makes the rows of a code object, if it may have them.
func (c *code) dense() {
	size := uint32(c.code.End - c.code.Base)
	if c.misses++; size > small && c.misses < size/16 {
		return
	}
	c.rows = make([]uint32, size)
	for row, loc := range c.locs {
		c.rows[loc-c.code.Base] = uint32(row) + 1
	}
	c.sparse = nil
}

// row returns the row of a location, a new one if it has none.
func (c *code) row(loc wire.Location) uint32 {
	if loc < c.code.Base || loc >= c.code.End || loc == c.code.Base {
		return 0
	}
	if c.rows == nil {
		c.dense()
	}
	if c.rows != nil {
		if row := c.rows[loc-c.code.Base]; row != 0 {
			return row - 1
		}
	} else if row, ok := c.sparse[loc]; ok {
		return row
	}
	row := uint32(len(c.locs))
	c.locs = append(c.locs, loc)
	switch {
	case c.rows != nil:
		c.rows[loc-c.code.Base] = row + 1
	default:
		if c.sparse == nil {
			c.sparse = map[wire.Location]uint32{}
		}
		c.sparse[loc] = row
	}
	return row
}

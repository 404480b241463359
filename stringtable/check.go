package stringtable

// checker looks at the nodes of an image, one after the other as they lie. Each is
// the next of exactly one entry before it, so that a search ends.
type checker struct {
	image, nodes []byte
	n            int
	from         []int // of the nodes that entries have led to; the first is the root's
}

func (c *checker) corrupt(at int, format string, args ...any) error {
	return corrupt(headerSize+at, format, args...)
}

// nodesHold tests all nodes.
func (c *checker) nodesHold() error {
	starts, err := c.starts()
	if err != nil {
		return err
	}
	c.from = append(c.from, 0)
	for i, at := range starts {
		if i >= len(c.from) {
			return c.corrupt(at, "no entry leads to this node")
		}
		n, from := placeOf(c.nodes[at:]), c.from[i]
		h := n.head()
		if h.depth() < from {
			return c.corrupt(at+4, "looks at byte %d, expected %d or more", h.depth(), from)
		}
		end := from
		if h.stride() > 0 {
			end = h.depth()
		}
		if terminal := n.terminal(); terminal >= c.n || terminal >= 0 && c.length(terminal) != end {
			return c.corrupt(at+8, "prefix %d is not one that ends at %d", terminal, end)
		}
		if h.stride() == 0 {
			err = c.leafHolds(n, h, at)
		} else {
			err = c.branchHolds(n, h, at, from, starts)
		}
		if err != nil {
			return err
		}
	}
	if len(c.from) != len(starts) {
		return c.corrupt(len(c.nodes), "%d nodes, but entries lead to %d", len(starts), len(c.from))
	}
	return nil
}

// starts finds where nodes begin.
func (c *checker) starts() ([]int, error) {
	var starts []int
	for at, end := 0, 0; end < len(c.nodes); {
		for at = end; at%nodeAlign != 0 && at < len(c.nodes); at++ {
			if c.nodes[at] != 0 {
				return nil, c.corrupt(at, "byte %#x between nodes, expected 0", c.nodes[at])
			}
		}
		if at == len(c.nodes) {
			break
		}
		rest := c.nodes[at:]
		if len(rest) < nodeHead {
			return nil, c.corrupt(at, "%d bytes behind the last node", len(rest))
		}
		n := placeOf(rest).head()
		most := log2(maxSlots)
		if n.stride() > 0 {
			most = 31
		}
		if n.stride() > window || n.bits() > most || n.size() > len(rest) {
			return nil, c.corrupt(at, "a node with a stride of %d and 2^%d entries in %d bytes", n.stride(), n.bits(), len(rest))
		}
		starts = append(starts, at)
		end = at + n.size()
	}
	return starts, nil
}

func (c *checker) begin(prefix int) int {
	return int(u32(c.image[int(u32(c.image[36:]))+4*prefix:]))
}

func (c *checker) length(prefix int) int {
	offsets := c.image[u32(c.image[36:]):]
	return int(u32(offsets[4*prefix+4:]) - u32(offsets[4*prefix:]))
}

// leafHolds tests the slots of a leaf against the prefixes.
func (c *checker) leafHolds(n node, h head, at int) error {
	room, depth := 1<<h.bits(), h.depth()
	if h.seed() != 0 || n.sample() >= 0 || h.taken() > room {
		return c.corrupt(at, "a leaf with %d of %d slots taken", h.taken(), room)
	}
	values := n.at(valuesAt(h.bits()))
	masks := values.at(8 * room)
	last := -1
	for i := range room {
		prefix, value, mask := n.slot(i), values.u64(8*i), masks.u64(8*i)
		if i >= h.taken() {
			from, size := n.slotText(i)
			if prefix >= 0 || from != 0 || size != 0 || value != 1 || mask != 0 {
				return c.corrupt(at+nodeHead+slotBytes*i, "slot %d is not empty", i)
			}
			continue
		}
		if prefix < 0 || prefix >= c.n || c.length(prefix) < depth || last >= 0 && c.length(prefix) > last {
			return c.corrupt(at+nodeHead+slotBytes*i, "slot %d has prefix %d", i, prefix)
		}
		if from, size := n.slotText(i); size != c.length(prefix) || from != c.begin(prefix) {
			return c.corrupt(at+nodeHead+slotBytes*i+4, "slot %d has %d bytes from %d on, which is not its prefix", i, size, from)
		}
		last = c.length(prefix)
		rest := c.prefix(prefix)[depth:]
		if value != load(rest) || mask != strideMask(min(window, len(rest))) {
			return c.corrupt(at+valuesAt(h.bits())+8*i, "slot %d is compared with %#x in %#x, which is not its prefix", i, value, mask)
		}
	}
	return c.zero(at+nodeHead+slotBytes*room, at+valuesAt(h.bits()))
}

func (c *checker) prefix(i int) string {
	offsets, text := c.image[u32(c.image[36:]):], c.image[u32(c.image[40:]):]
	return string(text[u32(offsets[4*i:]):u32(offsets[4*i+4:])])
}

// branchHolds tests the entries of a branch: that they lead to the next nodes in turn, and are found.
func (c *checker) branchHolds(n node, h head, at, from int, starts []int) error {
	sample := n.sample()
	if h.taken() != 0 || sample >= c.n || (sample >= 0) != (h.depth() > from) || sample >= 0 && c.length(sample) < h.depth() {
		return c.corrupt(at+12, "prefix %d is not one of the branch", sample)
	}
	count := 0
	for i := range 1 << h.bits() {
		entry := n.at(nodeHead + entryBytes*i)
		key, next := entry.u64(0), entry.u32(8)
		where := at + nodeHead + entryBytes*i
		if entry.u32(12) != 0 || key&^strideMask(h.stride()) != 0 || next == 0 && key != 0 {
			return c.corrupt(where, "entry %d has the key %#x", i, key)
		}
		if next == 0 {
			continue
		}
		if count++; len(c.from) >= len(starts) || int64(starts[len(c.from)]) != int64(next)*nodeAlign {
			return c.corrupt(where+8, "entry %d leads to %d, which is not the next node", i, int64(next)*nodeAlign)
		}
		c.from = append(c.from, h.depth()+h.stride())
	}
	if 2*count > 1<<h.bits() {
		return c.corrupt(at+1, "%d of 2^%d entries are taken, expected half at most", count, h.bits())
	}
	for i := range 1 << h.bits() {
		key := n.at(nodeHead + entryBytes*i).u64(0)
		if n.at(nodeHead+entryBytes*i).u32(8) == 0 {
			continue
		}
		for j := h.place(key); j != i; j = h.after(j) {
			if other := n.at(nodeHead + entryBytes*j); other.u32(8) == 0 || other.u64(0) == key {
				return c.corrupt(at+nodeHead+entryBytes*i, "key %#x is not found", key)
			}
		}
	}
	return nil
}

// zero tests that there are zeros in nodes.
func (c *checker) zero(from, to int) error {
	for ; from < to; from++ {
		if c.nodes[from] != 0 {
			return c.corrupt(from, "byte %#x between parts, expected 0", c.nodes[from])
		}
	}
	return nil
}

package summary

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"sync"

	"tracer/internal/wire"
)

// node is a context without its number, which is its place.
type node struct {
	parent     uint32
	site, code wire.Location
}

// Contexts is the calling context tree of a process: all its threads share it. It
// only grows. Its methods may be called at the same time.
type Contexts struct {
	mu    sync.Mutex
	limit int
	over  uint64
	nodes []node   // 0 is the root
	index []uint32 // a hash table of numbers, at most half full; 0 is free
	hash  hash
}

// NewContexts returns a tree of a root that takes up to limit contexts more.
func NewContexts(limit int) *Contexts {
	return &Contexts{limit: limit, nodes: make([]node, 1), index: make([]uint32, 16), hash: newHash()}
}

// Child returns the context of a call of code, from the line site of a frame in context
// parent. In a tree that is full it is the parent's.
func (c *Contexts) Child(parent uint32, site, code wire.Location) uint32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := node{parent, site, code}
	slot := c.slot(n)
	if c.index[slot] != 0 {
		return c.index[slot]
	}
	if len(c.nodes) > c.limit || int(parent) >= len(c.nodes) {
		c.over++
		return parent
	}
	return c.add(n)
}

// slot returns where n is in the index, or the free place where it belongs.
func (c *Contexts) slot(n node) int {
	i := c.hash.of(n, len(c.index))
	for c.index[i] != 0 && c.nodes[c.index[i]] != n {
		i = (i + 1) & (len(c.index) - 1)
	}
	return i
}

func (c *Contexts) add(n node) uint32 {
	number := uint32(len(c.nodes))
	c.nodes = append(c.nodes, n)
	if 2*len(c.nodes) > len(c.index) {
		c.index = make([]uint32, 2*len(c.index))
		for i := range c.nodes[1:] {
			c.put(uint32(i + 1))
		}
	} else {
		c.put(number)
	}
	return number
}

func (c *Contexts) put(number uint32) {
	if slot := c.slot(c.nodes[number]); c.index[slot] == 0 {
		c.index[slot] = number
	}
}

// Len returns how many contexts there are, the root included.
func (c *Contexts) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.nodes)
}

// Over returns how often Child had no room.
func (c *Contexts) Over() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.over
}

// At returns context i, which is below Len.
func (c *Contexts) At(i int) wire.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.nodes[i]
	return wire.Context{Parent: n.parent, Site: uint32(n.site), Code: uint32(n.code)}
}

// AppendFrom appends the contexts from number i on as they stand in the file; those
// from 1 on are the whole file.
func (c *Contexts) AppendFrom(i int, b []byte) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	b = slices.Grow(b, wire.ContextBytes*max(0, len(c.nodes)-i))
	for _, n := range c.nodes[min(i, len(c.nodes)):] {
		b = (&wire.Context{Parent: n.parent, Site: uint32(n.site), Code: uint32(n.code)}).AppendSealed(b)
	}
	return b
}

// Load takes in what stands in the file after the contexts that are there already. It
// ends before the first that is bad, or not whole; only the former is an error.
func (c *Contexts) Load(b []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for at := 0; len(b)-at >= wire.ContextBytes; at += wire.ContextBytes {
		var w wire.Context
		if problem := w.DecodeSealed(b[at:]); problem != "" {
			return &wire.CorruptError{Offset: int64(at), What: problem}
		}
		if int(w.Parent) >= len(c.nodes) {
			return &wire.CorruptError{Offset: int64(at), What: fmt.Sprintf("context %d has parent %d, expected one before it", len(c.nodes), w.Parent)}
		}
		if w.Site > uint32(wire.MaxLocation) || w.Code > uint32(wire.MaxLocation) {
			return &wire.CorruptError{Offset: int64(at), What: fmt.Sprintf("context of code %d called at %d, expected at most %d", w.Code, w.Site, wire.MaxLocation)}
		}
		c.add(node{w.Parent, wire.Location(w.Site), wire.Location(w.Code)})
	}
	return nil
}

// hash spreads contexts over a table. Its factors are not known to who writes a
// trace, so that nobody can choose contexts that collide.
type hash [3]uint64

func newHash() hash { return hash{rand.Uint64() | 1, rand.Uint64() | 1, rand.Uint64() | 1} }

// of returns a place in a table of size entries, a power of two.
func (h *hash) of(n node, size int) int {
	sum := uint64(n.parent)*h[0] + uint64(n.site)*h[1] + uint64(n.code)*h[2]
	return int(sum >> (64 - uint(bits.Len(uint(size-1)))))
}

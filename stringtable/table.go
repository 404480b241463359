package stringtable

import (
	"strings"
	"unsafe"
)

// Table is a set of prefixes. It does not change, so that any number of goroutines may use it.
type Table struct {
	// A prefix begins with two bytes whose elements have a bit in common.
	first, second [256]uint16

	unit     unit
	single   bool // the first node is a leaf without a terminal
	whole    bool // and the unit does the rest
	head     head // of the first node
	n        int
	image    []byte
	root     node
	parents  place
	shortest place
	offsets  place
	text     place
}

// Len returns how many prefixes the table was built of.
func (t *Table) Len() int { return t.n }

// Image returns the table as bytes, for Open. They are the table's own: they must not be changed.
func (t *Table) Image() []byte { return t.image }

// Prefix returns a prefix by its index, which must be one.
func (t *Table) Prefix(index int) string { return strings.Clone(t.prefix(index)) }

// PrefixLen returns the length of a prefix by its index, which must be one.
func (t *Table) PrefixLen(index int) int {
	return int(t.offsets.u32(4*index+4) - t.offsets.u32(4*index))
}

// Match returns the index of the longest prefix of the table that s begins with, or -1 and false if there is none.
func (t *Table) Match(s string) (index int, ok bool) {
	if len(s) > 1 && t.first[s[0]]&t.second[s[1]] == 0 {
		return -1, false
	}
	switch {
	case t.whole:
		index = findWide(t, t.root, s)
	case t.single:
		index = t.searchLeaf(t.root, t.head, s)
	default:
		index = t.search(s)
	}
	return index, index >= 0
}

// MatchBytes is Match for bytes.
func (t *Table) MatchBytes(s []byte) (index int, ok bool) {
	return t.Match(unsafe.String(unsafe.SliceData(s), len(s)))
}

// Shortest returns the index of the shortest prefix of the table that s begins with, or -1 and false if there is none.
func (t *Table) Shortest(s string) (index int, ok bool) {
	if index, ok = t.Match(s); ok {
		index = int(t.shortest.u32(4*index)) - 1
	}
	return index, ok
}

// Parent returns the index of the longest other prefix of the table that the prefix with the index
// begins with, or -1 and false if there is none. Of equal prefixes the first is the parent of the others.
func (t *Table) Parent(index int) (parent int, ok bool) {
	parent = int(t.parents.u32(4*index)) - 1
	return parent, parent >= 0
}

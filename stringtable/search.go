package stringtable

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// search returns the index of the longest prefix that s begins with, or -1.
func (t *Table) search(s string) int {
	n, from, best := t.root, 0, -1
	for {
		head := n.head()
		depth := head.depth()
		if head.stride() == 0 {
			if found := t.searchLeaf(n, head, s); found >= 0 {
				return found
			}
			if terminal := n.terminal(); terminal >= 0 {
				return terminal
			}
			return best
		}
		if from < depth && (len(s) < depth || s[from:depth] != t.prefix(n.sample())[from:depth]) {
			return best
		}
		if terminal := n.terminal(); terminal >= 0 {
			best = terminal
		}
		from = depth + head.stride()
		if len(s) < from {
			return best
		}
		key := load(s[depth:]) & strideMask(head.stride())
		at := head.place(key)
		for {
			entry := n.at(nodeHead + entryBytes*at)
			next := int(entry.u32(8))
			if entry.u64(0) == key && next != 0 {
				n = t.root.at(nodeAlign * next)
				break
			}
			if next == 0 {
				return best
			}
			at = head.after(at)
		}
	}
}

// searchLeaf returns the index of the longest prefix in the leaf that s begins with, or -1.
//
// It is one function because calls would take longer than what is between them.
func (t *Table) searchLeaf(n node, head head, s string) int {
	depth, wide := head.depth(), false
	var set uint32
	var chunk uint64
	if head.bits() >= wideBits && t.unit != generic {
		if t.unit == avx512 {
			return findWide(t, n, s)
		}
		wide, set = true, fitsWide(n, s[min(depth, len(s)):])
	} else if depth < len(s) {
		chunk = load(s[depth:])
	}
	value := n.at(valuesAt(head.bits()))
	mask := value.at(8 << head.bits())
	for i := 0; ; i++ { // the slots that fit
		if wide {
			if i = bits.TrailingZeros32(set); i >= head.taken() {
				return -1
			}
			set &= set - 1
		} else {
			for i < head.taken() && chunk&mask.u64(8*i) != value.u64(8*i) {
				i++
			}
			if i == head.taken() {
				return -1
			}
		}
		from, size := n.slotText(i)
		if size > len(s) {
			continue
		}
		// Lengths of names are hard to guess for a CPU: the fewer ways there are to compare, the better.
		p, q := t.text.at(from), place{unsafe.Pointer(unsafe.StringData(s))}
		switch {
		case size <= window && depth == 0: // the slot has it all
			return n.slot(i)
		case size > 2*window || size < window:
			if s[:size] == unsafe.String((*byte)(p.first), size) {
				return n.slot(i)
			}
		case p.u64(0) == q.u64(0) && p.u64(size-window) == q.u64(size-window):
			return n.slot(i)
		}
	}
}

// prefix returns a prefix, in place.
func (t *Table) prefix(index int) string {
	from, to := t.offsets.u32(4*index), t.offsets.u32(4*index+4)
	return unsafe.String((*byte)(t.text.at(int(from)).first), int(to-from))
}

// load returns the first 8 bytes of s, with zeros behind its end.
func load(s string) uint64 {
	if len(s) >= window {
		return binary.LittleEndian.Uint64(unsafe.Slice(unsafe.StringData(s), window))
	}
	return loadShort(s)
}

// loadShort is load for less than 8 bytes.
func loadShort(s string) uint64 {
	b := unsafe.Slice(unsafe.StringData(s), len(s))
	switch n := len(b); {
	case n >= 4:
		return uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint32(b[n-4:]))<<(8*(n-4)&63)
	case n > 0:
		return uint64(b[0]) | uint64(b[n/2])<<(8*(n/2)&63) | uint64(b[n-1])<<(8*(n-1)&63)
	}
	return 0
}

package stringtable

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

const (
	nodeAlign  = 64 // a line of the cache
	nodeHead   = 16
	entryBytes = 16
	slotBytes  = 12
	window     = 8  // bytes that a node looks at
	maxSlots   = 16 // of a leaf
	wideBits   = 3  // leaves with room for 2^3 slots or more are compared by the vector unit
)

// place is a place in an image. That nothing outside of the image is read is not checked here but when a
// table is opened, once for all searches.
type place struct{ first unsafe.Pointer }

func placeOf(b []byte) place { return place{unsafe.Pointer(unsafe.SliceData(b))} }

func (p place) at(offset int) place { return place{unsafe.Add(p.first, offset)} }
func (p place) u32(offset int) uint32 {
	return binary.LittleEndian.Uint32((*[4]byte)(unsafe.Add(p.first, offset))[:])
}
func (p place) u64(offset int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(p.first, offset))[:])
}

// node is the place of a node.
type node = place

// head are the first 8 bytes of a node.
type head uint64

func (p place) head() head     { return head(p.u64(0)) }
func (h head) stride() int     { return int(h & 0xff) }
func (h head) bits() int       { return int(h >> 8 & 0xff) }
func (h head) seed() byte      { return byte(h >> 16) }
func (h head) taken() int      { return int(h >> 24 & 0xff) }
func (h head) depth() int      { return int(h >> 32) }
func (p place) terminal() int  { return int(p.u32(8)) - 1 }
func (p place) sample() int    { return int(p.u32(12)) - 1 }
func (p place) slot(i int) int { return int(p.u32(nodeHead+slotBytes*i)) - 1 }

// slotText returns where the prefix of a slot begins in the text, and its length.
func (p place) slotText(i int) (from, size int) {
	return int(p.u32(nodeHead + slotBytes*i + 4)), int(p.u32(nodeHead + slotBytes*i + 8))
}

// valuesAt returns where the values of a leaf begin that has room for 2^bits slots.
func valuesAt(bits int) int {
	at := nodeHead + slotBytes<<bits
	if bits >= wideBits {
		return (at + nodeAlign - 1) &^ (nodeAlign - 1)
	}
	return (at + 7) &^ 7
}

// size returns how many bytes the node takes, without what aligns the next.
func (h head) size() int {
	if h.stride() > 0 {
		return nodeHead + entryBytes<<h.bits()
	}
	return valuesAt(h.bits()) + 16<<h.bits()
}

// multiplier is the factor of the hash function with a seed.
func multiplier(seed byte) uint64 { return 0x9e3779b97f4a7c15 * (2*uint64(seed) + 1) }

// strideMask has the bits of so many bytes, 1 to 8.
func strideMask(n int) uint64 { return ^uint64(0) >> (-8 * n & 63) }

// place returns where among the entries of a branch a key is looked for first.
func (h head) place(key uint64) int {
	return int(key * multiplier(h.seed()) >> (-h.bits() & 63))
}

// after returns where it is looked for next.
func (h head) after(entry int) int { return (entry + 1) & (1<<h.bits() - 1) }

// log2 returns the least power of two that is n or more, as its exponent.
func log2(n int) int { return bits.Len(uint(n - 1)) }

func u32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }
func u64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

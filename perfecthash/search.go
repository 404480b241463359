package perfecthash

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// bitmap says which slots are taken. It is longer than there are slots, so that four
// bytes can be read from where a slot is.
type bitmap []byte

func newBitmap(slots uint64) bitmap { return make(bitmap, slots/8+8) }

func (m bitmap) set(slot uint64)      { m[slot>>3] |= 1 << (slot & 7) }
func (m bitmap) has(slot uint64) bool { return m[slot>>3]>>(slot&7)&1 != 0 }

// search finds the seed for the keys of a bucket: of those that lead each to a free slot of
// its own, the one with the smallest sum of slots. It returns 0 if there is none,
// else out holds the slots.
func (l *level) search(taken bitmap, hashes []uint64, out *[maxBucket]uint64) (seed uint64) {
	n := len(hashes)
	var begins, at [maxBucket]uint64
	for i, h := range hashes {
		begins[i&(maxBucket-1)] = scale(h, l.begins)
	}
	good := uint32(1)<<l.shifts - 1
	least := uint64(math.MaxUint64)
	for v := range uint64(variants) {
		var sum uint64
		free := good
		if v == 0 {
			free &^= 1 // the seed 0 says that there is none
		}
		for i, h := range hashes {
			slot := begins[i&(maxBucket-1)] + ((h^v*variant)*spread>>32)*l.span>>32
			at[i&(maxBucket-1)] = slot
			free &^= binary.LittleEndian.Uint32(taken[slot>>3:]) >> (slot & 7)
			sum += slot
		}
		if free == 0 {
			continue
		}
		shift := uint64(bits.TrailingZeros32(free))
		if sum += shift * uint64(n); sum < least && distinct(at[:n]) {
			least, seed = sum, v<<shiftBits|shift
			for i := range n {
				out[i] = at[i] + shift
			}
		}
	}
	return seed
}

// distinct reports whether no two of some numbers are equal.
func distinct(numbers []uint64) bool {
	for i, a := range numbers {
		for _, b := range numbers[:i] {
			if a == b {
				return false
			}
		}
	}
	return true
}

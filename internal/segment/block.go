package segment

import "math/bits"

// blockWords is how many numbers share a width in the column ticks.
const blockWords = 128

// block is the numbers of one block.
type block [blockWords]uint32

const (
	// patched is the bit of a block's first byte that says that exceptions follow.
	patched = 0x80
	// blockMost bounds the bytes of a block: with width 32 it has no exceptions.
	blockMost = 1 + blockWords*4
	// slack is what packing writes and unpacking reads beyond the last bit.
	slack = 8
)

// lengths counts numbers by their bits: lane l, of eight bits, those with l bits,
// the last one those with seven and more.
type lengths uint64

// lane is what a number adds to lengths, the last one any from 64 on.
var lane = func() (t [65]lengths) {
	for v := range t {
		t[v] = 1 << (8 * bits.Len(uint(v)))
	}
	return t
}()

// manyLong is how many numbers of seven and more bits a block has before it pays
// to count them one by one.
const manyLong = blockWords / 16

// width returns the number of bits that makes the first n numbers of b smallest,
// those behind them being zero.
func (b *block) width(n int) uint {
	var even, odd lengths
	for i := 0; i < blockWords; i += 2 {
		even += lane[min(b[i], 64)]
		odd += lane[min(b[i+1], 64)]
	}
	counts := even + odd - lengths(blockWords-n)
	if counts>>56 > manyLong {
		return b.exactWidth(n)
	}
	longer := uint64(counts >> 56)
	best, least := uint(7), 7*n+24*int(longer)
	for w := 6; w >= 0; w-- {
		cost := w*n + 16*int(longer)
		if cost <= least {
			best, least = uint(w), cost
		}
		longer += uint64(counts>>(8*w)) & 0xff
	}
	return best
}

// exactWidth is width for any numbers.
func (b *block) exactWidth(n int) uint {
	var even, odd [64]uint8 // two, as the same length twice in a row is common
	for i := 0; i < blockWords; i += 2 {
		even[bits.Len32(b[i])&63]++
		odd[bits.Len32(b[i+1])&63]++
	}
	// longer[l] counts the numbers with more than l bits. One takes a byte for its
	// index and one for each seven bits that are too many.
	var longer [32 + 36]int
	for l := 32; l > 0; l-- {
		longer[l-1] = longer[l] + int(even[l]) + int(odd[l])
	}
	best, least := 32, 32*n
	for w := 31; w >= 0; w-- {
		cost := w*n + 8*(2*longer[w]+longer[w+7]+longer[w+14]+longer[w+21]+longer[w+28])
		if longer[w] > 0 {
			cost += 8
		}
		if cost < least {
			best, least = w, cost
		}
	}
	return uint(best)
}

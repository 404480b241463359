package segment

import (
	"encoding/binary"
	"slices"
)

// append appends the first n numbers of b to dst; those behind them are zero.
func (b *block) append(dst []byte, n int) []byte {
	w := b.width(n)
	at := len(dst)
	dst = slices.Grow(dst, blockMost+slack)[:at+blockMost+slack]
	dst[at] = byte(w)
	b.pack(dst[at+1:], w)
	dst = dst[:at+1+packedBytes(n, w)]
	packed := len(dst)
	if dst = b.exceptions(dst, w); len(dst) > packed {
		dst[at] |= patched
	}
	return dst
}

// exceptions appends the numbers with more than w bits, and nothing if there are none.
func (b *block) exceptions(dst []byte, w uint) []byte {
	var found [blockWords]uint8
	n := uint(0)
	most := uint64(1)<<(w&63) - 1
	for i, v := range b {
		found[n&(blockWords-1)] = uint8(i)
		n += uint((most - uint64(v)) >> 63)
	}
	if n == 0 {
		return dst
	}
	dst = append(dst, byte(n))
	for _, i := range found[:n] {
		dst = append(dst, i)
		dst = binary.AppendUvarint(dst, uint64(b[i&(blockWords-1)]>>w))
	}
	return dst
}

// packedBytes returns how long n numbers of a width are.
func packedBytes(n int, width uint) int { return (n*int(width) + 7) / 8 }

// pack writes the lowest w bits of each number to dst, which has room for all
// blockWords and slack.
func (b *block) pack(dst []byte, w uint) {
	mask := uint64(1)<<w - 1
	if w <= 16 {
		// Eight numbers have w whole bytes; four have at most eight.
		half, odd := w/2, 4*(w%2)
		for i := 0; i < blockWords; i += 8 {
			v := b[i : i+8 : i+8]
			x := uint64(v[0])&mask | uint64(v[1])&mask<<(w&63) | uint64(v[2])&mask<<(2*w&63) | uint64(v[3])&mask<<(3*w&63)
			y := uint64(v[4])&mask | uint64(v[5])&mask<<(w&63) | uint64(v[6])&mask<<(2*w&63) | uint64(v[7])&mask<<(3*w&63)
			binary.LittleEndian.PutUint64(dst, x)
			binary.LittleEndian.PutUint64(dst[half:], x>>(8*half)|y<<(odd&63))
			dst = dst[w:]
		}
		return
	}
	var x uint64
	var n uint
	for _, v := range b {
		x |= uint64(v) & mask << (n & 63)
		if n += w; n >= 32 {
			binary.LittleEndian.PutUint32(dst, uint32(x))
			dst = dst[4:]
			x >>= 32
			n -= 32
		}
	}
}

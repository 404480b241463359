package perfecthash

import (
	"encoding/binary"
	"math/bits"
)

// remap is an ascending list of slots in the code of Elias and Fano: the low bits
// of each as they are; of the rest a bit for each step up and a one for each element.
// Every sampled one's place is kept.
type remap struct {
	n                  uint64 // elements
	lowBits            uint64
	low, high, samples []byte
}

const (
	sampled     = 64 // ones
	sampleBytes = 4
)

// lowBitsFor returns how many low bits take the least space.
func lowBitsFor(n, below uint64) uint64 {
	if n == 0 || below/n < 2 {
		return 0
	}
	return uint64(bits.Len64(below/n) - 1)
}

// newRemap codes a list of numbers less than below.
func newRemap(list []uint64, below uint64) *remap {
	n := uint64(len(list))
	r := &remap{n: n, lowBits: lowBitsFor(n, below)}
	r.low, r.high = make([]byte, r.lowBytes()), make([]byte, r.highBytes(below))
	for i, v := range list {
		i := uint64(i)
		if at := i * r.lowBits; r.lowBits > 0 {
			low := v & (1<<r.lowBits - 1)
			word := binary.LittleEndian.Uint64(r.low[at>>3:])
			binary.LittleEndian.PutUint64(r.low[at>>3:], word|low<<(at&7))
		}
		at := v>>r.lowBits + i
		r.high[at>>3] |= 1 << (at & 7)
		if i%sampled == 0 {
			r.samples = binary.LittleEndian.AppendUint32(r.samples, uint32(at))
		}
	}
	return r
}

// lowBytes and highBytes return the sizes, with what is read beyond the last element.
func (r *remap) lowBytes() uint64 {
	if r.n == 0 {
		return 0
	}
	return (r.n*r.lowBits+7)/8 + 8
}

func (r *remap) highBytes(below uint64) uint64 {
	if r.n == 0 {
		return 0
	}
	return ((r.n+below>>r.lowBits)/64 + 1) * 8
}

// at returns element i. Of damaged bytes it makes any number.
func (r *remap) at(i uint64) uint64 {
	if i >= r.n {
		return 0
	}
	start := r.sample(i)
	byteAt := start >> 6 << 3
	if byteAt >= uint64(len(r.high)) {
		return 0
	}
	word := binary.LittleEndian.Uint64(r.high[byteAt:]) >> (start & 63) << (start & 63)
	skip := int(i % sampled)
	for {
		ones := bits.OnesCount64(word)
		if skip < ones {
			break
		}
		skip -= ones
		if byteAt += 8; byteAt >= uint64(len(r.high)) {
			return 0
		}
		word = binary.LittleEndian.Uint64(r.high[byteAt:])
	}
	for range skip {
		word &= word - 1
	}
	high := byteAt*8 + uint64(bits.TrailingZeros64(word)) - i
	return high<<r.lowBits | r.lowOf(i)
}

// sample returns where the one is that was sampled last before that of element i.
func (r *remap) sample(i uint64) uint64 {
	return uint64(binary.LittleEndian.Uint32(r.samples[i/sampled*sampleBytes:]))
}

// lowOf returns the low bits of element i.
func (r *remap) lowOf(i uint64) uint64 {
	bit := i * r.lowBits
	return binary.LittleEndian.Uint64(r.low[bit>>3:]) >> (bit & 7) & (1<<r.lowBits - 1)
}

package perfecthash

import "math/bits"

// Odd numbers with about as many ones as zeros, in no pattern.
const (
	mixA    = 0x3c79ac492ba7b653 // the two multipliers of the mixer "moremur" (Evensen 2019)
	mixB    = 0x1c69b3f74ac4ae35
	variant = 0x517cc1b727220a95
	spread  = 0x9e3779b97f4a7c15
	text0   = 0xa0761d6478bd642f // those of the hash function wyhash (Wang 2019), whose step hashBytes has
	text1   = 0xe7037ed1a0b428db
	text2   = 0x8ebc6af09c88c6e3
)

// mix is a bijection: numbers that differ never have the same hash, and the
// number can be had back from it.
func mix(x uint64) uint64 {
	x ^= x >> 27
	x *= mixA
	x ^= x >> 33
	x *= mixB
	return x ^ x>>27
}

// unmix undoes mix.
func unmix(x uint64) uint64 {
	x ^= x>>27 ^ x>>54
	x *= inverse(mixB)
	x ^= x >> 33
	x *= inverse(mixA)
	return x ^ x>>27 ^ x>>54
}

// inverse returns i with i*x = 1 for an odd x; each step of Newton's doubles the
// bits that are right, of which x itself has three.
func inverse(x uint64) uint64 {
	i := x
	for range 5 {
		i *= 2 - x*i
	}
	return i
}

// remix makes the hash for the next level, where keys of one bucket must part.
func remix(h uint64) uint64 { return (h ^ h>>32) * mixA }

// hashNumber is the hash of a number.
func hashNumber(key, seed uint64) uint64 { return mix(key ^ seed) }

// hashBytes is the hash of a string: products of 64 by 64 bits, folded.
func hashBytes[T string | []byte](s T, seed uint64) uint64 {
	n := len(s)
	h := seed ^ text0
	var a, b uint64
	switch {
	case n > 16:
		for i := 0; i+16 < n; i += 16 {
			h = fold(load64(s, i)^text1, load64(s, i+8)^h)
		}
		a, b = load64(s, n-16), load64(s, n-8)
	case n >= 8:
		a, b = load64(s, 0), load64(s, n-8)
	case n >= 4:
		a, b = load32(s, 0), load32(s, n-4)
	case n > 0:
		a = uint64(s[0])<<16 | uint64(s[n>>1])<<8 | uint64(s[n-1])
	}
	return fold(fold(a^text1, b^h)^text2, uint64(n)^text1)
}

func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// load64 is one load of the machine; the compiler sees that.
func load64[T string | []byte](s T, i int) uint64 {
	_ = s[i+7]
	return uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
		uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
}

func load32[T string | []byte](s T, i int) uint64 {
	_ = s[i+3]
	return uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24
}

// scale maps h as a fraction of 2^64 to 0 … n-1, and keeps order.
func scale(h, n uint64) uint64 {
	hi, _ := bits.Mul64(h, n)
	return hi
}

package segment

import (
	"encoding/binary"
	"math/bits"
)

// unit is what most ticks of a segment are a multiple of: clocks step by more
// than one tick.
//
// With unit = odd << shift, ticks become rotate(ticks/odd, -shift) modulo 2^32,
// where dividing is multiplying by the inverse. That is ticks/unit for a multiple
// and some large number for any other, and in both cases has one way back. So it
// need not hold for all words, and few of them tell what it is.
type unit uint32

// The words that findUnit looks at.
const (
	unitGroup   = 8
	unitSamples = 16 * unitGroup
	// unitOther is of how many of them one may be no multiple.
	unitOther = 32
)

// split returns the odd part and how often 2 divides the rest.
func (u unit) split() (odd uint32, shift int) {
	shift = bits.TrailingZeros32(uint32(u))
	return uint32(u) >> shift, shift
}

// inverse returns the number that multiplied with odd is 1 modulo 2^32.
func inverse(odd uint32) uint32 {
	x := odd // right in its lowest three bits; each step doubles them
	for range 4 {
		x *= 2 - odd*x
	}
	return x
}

// findUnit returns the largest unit that nearly all of the sampled words have.
func findUnit(parts [][]byte, words int) unit {
	var samples [unitSamples]uint32
	n := sample(&samples, parts, words)
	best := uint32(1)
	for at := 0; at < n; at += unitGroup {
		g := uint32(0)
		for _, ticks := range samples[at:min(at+unitGroup, n)] {
			g = gcd(g, ticks)
		}
		if g > best && others(samples[:n], g) <= n/unitOther {
			best = g
		}
	}
	return unit(best)
}

// sample fills in the ticks of words spread over all parts.
func sample(samples *[unitSamples]uint32, parts [][]byte, words int) int {
	n, step, at := 0, max(1, words/unitSamples)*8, 0
	for _, part := range parts {
		for ; at+8 <= len(part) && n < unitSamples; at += step {
			samples[n] = binary.LittleEndian.Uint32(part[at+4:])
			n++
		}
		at -= len(part)
	}
	return n
}

// others counts the samples that are no multiple of g.
func others(samples []uint32, g uint32) int {
	n := 0
	for _, ticks := range samples {
		if ticks%g != 0 {
			n++
		}
	}
	return n
}

func gcd(a, b uint32) uint32 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

package distribution

import (
	"math"
	"math/bits"
)

// counters count samples by how many ns they took: they stand before the histograms, for
// they are some ten times cheaper to add to.
//
// A time belongs to one of 64 buckets to each power of two, which are the histogram's own, and
// below 128 ns each whole number has its own. A window is a run of buckets that have a counter. What makes
// adding cheap is that all that is often added to stays in the cache of the core, so a
// window is as narrow as will do, and a counter is a byte: when it is full it is poured into
// the histogram. What falls outside of the window makes it wider, or goes there at once.
type counters struct {
	counts []uint8  // of all windows and classes
	full   []uint32 // how often each was full
}

// window is a run of buckets.
type window struct {
	lowest uint16
	size   uint16
	at     uint32 // in counters.counts
}

const (
	// Each power of two has 1 << fine buckets, those of the histograms: see mapping.
	fine = 6
	// Times down to so many ns below 0 have a bucket.
	belowZero = 1 << 10
	// A window has at first so many buckets, and so many at most.
	narrow, wide = 64, 1 << 10
	// maxCounts bounds the memory of an accumulator's counters: what has no window then is counted
	// in the histograms.
	maxCounts = 1 << 24
)

// bucket returns the number of the bucket of a time; a very large one for a time that has none.
func bucket(ns int64) uint32 {
	below := ns & (ns >> 63)
	over := uint64(ns - below)
	shift := uint(bits.Len64(over|(2<<fine-1))-(fine+1)) & 63
	return uint32(below+belowZero) + uint32(shift)<<fine + uint32(over>>shift)
}

// time returns a time of a bucket.
func timeOf(bucket uint32) int64 {
	over := int64(bucket) - belowZero
	if over < 2<<fine {
		return over
	}
	shift := over>>fine - 1
	return (over - shift<<fine) << shift
}

// count counts a time, if there is a counter for it.
func (c *counters) count(w *window, bucket uint32) bool {
	i := bucket - uint32(w.lowest)
	if i >= uint32(w.size) {
		return false
	}
	at := &c.counts[w.at+i]
	if *at++; *at == 0 {
		c.full[w.at+i]++
	}
	return true
}

// rarely counts a time that has no counter yet.
func (c *counters) rarely(w *window, h *Histogram, bucket uint32, ns int64) {
	if !c.widen(w, bucket) || !c.count(w, bucket) {
		h.Add(ns, 1)
	}
}

// room makes counters, if there is room for them.
func (c *counters) room(n int) (at uint32, ok bool) {
	if len(c.counts) >= maxCounts {
		return 0, false
	}
	at = uint32(len(c.counts))
	c.counts = append(c.counts, make([]uint8, n)...)
	c.full = append(c.full, make([]uint32, n)...)
	return at, true
}

// widen makes a window wide enough for a bucket, and reports whether it is.
func (c *counters) widen(w *window, bucket uint32) bool {
	if bucket > math.MaxUint16-narrow {
		return false
	}
	low, high := bucket-min(bucket, narrow/2), bucket+narrow/2
	if w.size > 0 {
		// At least twice as wide, so that what is left behind is no more than what is used.
		low, high = min(uint32(w.lowest), low), max(uint32(w.lowest)+uint32(w.size), high)
		high = max(high, low+min(2*uint32(w.size), wide))
	}
	if high-low > wide || high > math.MaxUint16 {
		return false
	}
	at, ok := c.room(int(high - low))
	if !ok {
		return false
	}
	if w.size > 0 {
		copy(c.counts[at+uint32(w.lowest)-low:], c.counts[w.at:w.at+uint32(w.size)])
		copy(c.full[at+uint32(w.lowest)-low:], c.full[w.at:w.at+uint32(w.size)])
	}
	*w = window{uint16(low), uint16(high - low), at}
	return true
}

// pour puts what was counted in a window into a histogram.
func (c *counters) pour(w *window, h *Histogram) {
	for i := range uint32(w.size) {
		if n := uint64(c.full[w.at+i])<<8 + uint64(c.counts[w.at+i]); n > 0 {
			h.Add(timeOf(uint32(w.lowest)+i), n)
		}
	}
	*w = window{}
}

package distribution

import (
	"math"
	"math/bits"
)

// counters count samples by how long they took: exactly, in steps of the clock (see class), or in ns.
// They stand before the histograms, for they are some ten times cheaper to add to.
//
// A window is a run of times that have a counter. What makes adding cheap is that all
// that is often added to stays in the cache of the core, so a window is as narrow as will do,
// and a counter is a byte; how often it was full is kept apart. What falls outside of a window
// makes it wider, up to some limit.
type counters struct {
	counts []uint8           // of all windows
	full   []uint32          // how often each was full
	free   [maxBits][]uint32 // counters that are no window's any more, by the logarithm of how many
}

// window is a run of times, as many as a power of two, or none.
type window struct {
	lowest uint32
	size   uint32
	at     uint32 // in counters.counts
}

const (
	// A window has at first so many counters.
	narrow = 64
	// maxCounts bounds the memory of an accumulator's counters: what has none then is counted in the
	// histograms.
	maxCounts, maxBits = 1 << 22, 23

	// A time in ns belongs to one of 1 << fine buckets to each power of two, which are the
	// histogram's own, see buckets; up to twice that each whole number has one.
	fine = 6
	// Times down to so many ns below 0 have one.
	belowZero = 1 << 10
	// The window of times in ns has so many buckets at most.
	wide = 1 << 10
)

// bucket returns the number of the bucket of a time; a very large one for a time that has none.
func bucket(ns int64) uint32 {
	below := ns & (ns >> 63)
	over := uint64(ns - below)
	shift := uint(bits.Len64(over|(2<<fine-1))-(fine+1)) & 63
	return uint32(below+belowZero) + uint32(shift)<<fine + uint32(over>>shift)
}

// timeOf returns a time of a bucket.
func timeOf(bucket uint32) int64 {
	over := int64(bucket) - belowZero
	if over < 2<<fine {
		return over
	}
	shift := over>>fine - 1
	return (over - shift<<fine) << shift
}

// count counts a time, if there is a counter for it.
func (c *counters) count(w *window, time uint32) bool {
	i := time - w.lowest
	if i >= w.size {
		return false
	}
	at := &c.counts[w.at+i]
	if *at++; *at == 0 {
		c.full[w.at+i]++
	}
	return true
}

// counted returns how often a time was counted, by its place in the window.
func (c *counters) counted(w *window, i uint32) uint64 {
	return uint64(c.full[w.at+i])<<8 + uint64(c.counts[w.at+i])
}

// rarely counts a time in ns that has no counter yet.
func (c *counters) rarely(w *window, h *Histogram, bucket uint32, ns int64) {
	if !c.widen(w, bucket, wide) || !c.count(w, bucket) {
		h.Add(ns, 1)
	}
}

// widen makes a window wide enough for a time, and some more, if that is not more than most.
func (c *counters) widen(w *window, time, most uint32) bool {
	if time > math.MaxInt32 {
		return false
	}
	low, high := time-min(time, narrow/2), time+narrow/2
	if w.size > 0 {
		low, high = min(w.lowest, low), max(w.lowest+w.size, high)
	}
	size := max(uint32(1)<<bits.Len32(high-low-1), narrow)
	if size > most {
		return false
	}
	wider := window{lowest: low, size: size}
	if !c.room(&wider) {
		return false
	}
	if w.size > 0 {
		to := wider.at + w.lowest - low
		copy(c.counts[to:], c.counts[w.at:w.at+w.size])
		copy(c.full[to:], c.full[w.at:w.at+w.size])
		c.release(w)
	}
	*w = wider
	return true
}

// room gives a window counters, which are 0.
func (c *counters) room(w *window) bool {
	free := &c.free[bits.TrailingZeros32(w.size)]
	if n := len(*free); n > 0 {
		w.at, *free = (*free)[n-1], (*free)[:n-1]
		return true
	}
	if len(c.counts) >= maxCounts {
		return false
	}
	w.at = uint32(len(c.counts))
	c.counts = append(c.counts, make([]uint8, w.size)...)
	c.full = append(c.full, make([]uint32, w.size)...)
	return true
}

// release takes a window's counters back.
func (c *counters) release(w *window) {
	if w.size == 0 {
		return
	}
	clear(c.counts[w.at : w.at+w.size])
	clear(c.full[w.at : w.at+w.size])
	free := &c.free[bits.TrailingZeros32(w.size)]
	*free = append(*free, w.at)
	*w = window{}
}

// pour puts what was counted in a window of times in ns into a histogram.
func (c *counters) pour(w *window, h *Histogram) {
	for i := range w.size {
		if n := c.counted(w, i); n > 0 {
			h.Add(timeOf(w.lowest+i), n)
		}
	}
}

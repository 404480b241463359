package sys

import (
	"math"
	"time"
)

// Reading is what reading a clock is like, as measured here.
type Reading struct {
	Invariant bool    // Ticks has a counter; else all is about MonoNS
	Hz        float64 // ticks a second
	StepNS    float64 // the smallest difference of two readings that was not 0
	CostNS    float64 // of one reading
}

// How long the clocks are looked at: the counter's frequency is then known to a few
// millionths.
const (
	readingTime  = 20 * time.Millisecond
	readingTurns = 2000
)

// MeasureClock looks at the clock that events are stamped with. It takes some 20 ms.
func MeasureClock() Reading {
	_, invariant := Ticks()
	r := Reading{Invariant: invariant, Hz: 1e9}
	read := MonoNS
	if invariant {
		t0, m0 := Pair()
		time.Sleep(readingTime)
		t1, m1 := Pair()
		r.Hz = float64(t1-t0) / float64(m1-m0) * 1e9
		read = readTicks
	}
	step, best := uint64(math.MaxUint64), uint64(math.MaxUint64)
	for range 5 { // the best of some: a turn may be interrupted
		first := read()
		last := first
		for range readingTurns {
			now := read()
			if d := now - last; now > last && d < step {
				step = d
			}
			last = now
		}
		best = min(best, last-first)
	}
	nsPerTick := 1e9 / r.Hz
	r.CostNS = float64(best) / readingTurns * nsPerTick
	if step != math.MaxUint64 {
		r.StepNS = float64(step) * nsPerTick
	}
	return r
}

package replay

import (
	"math/bits"

	"tracer/internal/wire"
)

// Clock turns a process's ticks into nanoseconds since the trace began:
//
//	ns = ticks * mult / 2^48 + off
//
// in whole numbers, so that it is the same everywhere and never falls. The
// product has 128 bits; with 48 of them for the fraction, the slope is exact to
// one part in 10^13.
type Clock struct {
	mult uint64
	off  int64
}

const clockShift = 48

// Pair is one moment on both clocks of the machine.
type Pair struct {
	Ticks  uint64 // 0: not known
	MonoNS uint64
}

// Uncalibrated is a clock whose nanoseconds are the ticks themselves: for who
// adds up first and converts later.
var Uncalibrated = Clock{mult: 1 << clockShift}

// Span returns the length of so many ticks, without rounding twice: for sums of
// differences.
func (c Clock) Span(ticks uint64) int64 {
	hi, lo := bits.Mul64(ticks, c.mult)
	return int64(hi<<(64-clockShift) | lo>>clockShift)
}

// Ticks returns the first reading whose time is at or after ns.
func (c Clock) Ticks(ns int64) uint64 {
	if ns <= c.off {
		return 0
	}
	want := uint64(ns - c.off)
	hi, lo := want>>(64-clockShift), want<<clockShift
	if hi >= c.mult {
		return 1<<64 - 1
	}
	q, rest := bits.Div64(hi, lo, c.mult)
	if rest != 0 {
		q++
	}
	return q
}

// minCalibration is how far apart two pairs must be for a slope: reading a pair
// is uncertain by some ten ns.
const minCalibration = 1_000_000

// NS returns the time of a reading.
func (c Clock) NS(ticks uint64) int64 {
	hi, lo := bits.Mul64(ticks, c.mult)
	return int64(hi<<(64-clockShift)|lo>>clockShift) + c.off
}

// NewClock calibrates: from the start of the recording to the farthest later
// pair, else by the frequency that the CPU tells, else one tick is one ns. originNS is
// the system's monotonic time that becomes 0.
func NewClock(c *wire.Control, finish, last Pair, originNS uint64) Clock {
	start := Pair{Ticks: c.StartTicks, MonoNS: c.StartMonoNs}
	k := Clock{mult: 1 << clockShift}
	counter := c.ClockKind == wire.ClockKindTSC || c.ClockKind == wire.ClockKindCntvct
	if counter {
		m, ok := uint64(0), false
		if finish.Ticks != 0 {
			m, ok = slope(start, finish)
		}
		if !ok {
			m, ok = slope(start, last)
		}
		if !ok && c.TickHz > 1_000_000_000>>16 {
			m, _ = bits.Div64(1_000_000_000>>(64-clockShift), 1_000_000_000<<clockShift&(1<<64-1), c.TickHz)
			ok = m != 0
		}
		if ok {
			k.mult = m
		}
	}
	k.off = int64(c.StartMonoNs-originNS) - k.NS(c.StartTicks)
	return k
}

// slope returns ns per tick, times 2^48, if the pairs are apart enough and the
// result is a possible one: at least 2^-16 and below 2^16.
func slope(a, b Pair) (uint64, bool) {
	if b.Ticks <= a.Ticks || b.MonoNS < a.MonoNS || b.MonoNS-a.MonoNS < minCalibration {
		return 0, false
	}
	dt, dm := b.Ticks-a.Ticks, b.MonoNS-a.MonoNS
	hi := dm >> (64 - clockShift)
	if hi >= dt {
		return 0, false
	}
	m, _ := bits.Div64(hi, dm<<clockShift, dt)
	return m, m >= 1<<(clockShift-16)
}

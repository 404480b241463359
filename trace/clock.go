package trace

import (
	"math/bits"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// clock turns a process's ticks into nanoseconds since the trace began:
//
//	ns = ticks * mult / 2^48 + off
//
// in whole numbers, so that it is the same everywhere and never falls. The
// product has 128 bits; with 48 of them for the fraction, the slope is exact to
// one part in 10^13.
type clock struct {
	mult uint64
	off  int64
}

const clockShift = 48

// minCalibration is how far apart two pairs must be for a slope: reading a pair
// is uncertain by some ten ns.
const minCalibration = 1_000_000

func (c clock) ns(ticks uint64) int64 {
	hi, lo := bits.Mul64(ticks, c.mult)
	return int64(hi<<(64-clockShift)|lo>>clockShift) + c.off
}

// newClock calibrates: from the start of the recording to the farthest later
// pair, else by the frequency that the CPU tells, else one tick is one ns. originNS is
// the system's monotonic time that becomes 0.
func newClock(c *wire.Control, finish *store.ClockPair, last store.ClockPair, originNS uint64) clock {
	start := store.ClockPair{Ticks: c.StartTicks, MonoNS: c.StartMonoNs}
	k := clock{mult: 1 << clockShift}
	counter := c.ClockKind == wire.ClockKindTSC || c.ClockKind == wire.ClockKindCntvct
	if counter {
		m, ok := uint64(0), false
		if finish != nil && finish.Ticks != 0 {
			m, ok = slope(start, *finish)
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
	k.off = int64(c.StartMonoNs-originNS) - k.ns(c.StartTicks)
	return k
}

// slope returns ns per tick, times 2^48, if the pairs are apart enough and the
// result is a possible one: at least 2^-16 and below 2^16.
func slope(a, b store.ClockPair) (uint64, bool) {
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

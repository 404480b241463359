package names

import (
	"math"

	"tracer/internal/wire"
)

// Costs is what events cost the traced thread, in 1/256 ticks: see wire's record
// costs. Before[k] is in the interval that an event of kind k ends, After[k] in the one
// that it begins. Before[wire.Line] is 0; the others are relative to it, and may be
// below 0.
type Costs struct {
	Before, After [8]int32
	// First is After of the first line of a call, which has the call's own time
	// stamp; the call's cost is in it.
	First int32
	// Pace is how many ticks a fixed piece of work took at the same time.
	Pace uint32
}

// CostUnit is how many units of Costs are a tick.
const CostUnit = 256

func newCosts(r *wire.CostsRecord) Costs {
	c := Costs{First: int32(r.First), Pace: r.Pace}
	c.After[wire.Line] = int32(r.Line)
	for _, k := range []struct {
		kind          wire.Kind
		before, after uint32
	}{
		{wire.Call, r.CallBefore, r.CallAfter}, {wire.Return, r.ReturnBefore, r.ReturnAfter},
		{wire.Yield, r.YieldBefore, r.YieldAfter}, {wire.Unwind, r.UnwindBefore, r.UnwindAfter},
		{wire.Resume, r.ResumeBefore, r.ResumeAfter}, {wire.Throw, r.ThrowBefore, r.ThrowAfter},
	} {
		c.Before[k.kind], c.After[k.kind] = int32(k.before), int32(k.after)
	}
	return c
}

// PaceSteps is how finely the pace is taken: in so many parts of that at which costs
// were measured. It is noise below that.
const PaceSteps = 32

// maxPace is how much slower or faster a CPU is thought to be than when costs were
// measured.
const maxPace = 4

// PaceOf returns the pace at which a fixed piece of work takes so many ticks, in
// PaceSteps-ths of the one at which costs were measured.
func (c *Costs) PaceOf(ticks uint64) int64 {
	then := uint64(c.Pace)
	if then == 0 || ticks == 0 {
		return PaceSteps
	}
	steps := (min(ticks, then*maxPace)*PaceSteps + then/2) / then
	return int64(min(max(steps, PaceSteps/maxPace), PaceSteps*maxPace))
}

// At returns the costs at a pace.
func (c *Costs) At(pace int64) Costs {
	if pace == PaceSteps {
		return *c
	}
	at := Costs{First: atPace(c.First, pace), Pace: c.Pace}
	for k := range c.Before {
		at.Before[k], at.After[k] = atPace(c.Before[k], pace), atPace(c.After[k], pace)
	}
	return at
}

func atPace(cost int32, pace int64) int32 {
	n := int64(cost) * pace
	if n < 0 {
		return int32(max(-((-n + PaceSteps/2) / PaceSteps), math.MinInt32))
	}
	return int32(min((n+PaceSteps/2)/PaceSteps, math.MaxInt32))
}

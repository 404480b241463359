package names

import "tracer/internal/wire"

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

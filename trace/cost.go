package trace

import (
	"math"

	"tracer/internal/names"
	"tracer/internal/store"
	"tracer/internal/wire"
)

// Costs is what events cost the traced threads, in CostUnit-ths of a tick.
type Costs = names.Costs

// CostUnit is how many units of a cost are a tick.
const CostUnit = names.CostUnit

// Calibration is a comparison with a run of the program that was not traced.
type Calibration = store.Calibration

// Costs returns what events cost the threads of the process; not ok: that was not
// measured, and nothing is corrected but for the tracer's own time that is in the events.
func (p *Process) Costs() (c Costs, ok bool) {
	c = p.names.Costs
	return c, c != Costs{}
}

// Span returns how many ns so many ticks of the process's clock are.
func (p *Process) Span(ticks uint64) int64 { return p.clock.Span(ticks) }

// CostNS returns how many ns a cost is, which may be below 0, times the scale of the
// trace's calibration.
func (p *Process) CostNS(cost int64) int64 {
	size := uint64(cost)
	if cost < 0 {
		size = -size
	}
	ns := (p.clock.Span(size) + CostUnit/2) / CostUnit
	if p.scale != 1 {
		ns = int64(math.Round(float64(ns) * p.scale))
	}
	if cost < 0 {
		return -ns
	}
	return ns
}

// Corrected returns how many ns so many ticks are without what they cost. It is below 0
// where little was done, and that took less than the tracer does on average.
func (p *Process) Corrected(ticks uint64, cost int64) int64 { return p.Span(ticks) - p.CostNS(cost) }

// Seen is how a process's events were seen.
type Seen struct {
	Hook         string // "monitoring", "trace function", "" if not known
	FreeThreaded bool   // the interpreter is built without a global lock
	Interpreters int    // that events are recorded of
	Taken        uint64 // how often another tool took the trace function; each is a gap
}

// Seen returns how the process's events were seen, up to now.
func (p *Process) Seen() Seen {
	c := &p.control
	hook := map[uint32]string{wire.HookMonitoring: "monitoring", wire.HookTraceFunction: "trace function"}[c.Hook]
	return Seen{hook, c.Build&wire.BuildFreeThreaded != 0, int(c.Interpreters), c.Taken}
}

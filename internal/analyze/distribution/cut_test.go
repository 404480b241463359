package distribution

import (
	"math/rand/v2"

	"tracer/internal/wire"
	"tracer/trace"
)

// cutter is a visitor that cuts what it is told into parts, and hands these to accumulators
// in turns.
type cutter struct {
	b     *builder
	th    *trace.Thread
	rnd   *rand.Rand
	often int // a part has about so many events

	to    *accumulator
	since int64 // cost
	stack []trace.OpenFrame
	last  trace.Moment
}

// part returns the accumulator that is told what happens at a moment, and the moment there.
func (c *cutter) part(m trace.Moment) trace.Moment {
	if c.rnd.IntN(c.often) == 0 {
		// Costs before and after an event are on either side of the cut.
		at := trace.Moment{At: c.last.At + c.rnd.Int64N(m.At-c.last.At+1), Cost: min(c.last.Cost, m.Cost) + c.rnd.Int64N(max(m.Cost-c.last.Cost, c.last.Cost-m.Cost)+1)}
		c.end(at)
		c.begin(at)
	}
	c.last = m
	m.Cost -= c.since
	return m
}

func (c *cutter) begin(m trace.Moment) {
	// Sometimes a new one, as on another core.
	if c.to = c.b.take(c.th); c.rnd.IntN(3) == 0 {
		c.b.give(c.to)
		c.to = newAccumulator(c.th.Process, c.b.scale, c.b.options.Worst)
		c.to.thread = c.th
	}
	c.since = m.Cost
	c.to.Begin(trace.Moment{At: m.At}, c.stack)
}

func (c *cutter) end(m trace.Moment) {
	c.to.End(trace.Moment{At: m.At, Cost: m.Cost - c.since})
	c.b.add(c.th, c.to.seam)
	c.b.give(c.to)
}

func (c *cutter) Begin(m trace.Moment, open []trace.OpenFrame) {
	c.stack, c.last = append(c.stack, open...), m
	c.begin(m)
}

func (c *cutter) Open(m trace.Moment, code *trace.Code, loc wire.Location, k wire.Kind) {
	at := c.part(m)
	c.to.Open(at, code, loc, k)
	c.stack = append(c.stack, trace.OpenFrame{Code: code, Loc: loc})
}

func (c *cutter) Line(m trace.Moment, loc wire.Location) {
	at := c.part(m)
	c.to.Line(at, loc)
	c.stack[len(c.stack)-1].Loc = loc
}

func (c *cutter) Close(m trace.Moment, k wire.Kind) {
	at := c.part(m)
	c.to.Close(at, k)
	c.stack = c.stack[:len(c.stack)-1]
}

func (c *cutter) Gap(m trace.Moment, lost uint64) {}

func (c *cutter) End(m trace.Moment) { c.end(m) }

package advise

import (
	"context"

	"tracer/internal/analyze/query"
	"tracer/internal/wire"
	"tracer/trace"
)

// What of a line's stays is looked at one by one.
const (
	longStay = 20_000    // ns: of those the longest of each line is known
	waitStay = 1_000_000 // ns: those can be waiting
)

// generators are the flags of code objects that are generators, with await or without:
// CO_GENERATOR and CO_ASYNC_GENERATOR.
const generators = 0x20 | 0x200

// events is what the other analyses do not tell: one pass over the events.
type events struct {
	longest map[Place]Window // of each line, the longest time without an event
	yields  map[functionKey]uint64
	raised  map[raise]*raised
	cpus    []*cpu // one of each process

	collected map[Place]*collected
}

// raise is a place where exceptions come from, and one where they are caught.
type raise struct{ from, caught Place }

// raised is what the exceptions of a raise took: from the entry of the outermost frame
// that they ended.
type raised struct {
	count       uint64
	frames      uint64 // that they ended
	ns          int64
	first, last int64 // ns since the trace began
}

// gather makes the pass.
func gather(ctx context.Context, t *trace.Trace, q *query.Query, progress func(done, all uint64)) (*events, error) {
	e := &events{longest: map[Place]Window{}, yields: map[functionKey]uint64{}, raised: map[raise]*raised{}, collected: map[Place]*collected{}}
	cpus := map[*trace.Process]*cpu{}
	for _, p := range t.Processes() {
		cpus[p] = newCPU(p)
		e.cpus = append(e.cpus, cpus[p])
	}
	err := query.Each(ctx, q, t, func(p *query.Part) (*partEvents, error) {
		v := newPartEvents(p.Thread().Process, cpus[p.Thread().Process])
		return v, p.Replay(v)
	}, func(_ *query.Part, v *partEvents) error {
		e.merge(v)
		return nil
	}, progress)
	return e, err
}

// merge adds what a part had.
func (e *events) merge(v *partEvents) {
	p := v.process
	for loc, s := range v.longest {
		place := placeAt(p, loc)
		w := Window{p.NS(s.from), p.NS(s.from + s.ticks)}
		if old, ok := e.longest[place]; !ok || w.ToNS-w.FromNS > old.ToNS-old.FromNS {
			e.longest[place] = w
		}
	}
	for code, n := range v.yields {
		e.yields[functionKey{code.Module, code.Qualname, code.File.Label(), code.FirstLine}] += n
	}
	for at, r := range v.raised {
		key := raise{placeAt(p, at.from), placeAt(p, at.caught)}
		sum := e.raised[key]
		if sum == nil {
			sum = &raised{first: p.NS(r.first)}
			e.raised[key] = sum
		}
		sum.count += r.count
		sum.frames += r.frames
		sum.ns += p.Corrected(uint64(r.ticks), r.cost)
		sum.first, sum.last = min(sum.first, p.NS(r.first)), max(sum.last, p.NS(r.last))
	}
	for loc, c := range v.collected {
		place := placeAt(p, loc)
		if e.collected[place] == nil {
			e.collected[place] = &collected{}
		}
		e.collected[place].add(c)
	}
	v.cpu.merge(v.stays, v.inside)
}

// placeAt is the place of a location; the zero Place for what is outside.
func placeAt(p *trace.Process, loc wire.Location) Place {
	c := p.Code(loc)
	if c == nil {
		return Place{}
	}
	return Place{c.Module, c.Qualname, c.File.Label(), c.Line(loc)}
}

// partEvents is the visitor of a part.
type partEvents struct {
	process *trace.Process
	cpu     *cpu
	long    int64 // ticks
	wait    int64 // ticks

	frames  []openFrame
	at      int64         // the last event
	entered int64         // when the outermost frame was
	loc     wire.Location // the current line, 0: outside
	raising *raising

	longest map[wire.Location]stay
	yields  map[*trace.Code]uint64
	raised  map[raiseAt]*raisedTicks
	stays   map[stayKey]int64 // ns of long stays, by line and sample
	inside  []int64           // ns in traced code, by sample

	collected map[wire.Location]*collected
}

type openFrame struct {
	code     *trace.Code
	loc      wire.Location
	at, cost int64
	// An exception that the frame has stopped. If it ends with one, it was the same, on its way
	// through a finally; else it was caught.
	stopped *raising
}

// stay is a time without an event, in ticks.
type stay struct{ from, ticks int64 }

type raiseAt struct{ from, caught wire.Location }

type raisedTicks struct {
	count, frames uint64
	ticks, cost   int64
	first, last   int64
}

// raising is an exception on its way.
type raising struct {
	from, to     wire.Location // to: where it was stopped
	at, cost     int64         // the entry of the outermost frame so far
	end, endCost int64         // when it was stopped
	frames       uint64
}

func newPartEvents(p *trace.Process, c *cpu) *partEvents {
	ticks := func(ns int64) int64 {
		const many = 1 << 32
		return int64(float64(ns) / float64(max(p.Span(many), 1)) * many)
	}
	return &partEvents{
		process: p, cpu: c, long: ticks(longStay), wait: ticks(waitStay),
		longest: map[wire.Location]stay{}, yields: map[*trace.Code]uint64{}, raised: map[raiseAt]*raisedTicks{},
		stays: map[stayKey]int64{}, inside: c.slots(), collected: map[wire.Location]*collected{},
	}
}

// Begin implements trace.PartVisitor.
func (v *partEvents) Begin(m trace.Moment, open []trace.OpenFrame) {
	v.at, v.entered = m.At, m.At
	for _, f := range open {
		v.frames = append(v.frames, openFrame{code: f.Code, loc: f.Loc, at: f.Entered, cost: m.Cost})
	}
	if n := len(open); n > 0 {
		v.loc = open[n-1].Loc
	}
}

// step ends the stay at the current line.
func (v *partEvents) step(m trace.Moment) {
	if m.At-v.at >= v.long {
		v.stay(m.At)
	}
	v.at = m.At
}

func (v *partEvents) stay(to int64) {
	if v.loc == 0 {
		return
	}
	if ticks := to - v.at; ticks > v.longest[v.loc].ticks {
		v.longest[v.loc] = stay{v.at, ticks}
	}
	if to-v.at >= v.wait {
		v.cpu.divide(v.process.NS(v.at), v.process.NS(to), func(sample int, ns int64) { v.stays[stayKey{v.loc, sample}] += ns })
	}
}

// Line implements trace.PartVisitor.
func (v *partEvents) Line(m trace.Moment, loc wire.Location) {
	v.step(m)
	if v.raising != nil {
		v.stop(m)
	}
	v.loc = loc
}

// Open implements trace.PartVisitor.
func (v *partEvents) Open(m trace.Moment, c *trace.Code, loc wire.Location, _ wire.Kind) {
	v.step(m)
	if v.raising != nil {
		v.stop(m)
	}
	if n := len(v.frames); n > 0 {
		v.frames[n-1].loc = v.loc
	} else {
		v.entered = m.At
	}
	v.frames = append(v.frames, openFrame{code: c, loc: loc, at: m.At, cost: m.Cost})
	v.loc = loc
}

// Close implements trace.PartVisitor.
func (v *partEvents) Close(m trace.Moment, k wire.Kind) {
	v.step(m)
	n := len(v.frames) - 1
	if n < 0 {
		return
	}
	f := &v.frames[n]
	if v.raising != nil && k != wire.Unwind {
		v.stop(m)
	}
	switch k {
	case wire.Unwind:
		switch {
		case v.raising != nil:
		case f.stopped != nil:
			v.raising, f.stopped = f.stopped, nil
		default:
			v.raising = &raising{from: v.loc}
		}
		v.raising.at, v.raising.cost = f.at, f.cost
		v.raising.frames++
	case wire.Yield:
		if f.code.Flags&generators != 0 {
			v.yields[f.code]++
		}
	}
	v.caught(f.stopped)
	v.frames = v.frames[:n]
	if n == 0 {
		v.left(m)
		return
	}
	v.loc = v.frames[n-1].loc
}

// left is told that no frame is open any more.
func (v *partEvents) left(m trace.Moment) {
	v.cpu.divide(v.process.NS(v.entered), v.process.NS(m.At), func(sample int, ns int64) { v.inside[sample] += ns })
	v.loc = 0
}

// stop ends an exception's way, for now: the innermost frame goes on.
func (v *partEvents) stop(m trace.Moment) {
	r := v.raising
	v.raising = nil
	r.to, r.end, r.endCost = v.loc, m.At, m.Cost
	n := len(v.frames) - 1
	if n < 0 {
		v.caught(r)
		return
	}
	v.caught(v.frames[n].stopped)
	v.frames[n].stopped = r
}

// caught counts an exception that was caught where it stopped.
func (v *partEvents) caught(r *raising) {
	if r == nil {
		return
	}
	at := raiseAt{r.from, r.to}
	sum := v.raised[at]
	if sum == nil {
		sum = &raisedTicks{first: r.at}
		v.raised[at] = sum
	}
	sum.count++
	sum.frames += r.frames
	sum.ticks += r.end - r.at
	sum.cost += r.endCost - r.cost
	sum.first, sum.last = min(sum.first, r.at), max(sum.last, r.end)
}

// Gap implements trace.PartVisitor.
func (v *partEvents) Gap(m trace.Moment, _ uint64) { v.at, v.raising = m.At, nil }

// End implements trace.PartVisitor.
func (v *partEvents) End(m trace.Moment) {
	v.step(m)
	if v.raising != nil {
		v.stop(m)
	}
	for i := range v.frames {
		v.caught(v.frames[i].stopped)
	}
	if len(v.frames) > 0 {
		v.left(m)
	}
}

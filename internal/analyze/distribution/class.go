package distribution

import (
	"math"

	"tracer/trace"
)

// class is the samples of a row in which events cost the same, and which took about as long: it
// has a counter for each time in a range. That is all there is to know of such samples, so
// whatever else is said of them is made of it later: see drain. Most samples are of a few classes of
// their row, as events of a kind cost the same. Times are in steps of the clock.
type class struct {
	cost   int64  // never: there is none yet
	scaled int64  // the same in units: times the scale of the trace's calibration
	window        // in steps
	misses uint32 // samples that found another class at their place, or no counters yet
}

const (
	// A row has so many classes, beside the most common one.
	classes   = 1 << classBits
	classBits = 3
	// A class has so many counters at most.
	mostSteps = 1 << 11
	// A class stays at its place until there were so many samples of others; the most common one until
	// there were 16 times as many.
	patience = 256
	// A class gets counters when it has had so many samples.
	seldom = 64
	// Up to so many steps the product with a step's inverse, which is rounded up, is right.
	mostLowest, inverseShift = 1 << 20, 40
)

// place is where the class of a cost is, if there is one.
func place(cost int64) uint32 { return uint32(uint64(cost) * 0x9e3779b97f4a7c15 >> (64 - classBits)) }

// sample adds one, but for most hits: see hit. Samples of a thread come in the order in which they
// end.
func (a *accumulator) sample(row uint32, begin, at, ticks, cost int64) {
	s := &a.stats[row]
	if at >= s.edge {
		a.turn(row, at)
	}
	if begin <= s.first {
		a.begin(row, begin, ticks, cost)
	}
	s.n++
	s.ticks += ticks
	s.cost += cost
	s.last = at
	c := &s.class
	if c.cost != cost {
		c = a.second(row, cost)
	}
	steps := uint64(ticks) * a.inverse >> inverseShift
	i := steps - uint64(c.lowest)
	if c.cost != cost || i >= uint64(c.size) || steps*a.step != uint64(ticks) {
		a.other(row, begin, ticks, cost)
		return
	}
	if ticks*unit-c.scaled >= s.high {
		a.above(row, begin, ticks, ticks*unit-c.scaled)
	}
	counter := &a.counts[c.at+uint32(i)]
	if *counter++; *counter == 0 {
		a.full[c.at+uint32(i)]++
	}
}

// hit adds the innermost frame's hit, which ends at a moment. It is sample once more, and has what it needs
// at hand: this is what most events do.
func (a *accumulator) hit(m trace.Moment) {
	row := a.row
	s := &a.stats[row]
	if m.At >= s.edge {
		a.turn(row, m.At)
	}
	ticks, cost := m.At-a.since, m.Cost-a.sinceCost
	if a.begun <= s.first {
		a.begin(row, a.begun, ticks, cost)
	}
	s.n++
	s.ticks += ticks
	s.cost += cost
	s.last = m.At
	if s.open != 0 {
		a.overlap(row, ticks, cost)
	}
	c := &s.class
	if c.cost != cost {
		c = a.second(row, cost)
	}
	steps := uint64(ticks) * a.inverse >> inverseShift
	i := steps - uint64(c.lowest)
	if c.cost != cost || i >= uint64(c.size) || steps*a.step != uint64(ticks) {
		a.other(row, a.begun, ticks, cost)
		return
	}
	counter := &a.counts[c.at+uint32(i)]
	if *counter++; *counter == 0 {
		a.full[c.at+uint32(i)]++
	}
}

// cutSample is a function's sample whose begin or end was not seen.
func (a *accumulator) cutSample(row uint32, begin, at, ticks, cost int64) {
	s := &a.stats[row]
	if at >= s.edge {
		a.turn(row, at)
	}
	if begin <= s.first {
		a.begin(row, begin, ticks, cost)
	}
	s.n++
	s.ticks += ticks
	s.cost += cost
	s.last = at
	a.cutting = true
	a.single(row, begin, ticks, cost)
	a.cutting = false
}

// second returns the place of a class that is not the row's most common one. If that has not
// been so common for long, it is made that.
func (a *accumulator) second(row uint32, cost int64) *class {
	first, r := &a.stats[row].class, &a.rare[row]
	c := &r.classes[place(cost)]
	if first.misses++; first.misses < 16*patience || c.cost != cost {
		return c
	}
	old := &r.classes[place(first.cost)]
	if old != c && old.cost != never {
		a.drain(row, old)
	}
	was := *c
	c.cost = never
	*old, *first = *first, was
	old.misses, first.misses = 0, 0
	return first
}

// other is a sample that has no counter in a class.
func (a *accumulator) other(row uint32, begin, ticks, cost int64) {
	if !a.measured {
		a.measure(ticks)
		a.single(row, begin, ticks, cost)
		return
	}
	c := &a.stats[row].class
	if c.cost != cost && c.cost != never {
		c = &a.rare[row].classes[place(cost)]
	}
	steps := ticks / int64(a.step)
	if steps*int64(a.step) != ticks || steps > mostLowest {
		a.single(row, begin, ticks, cost)
		return
	}
	if c.cost != cost {
		if c.cost != never {
			if c.misses++; c.misses < patience {
				a.single(row, begin, ticks, cost)
				return
			}
			a.drain(row, c)
		}
		*c = class{cost: cost, scaled: a.scaled(cost)}
	}
	if c.size == 0 {
		// Counters are for what is often.
		if c.misses++; c.misses < seldom {
			a.single(row, begin, ticks, cost)
			return
		}
		c.misses = 0
	}
	if uint32(steps)-c.lowest >= c.size && !a.widen(&c.window, uint32(steps), mostSteps) {
		a.single(row, begin, ticks, cost)
		return
	}
	if ticks*unit-c.scaled >= a.stats[row].high {
		a.above(row, begin, ticks, ticks*unit-c.scaled)
	}
	a.count(&c.window, uint32(steps))
}

// measure finds the clock's step: many a CPU's counter advances by 20 or 30 ticks at a time. It is
// what divides the first so many times.
func (a *accumulator) measure(ticks int64) {
	const enough, most = 1000, 1 << 12
	x, y := uint64(ticks), a.step
	for y != 0 {
		x, y = y, x%y
	}
	a.step = x
	if a.seen++; a.seen < enough {
		return
	}
	a.measured = true
	if a.step == 0 || a.step > most {
		a.step = 1
	}
	a.inverse = 1<<inverseShift/a.step + 1
}

// scaled returns a cost in units.
func (a *accumulator) scaled(cost int64) int64 {
	if a.scale == 1 {
		return cost
	}
	return int64(math.Round(float64(cost) * a.scale))
}

// drain makes what was counted in a class part of the row.
func (a *accumulator) drain(row uint32, c *class) {
	if c.cost == never {
		return
	}
	for i := range c.size {
		if n := a.counted(&c.window, i); n > 0 {
			ticks := int64(c.lowest+i) * int64(a.step)
			a.many(row, ticks, ticks*unit-c.scaled, n)
		}
	}
	a.release(&c.window)
}

// many are n samples of the same time.
func (a *accumulator) many(row uint32, ticks, units int64, n uint64) {
	r := &a.rare[row]
	r.maxUnits = max(r.maxUnits, units)
	a.extreme(row, ticks, units)
	size := units
	if size < 0 {
		size = -size
	}
	r.square.add(uint64(ticks), n)
	r.unitSquare.add(uint64(size), n)
	r.rawHistogram.Add(a.ns(uint64(ticks), 0), n)
	r.histogram.Add(a.unitsNS(units), n)
}

package distribution

import (
	"slices"

	"tracer/trace"
)

// sum is what the accumulators of a process have of a row.
type sum struct {
	resumed uint64
	n       uint64
	on      lapse // of the samples
	rest    lapse // in none of them
	total   lapse // see stat; of a line only what is not its self time

	square, unitSquare           square
	min, max, minUnits, maxUnits int64
	cutMin, cutMinUnits          int64
	first, last                  int64
	firstTicks, firstCost        int64
	bins                         bins
	worst                        []call
	histogram, rawHistogram      *Histogram
}

// call is one of the worst with what called it.
type call struct {
	worst
	by rowOf
}

func newSum() *sum {
	return &sum{
		min: always, max: never, minUnits: always, maxUnits: never, cutMin: always, cutMinUnits: always,
		first: always, last: never, histogram: NewHistogram(), rawHistogram: NewHistogram(),
	}
}

// add adds a row of an accumulator, which is of no use after that.
func (x *sum) add(a *accumulator, row uint32) {
	s, r := &a.stats[row], &a.rare[row]
	a.drain(row, &s.class)
	for i := range r.classes {
		a.drain(row, &r.classes[i])
	}
	x.resumed += r.resumed
	x.total.add(s.total.ticks-r.both.ticks, s.total.cost-r.both.cost)
	x.rest.add(r.rest.ticks, r.rest.cost)
	for i := range r.bins.list {
		b := &r.bins.list[i]
		x.n += b.n
		x.on.add(b.ticks, b.cost)
	}
	x.bins.join(&r.bins)
	x.square.join(r.square)
	x.unitSquare.join(r.unitSquare)
	x.min, x.max = min(x.min, r.min), max(x.max, r.max)
	x.minUnits, x.maxUnits = min(x.minUnits, r.minUnits), max(x.maxUnits, r.maxUnits)
	x.cutMin, x.cutMinUnits = min(x.cutMin, r.cutMin), min(x.cutMinUnits, r.cutMinUnits)
	if s.first < x.first || s.first == x.first && (r.firstTicks > x.firstTicks || r.firstTicks == x.firstTicks && r.firstCost > x.firstCost) {
		x.first, x.firstTicks, x.firstCost = s.first, r.firstTicks, r.firstCost
	}
	x.last = max(x.last, r.last)
	for _, w := range r.worst {
		x.worst = append(x.worst, call{w, a.of[w.caller]})
	}
	a.pour(&r.raw, x.rawHistogram)
	a.pour(&r.corrected, x.histogram)
	x.rawHistogram.Merge(r.rawHistogram)
	x.histogram.Merge(r.histogram)
}

// longest returns the longest samples.
func (x *sum) longest(most int) []call {
	slices.SortFunc(x.worst, func(a, b call) int { return a.compare(&b.worst) })
	return x.worst[:min(len(x.worst), most)]
}

// key returns what a row is of.
func (of rowOf) key() key { return keyOf(of.code, of.line) }

var _ trace.PartVisitor = (*accumulator)(nil)

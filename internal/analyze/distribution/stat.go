package distribution

import (
	"math"
	"math/big"
	"math/bits"

	"tracer/trace"
)

// unit is how many units of a corrected time are a tick: as many as of a cost, so that
// corrected times are exact.
const unit = 256

// stat is what nearly every sample of a row touches, beside its counter: two cache lines.
type stat struct {
	n     uint64 // samples of the bin at hand, and their time
	ticks int64
	cost  int64
	edge  int64 // where the bin ends; never: there is none
	first int64 // when the first sample began, of all threads
	last  int64 // when the last one ended, of this thread
	high  int64 // units: what it takes to be one of a function's worst
	open  int64 // frames of a function; of a line those that wait for a call there

	class class // the most common one
	// The time while any is open: since the first of them is, and in all.
	since, total lapse
}

// enter is a frame's beginning to be open.
func (s *stat) enter(m trace.Moment) {
	if s.open++; s.open == 1 {
		s.since = lapse{m.At, m.Cost}
	}
}

// leave is its end.
func (s *stat) leave(m trace.Moment) {
	if s.open--; s.open == 0 {
		s.total.add(m.At-s.since.ticks, m.Cost-s.since.cost)
	}
}

// never is a time before all others, and always one after them.
const (
	never  = math.MinInt64
	always = math.MaxInt64
)

// square is a sum of squares.
type square struct{ lo, hi uint64 }

// add adds the square of x, n times.
func (s *square) add(x, n uint64) {
	hi, lo := bits.Mul64(x, x)
	if n != 1 {
		over, low := bits.Mul64(lo, n)
		hi, lo = hi*n+over, low
	}
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, lo, 0)
	s.hi += hi + carry
}

func (s *square) join(o square) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, o.lo, 0)
	s.hi += o.hi + carry
}

// deviation returns the standard deviation of n samples of this sum and sum of squares.
func deviation(n uint64, sum int64, s square) float64 {
	if n == 0 {
		return 0
	}
	// n times the squares less the sum's square, exactly; over n squared.
	all := new(big.Int).SetUint64(s.hi)
	all.Or(all.Lsh(all, 64), new(big.Int).SetUint64(s.lo))
	all.Mul(all, new(big.Int).SetUint64(n))
	one := big.NewInt(sum)
	all.Sub(all, one.Mul(one, one))
	if all.Sign() <= 0 {
		return 0
	}
	f, _ := new(big.Float).SetInt(all).Float64()
	return math.Sqrt(f) / float64(n)
}

// rare is what else there is of a row.
type rare struct {
	classes [classes]class // the other ones
	// A sample outside of that is the shortest or longest so far, or may be.
	shortest      int64  // ticks
	reach         uint64 // from there on
	shortestUnits int64

	// Of all samples that are drained.
	square, unitSquare square
	raw, corrected     window
	bins               bins
	bin                int   // the bin at hand, in bins
	last               int64 // when the last sample ended, of the threads before

	// Of samples that are whole, and of those that are not: a function's minimum is of the
	// latter only where there are no others.
	min, max, minUnits, maxUnits int64
	cutMin, cutMinUnits          int64
	rest                         lapse   // time of a line that is in no sample
	both                         lapse   // while frames wait for a call at it: what is its self time, too
	resumed                      uint64  // samples of a function that no call began
	firstTicks, firstCost        int64   // of the first sample
	worst                        []worst // of a function: its longest samples, the longest first

	histogram, rawHistogram *Histogram
}

// newStat returns a row without samples.
func newStat() stat {
	return stat{edge: never, first: always, last: never, high: never, class: class{cost: never}}
}

func newRare() rare {
	r := rare{
		shortest: always, shortestUnits: always, last: never, min: always, max: never, minUnits: always, maxUnits: never,
		cutMin: always, cutMinUnits: always, histogram: NewHistogram(), rawHistogram: NewHistogram(),
	}
	for i := range r.classes {
		r.classes[i].cost = never
	}
	return r
}

// single adds a sample that is of no class.
func (a *accumulator) single(row uint32, begin, ticks, cost int64) {
	s, r := &a.stats[row], &a.rare[row]
	units := ticks*unit - a.scaled(cost)
	if uint64(ticks-r.shortest) > r.reach || units < r.shortestUnits {
		a.extreme(row, ticks, units)
	}
	if units >= s.high {
		a.above(row, begin, ticks, units)
	}
	if units > r.maxUnits {
		r.maxUnits = units
	}
	size := units
	if size < 0 {
		size = -size
	}
	r.square.add(uint64(ticks), 1)
	r.unitSquare.add(uint64(size), 1)
	ns := a.ns(uint64(ticks), 0)
	if at := bucket(ns); !a.count(&r.raw, at) {
		a.rarely(&r.raw, r.rawHistogram, at, ns)
	}
	ns = a.unitsNS(units)
	if at := bucket(ns); !a.count(&r.corrected, at) {
		a.rarely(&r.corrected, r.histogram, at, ns)
	}
}

// unitsNS returns how many ns so many units are.
func (a *accumulator) unitsNS(units int64) int64 {
	sign := units >> 63
	return (a.ns(uint64((units^sign)-sign), unitShift) ^ sign) - sign
}

const unitShift = 8 // 1 << unitShift is unit

// ns returns how many ns so many ticks, or parts of a tick, are, rounded.
func (a *accumulator) ns(ticks uint64, shift uint) int64 {
	hi, lo := bits.Mul64(ticks, a.tick)
	lo, carry := bits.Add64(lo, 1<<(tickShift+shift-1), 0)
	return int64((hi+carry)<<(64-tickShift-shift) | lo>>(tickShift+shift))
}

// begin notes the first sample of a row: of those that began at once, the longest.
func (a *accumulator) begin(row uint32, begin, ticks, cost int64) {
	s, r := &a.stats[row], &a.rare[row]
	if begin < s.first || ticks > r.firstTicks || ticks == r.firstTicks && cost > r.firstCost {
		s.first, r.firstTicks, r.firstCost = begin, ticks, cost
	}
}

// extreme is a sample that is shorter or longer than others.
func (a *accumulator) extreme(row uint32, ticks, units int64) {
	r := &a.rare[row]
	r.max = max(r.max, ticks)
	if a.cutting {
		r.cutMin, r.cutMinUnits = min(r.cutMin, ticks), min(r.cutMinUnits, units)
		return
	}
	r.min, r.minUnits = min(r.min, ticks), min(r.minUnits, units)
	r.shortest, r.reach, r.shortestUnits = r.min, uint64(r.max-r.min), r.minUnits
}

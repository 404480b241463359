package distribution

import (
	"math"
	"slices"
)

// Verdict is what a trend is in a word.
type Verdict string

// The verdicts.
const (
	None    Verdict = ""           // nothing that is more than noise
	Growing Verdict = "growing"    // samples take longer and longer
	Falling Verdict = "falling"    // and shorter and shorter
	Stepped Verdict = "stepped"    // at one moment they begin to take another time
	Cold    Verdict = "cold start" // the first takes far longer than the others
)

// Trend is how the time of a row's samples moves over the run. See Row.Trend.
type Trend struct {
	Verdict Verdict `json:"verdict"`
	// FromNS and ToNS are what a sample takes at the begin and at the end; before and after a
	// step; or the first one and the median of all.
	FromNS int64 `json:"from_ns"`
	ToNS   int64 `json:"to_ns"`
	// SlopeNS is by how much a sample's time changes with each 1,000 samples.
	SlopeNS float64 `json:"slope_ns"`
	// Tau is the rank correlation of the time with the order, from -1 to 1, and Chance how likely
	// one as far from 0 is where there is no trend; of a step likewise.
	Tau    float64 `json:"tau"`
	Chance float64 `json:"chance"`
	// StepNS is when a step was, since the trace began; and StepSample how many samples were
	// before it.
	StepNS     int64  `json:"step_ns,omitempty"`
	StepSample uint64 `json:"step_sample,omitempty"`
	// Tenths are the samples in their order, in about ten parts of about as many.
	Tenths []Bin `json:"tenths"`
}

const (
	// A trend is fitted to so many groups of about as many samples, or half as many at least.
	groups = 40
	// It is told if it is as unlikely by chance, as clear, and as large: from the one end to the
	// other by a part of the smaller.
	unlikely, unlikelyStep = 2e-4, 1e-3
	distinct, clearer      = .4, .6
	large                  = .25
	// A first sample is a cold start if it is so many times the 90th percentile.
	cold = 5
)

// Trend returns how the time of the row's samples moves over the run, corrected or raw.
//
// Samples are put into groups of about as many, in their order. The slope is the median of those
// between all pairs of groups (Theil and Sen), which a few outliers do not move. Whether
// there is a trend at all is Mann's and Kendall's test. If two levels describe the groups much
// better than a line, it is a step, at the place where they do best, if Mann's and Whitney's
// test tells the two sides apart.
func (r *Row) Trend(raw bool) Trend {
	t := Trend{Tenths: join(r.Bins, r.Samples, 10), Chance: 1}
	first, p50, p90, longest := r.first, r.P50NS, r.P90NS, r.MaxNS
	if raw {
		first, p50, p90, longest = r.rawFirst, r.RawP50NS, r.RawP90NS, r.RawMaxNS
	}
	const least = 20 // samples
	if r.Samples < least {
		return t
	}
	points := pointsOf(join(r.Bins, r.Samples, groups), raw)
	if len(points) >= groups/4 {
		t.fit(points)
	}
	if t.Verdict == None && first >= longest-longest/100 && first > cold*max(p90, 1) {
		t.Verdict, t.FromNS, t.ToNS = Cold, first, p50
	}
	return t
}

// join joins neighbours until each has a part of all the samples.
func join(bins []Bin, samples uint64, parts uint64) (joined []Bin) {
	least := max((samples+parts-1)/parts, 1)
	for _, b := range bins {
		n := len(joined)
		if n == 0 || joined[n-1].Samples >= least {
			joined = append(joined, b)
			continue
		}
		j := &joined[n-1]
		j.ToNS = b.ToNS
		j.Samples += b.Samples
		j.TimeNS += b.TimeNS
		j.RawTimeNS += b.RawTimeNS
	}
	return joined
}

// point is a group: the middle of its samples' numbers, and their mean time.
type point struct {
	at, ns float64
	bin    *Bin
}

func pointsOf(bins []Bin, raw bool) []point {
	points := make([]point, len(bins))
	before := 0.
	for i := range bins {
		b := &bins[i]
		time, n := float64(b.TimeNS), float64(b.Samples)
		if raw {
			time = float64(b.RawTimeNS)
		}
		points[i] = point{before + n/2, time / n, b}
		before += n
	}
	return points
}

// fit finds a line or a step.
func (t *Trend) fit(points []point) {
	l := fitLine(points)
	t.SlopeNS = 1000 * l.slope
	t.Tau, t.Chance = kendall(points)
	off := l.distances(points)
	// Of a distance no more counts: outliers are all as far off.
	most := max(3*median(off), 2*total(off, math.Inf(1))/float64(len(off)))
	if s := findStep(points, most); s.error < clearer*total(off, most) && s.chance < unlikelyStep && apart(s.from, s.to) {
		t.Verdict, t.FromNS, t.ToNS, t.Chance = Stepped, round(s.from), round(s.to), s.chance
		t.StepNS = points[s.first].bin.FromNS
		for _, p := range points[:s.first] {
			t.StepSample += p.bin.Samples
		}
		return
	}
	end := max(len(points)/8, 3)
	from, to := times(points[:end]), times(points[len(points)-end:])
	t.FromNS, t.ToNS = round(median(from)), round(median(to))
	if t.Chance < unlikely && math.Abs(t.Tau) > distinct && apart(median(from), median(to)) {
		t.Verdict = Falling
		if t.ToNS > t.FromNS {
			t.Verdict = Growing
		}
	}
}

func round(x float64) int64 { return int64(math.Round(x)) }

// apart reports whether two times differ by enough.
func apart(a, b float64) bool {
	const least = 5 // ns: what costs are known to
	return math.Abs(a-b) > max(large*max(min(a, b), 0), least)
}

// fitted is a fitted line.
type fitted struct{ slope, base float64 }

// distances returns how far points are from a line.
func (l fitted) distances(points []point) []float64 {
	off := times(points)
	for i, p := range points {
		off[i] = math.Abs(p.ns - l.base - l.slope*p.at)
	}
	return off
}

// times returns the points' times.
func times(points []point) []float64 {
	list := make([]float64, len(points))
	for i, p := range points {
		list[i] = p.ns
	}
	return list
}

// total adds up, of each no more than most.
func total(list []float64, most float64) (all float64) {
	for _, x := range list {
		all += min(x, most)
	}
	return all
}

// fitLine returns the line of Theil and Sen.
func fitLine(points []point) fitted {
	var slopes, bases []float64
	for i, p := range points {
		for _, q := range points[i+1:] {
			slopes = append(slopes, (q.ns-p.ns)/(q.at-p.at))
		}
	}
	l := fitted{slope: median(slopes)}
	for _, p := range points {
		bases = append(bases, p.ns-l.slope*p.at)
	}
	l.base = median(bases)
	return l
}

// median returns the median, and sorts.
func median(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	slices.Sort(x)
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

package diff

import (
	"math"
	"slices"
)

// What is thought of noise where the runs do not tell. The values were measured: see
// docs/diff.md.
const (
	rate         = .01  // wrong ones among the rows that are said to have changed
	wholeRate    = .005 // wrong ones among the wholes
	leastShare   = .001 // of the whole, below which a row is not looked at
	leastEffect  = 2e-4 // of the whole, below which a change is not
	leastChange  = .01  // of the row's own time, the same
	fewRows      = 5    // functions from which a run's pace can be told
	runNoise     = .15  // how much a whole run differs from another
	leastNoise   = .01  // of a row's time, with several runs
	singleNoise  = .05  // with one run on each side
	costNoise    = .08  // of what tracing took
	priorFreedom = 4    // degrees of freedom that the noise of all rows counts for in a row
	singleFree   = 8    // the same where there is nothing else
	leastWhole   = .005 // of the whole's time, with several runs
	fewFreedom   = 4    // degrees of freedom below which the spread within the sides is not trusted alone

	// The system takes the CPU away for so long, now and then, ns: nothing that a single
	// run tells of, and a part of the noise of two.
	singlePause = 10e6
	fewPause    = 2e6
)

// row is a time of a function or line in each run.
type row struct {
	base, new []float64 // ns
	cost      float64   // mean of what was taken off, ns
	to        *Time
	skip      bool // it is the same as another row of the function
}

// model is what is known about the noise.
type model struct {
	base, new []float64 // paces of the runs, 1 for the median of the base's
	common    float64
	sure      bool    // that the paces of the sides differ
	spread    float64 // of the paces within a side: the largest by the smallest
	relative  float64 // standard deviation of a row's time, of that time
	single    bool    // one run on each side
	whole     float64 // mean time of a run, ns
}

// newModel learns the noise from the functions' self times.
func newModel(rows []*row, whole *row) *model {
	m := &model{single: len(whole.base) == 1 && len(whole.new) == 1, whole: (mean(whole.base) + mean(whole.new)) / 2}
	m.base, m.new = ones(len(whole.base)), ones(len(whole.new))
	m.common, m.relative, m.spread = 1, runNoise, max(ratio(whole.base), ratio(whole.new))
	rows = slices.DeleteFunc(slices.Clone(rows), func(r *row) bool { return !m.steady(r) })
	if len(rows) < fewRows {
		return m
	}
	for i := range m.base {
		m.base[i] = median(rows, func(r *row) float64 { return r.base[i] / r.middle() })
	}
	for i := range m.new {
		m.new[i] = median(rows, func(r *row) float64 { return r.new[i] / r.middle() })
	}
	one := middleOf(m.base)
	for _, paces := range [][]float64{m.base, m.new} {
		for i := range paces {
			paces[i] /= one
		}
	}
	m.common, m.spread = middleOf(m.new), max(ratio(m.base), ratio(m.new))
	paces := compare(nil, m.base, m.new, square(leastWhole), 0, 0)
	m.sure = len(m.base)+len(m.new)-2 < fewFreedom || paces.p < rate
	if m.single {
		// The deviation of a change is that of two times.
		m.relative = max(singleNoise, 1.4826/math.Sqrt2*median(rows, func(r *row) float64 {
			b, n := m.at(r)
			return math.Abs(math.Log(n[0] / b[0]))
		}))
		return m
	}
	m.relative = max(leastNoise, median(rows, func(r *row) float64 {
		b, n := m.at(r)
		return math.Sqrt(pooled(b, n)) / (mean(b) + mean(n)) * 2
	}))
	return m
}

// steady reports whether a row can tell of a run's pace: it is of some weight, in all runs.
func (m *model) steady(r *row) bool {
	if r.middle() < leastShare*m.whole || r.cost > 2*r.middle() {
		return false
	}
	none := func(ns float64) bool { return ns <= 0 }
	return !slices.ContainsFunc(r.base, none) && !slices.ContainsFunc(r.new, none)
}

// at returns a row's times at the pace of the base.
func (m *model) at(r *row) (base, new []float64) {
	base, new = slices.Clone(r.base), slices.Clone(r.new)
	for i := range base {
		base[i] /= m.base[i]
	}
	for i := range new {
		new[i] /= m.new[i]
	}
	return base, new
}

package diff

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// tested is a row's change and how sure it is.
type tested struct {
	*row
	mean, median float64 // changes, ns
	least        float64 // of a change that counts, ns
	deviation    float64 // of the mean's change
	freedom, p   float64
}

// test compares the times of a row before and after.
func (m *model) test(r *row) tested {
	b, n := m.at(r)
	middle := (mean(b) + mean(n)) / 2
	known := square(m.relative*middle) + square(costNoise*r.cost)
	switch {
	case m.single:
		t := compare(r, b, n, known, singleFree, m.whole)
		t.least = max(t.least, singlePause)
		return t
	case len(b)+len(n)-2 < fewFreedom:
		known += square(fewPause)
	}
	return compare(r, b, n, known, priorFreedom, m.whole)
}

// testWhole compares the times of the runs.
func (m *model) testWhole(r *row) tested {
	middle := (mean(r.base) + mean(r.new)) / 2
	if len(r.base)+len(r.new)-2 >= fewFreedom {
		return compare(r, r.base, r.new, square(leastWhole*middle), 0, m.whole)
	}
	t := compare(r, r.base, r.new, square(runNoise*middle)+square(costNoise*r.cost)+square(fewPause), singleFree, m.whole)
	if m.single {
		t.least = max(t.least, singlePause)
	}
	return t
}

// compare is a t-test with a variance that is the spread within the sides, and what is
// known of it from elsewhere, which counts for so many degrees of freedom: less where
// the row is evidently less steady than that.
func compare(r *row, b, n []float64, known, prior, whole float64) tested {
	t := tested{row: r, mean: mean(n) - mean(b), median: middleOf(n) - middleOf(b), freedom: float64(len(b) + len(n) - 2)}
	t.least = max(leastChange*mean(b), leastEffect*whole)
	own := 0.
	if t.freedom > 0 {
		own = pooled(b, n)
	}
	if own > known {
		prior *= known / own
	}
	variance := max(own, known, (prior*known+t.freedom*own)/(prior+t.freedom))
	t.freedom += prior
	t.deviation = math.Sqrt(variance * (1/float64(len(b)) + 1/float64(len(n))))
	t.p = 1
	if t.deviation > 0 {
		t.p = 2 * distuv.StudentsT{Sigma: 1, Nu: t.freedom}.CDF(-math.Abs(t.mean)/t.deviation)
	}
	return t
}

// judge says which changes are more than the noise, so that of these no more than
// the rate are wrong: Benjamini and Hochberg's procedure. Where it is sure that the sides
// differ in what is common, that may be the program's doing: then what has changed less
// than the rest did, or not at all, is not said to have changed the other way.
func judge(all []tested, rate float64, sure bool) {
	slices.SortStableFunc(all, func(a, b tested) int { return cmp.Compare(a.p, b.p) })
	found := 0
	for i, t := range all {
		if t.p <= rate*float64(i+1)/float64(len(all)) {
			found = i + 1
		}
	}
	limit := rate * float64(max(found, 1)) / float64(max(len(all), 1))
	for _, t := range all {
		noise := max(t.least, -t.deviation*distuv.StudentsT{Sigma: 1, Nu: t.freedom}.Quantile(limit/2))
		t.to.NoiseNS, t.to.P, t.to.BeyondNS = int64(math.Ceil(noise)), t.p, int64(math.Round(t.median))
		t.to.Verdict = Noise
		if min(math.Abs(t.mean), math.Abs(t.median)) <= noise || t.mean*t.median < 0 {
			continue
		}
		if change := float64(t.to.ChangeNS); sure && (change*t.mean < 0 || math.Abs(change) < leastChange*float64(t.to.BaseNS)) {
			continue
		}
		t.to.Verdict = Slower
		if t.mean < 0 {
			t.to.Verdict = Faster
		}
	}
}

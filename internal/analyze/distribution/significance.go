package distribution

import (
	"cmp"
	"math"
	"slices"
)

// kendall returns the rank correlation of the points' times with their order, and how likely
// it is by chance: Mann's and Kendall's test. What neighbours have in common beyond a trend makes
// chance ones more likely, and the variance larger: by (1+r)/(1-r) for a correlation r.
func kendall(points []point) (tau, chance float64) {
	n := float64(len(points))
	sum := 0.
	for i, p := range points {
		for _, q := range points[i+1:] {
			sum += float64(cmp.Compare(q.ns, p.ns))
		}
	}
	variance := n * (n - 1) * (2*n + 5)
	for _, ties := range tied(points) {
		variance -= ties * (ties - 1) * (2*ties + 5)
	}
	variance /= 18
	if variance <= 0 {
		return 0, 1
	}
	if r := neighbours(points, sum < 0); r > 0 {
		r = min(r, .9)
		variance *= (1 + r) / (1 - r)
	}
	return sum / (n * (n - 1) / 2), normal((math.Abs(sum) - 1) / math.Sqrt(variance))
}

// neighbours returns the correlation of what neighbours are off the nearest trend of any shape.
func neighbours(points []point, falling bool) float64 {
	list := times(points)
	if falling {
		for i := range list {
			list[i] = -list[i]
		}
	}
	off := slices.Clone(list)
	for i, level := range rising(list) {
		off[i] -= level
	}
	// By ranks, so that one outlier does not hide it.
	ranked := ranks(off)
	middle := float64(len(off)-1) / 2
	product, square := 0., 0.
	for i, x := range ranked {
		square += (x - middle) * (x - middle)
		if i > 0 {
			product += (x - middle) * (ranked[i-1] - middle)
		}
	}
	if square == 0 {
		return 0
	}
	return product / square
}

// rising returns the nearest values that never fall: neighbours that do share their mean.
func rising(list []float64) []float64 {
	type level struct {
		mean float64
		n    int
	}
	var levels []level
	for _, x := range list {
		l := level{x, 1}
		for n := len(levels); n > 0 && levels[n-1].mean >= l.mean; n-- {
			before := levels[n-1]
			all := before.n + l.n
			l = level{(before.mean*float64(before.n) + l.mean*float64(l.n)) / float64(all), all}
			levels = levels[:n-1]
		}
		levels = append(levels, l)
	}
	out := make([]float64, 0, len(list))
	for _, l := range levels {
		for range l.n {
			out = append(out, l.mean)
		}
	}
	return out
}

// ranks returns the ranks from 0 on; ties have the mean of theirs.
func ranks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	rank := make([]float64, len(x))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && x[order[j]] == x[order[i]] {
			j++
		}
		for _, k := range order[i:j] {
			rank[k] = float64(i+j-1) / 2
		}
		i = j
	}
	return rank
}

// tied returns how many points have the same time, where several do.
func tied(points []point) (ties []float64) {
	list := times(points)
	slices.Sort(list)
	for i := 0; i < len(list); {
		j := i
		for j < len(list) && list[j] == list[i] {
			j++
		}
		if j-i > 1 {
			ties = append(ties, float64(j-i))
		}
		i = j
	}
	return ties
}

// normal returns how likely a standard normal is at least as far from 0.
func normal(z float64) float64 { return math.Erfc(max(z, 0) / math.Sqrt2) }

// step is two levels: one before point first, one from it on.
type step struct {
	first         int
	from, to      float64
	error, chance float64
}

// findStep returns the step whose levels, medians, are nearest to the points. A distance is
// no more than most.
func findStep(points []point, most float64) step {
	const side = 4 // points at least
	best := step{error: math.Inf(1), chance: 1}
	for first := side; first <= len(points)-side; first++ {
		s := step{first: first}
		var before, after float64
		s.from, before = level(points[:first], most)
		s.to, after = level(points[first:], most)
		if s.error = before + after; s.error < best.error {
			best = s
		}
	}
	if best.first > 0 {
		// The place was looked for: each of them had a chance.
		best.chance = min(1, float64(len(points))*whitney(points, best.first))
	}
	return best
}

// level returns the median of the points, and the sum of the distances from it.
func level(points []point, most float64) (ns, all float64) {
	list := times(points)
	ns = median(list)
	for i, x := range list {
		list[i] = math.Abs(x - ns)
	}
	return ns, total(list, most)
}

// whitney returns how likely the points before one and those from it on differ as much by
// chance: Mann's and Whitney's test.
func whitney(points []point, first int) float64 {
	sum := 0.
	for _, rank := range ranks(times(points))[:first] {
		sum += rank
	}
	n, m := float64(first), float64(len(points)-first)
	u := sum - n*(n-1)/2
	variance := n * m * (n + m + 1) / 12
	return normal((math.Abs(u-n*m/2) - .5) / math.Sqrt(variance))
}

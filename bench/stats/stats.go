// Package stats has the few statistics of a measurement on a machine that is
// not quiet: minima, medians, and ratios that are taken within a round, where
// both sides met the same noise.
package stats

import (
	"math"
	"slices"
)

// Min returns the smallest of xs, NaN of none.
func Min(xs []float64) float64 {
	if len(xs) == 0 {
		return math.NaN()
	}
	return slices.Min(xs)
}

// Max returns the largest of xs, NaN of none.
func Max(xs []float64) float64 {
	if len(xs) == 0 {
		return math.NaN()
	}
	return slices.Max(xs)
}

// Median returns the middle of xs, the mean of both middles of an even number,
// and NaN of none.
func Median(xs []float64) float64 {
	if len(xs) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(xs))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// Ratio returns the median of a[i]/b[i]. Rounds that only one side has, and those
// in which the divisor is not positive, are left out; NaN if none remains.
func Ratio(a, b []float64) float64 {
	var ratios []float64
	for i := range min(len(a), len(b)) {
		if b[i] > 0 && !math.IsNaN(a[i]) {
			ratios = append(ratios, a[i]/b[i])
		}
	}
	return Median(ratios)
}

// Sub returns a[i]-b[i] for the rounds that both have.
func Sub(a, b []float64) []float64 {
	var difference []float64
	for i := range min(len(a), len(b)) {
		difference = append(difference, a[i]-b[i])
	}
	return difference
}

// floor is what GeoMean takes for values that are not positive: less than the
// noise of any ratio that is measured here.
const floor = 1e-3

// GeoMean returns the geometric mean of xs, NaN of none. An added time may come
// out below zero by noise; it counts as a small one.
func GeoMean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += math.Log(max(x, floor))
	}
	return math.Exp(sum / float64(len(xs)))
}

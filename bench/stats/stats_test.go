package stats

import (
	"math"
	"slices"
	"testing"
)

func near(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) < 1e-9
}

func TestMinAndMedian(t *testing.T) {
	nan := math.NaN()
	for _, test := range []struct {
		name        string
		xs          []float64
		min, median float64
	}{
		{"none", nil, nan, nan},
		{"one", []float64{3}, 3, 3},
		{"an odd number, unsorted", []float64{5, 1, 9}, 1, 5},
		{"an even number", []float64{4, 1, 2, 9}, 1, 3},
	} {
		given := slices.Clone(test.xs)
		if got := Min(test.xs); !near(got, test.min) {
			t.Errorf("%s: min %v, expected %v", test.name, got, test.min)
		}
		if got := Median(test.xs); !near(got, test.median) {
			t.Errorf("%s: median %v, expected %v", test.name, got, test.median)
		}
		if !slices.Equal(given, test.xs) {
			t.Errorf("%s: the argument was changed", test.name)
		}
	}
}

func TestRatioIsTakenWithinTheRound(t *testing.T) {
	for _, test := range []struct {
		name string
		a, b []float64
		want float64
	}{
		{"one slow round on both sides", []float64{2, 20, 2}, []float64{1, 10, 1}, 2},
		{"a round of one side only", []float64{2, 4}, []float64{1, 1, 1}, 3},
		{"a divisor below zero by noise", []float64{2, 4}, []float64{-1, 1}, 4},
		{"no round", nil, []float64{1}, math.NaN()},
		{"no usable round", []float64{1}, []float64{0}, math.NaN()},
	} {
		if got := Ratio(test.a, test.b); !near(got, test.want) {
			t.Errorf("%s: %v, expected %v", test.name, got, test.want)
		}
	}
}

func TestGeoMean(t *testing.T) {
	for _, test := range []struct {
		name string
		xs   []float64
		want float64
	}{
		{"none", nil, math.NaN()},
		{"two", []float64{1, 4}, 2},
		{"one that is not positive", []float64{-1, 10}, 0.1},
	} {
		if got := GeoMean(test.xs); !near(got, test.want) {
			t.Errorf("%s: %v, expected %v", test.name, got, test.want)
		}
	}
}

func TestSub(t *testing.T) {
	if got := Sub([]float64{3, 5, 7}, []float64{1, 1}); !slices.Equal(got, []float64{2, 4}) {
		t.Errorf("unexpected %v", got)
	}
}

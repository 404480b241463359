package distribution

import (
	"math"
	"math/rand/v2"
	"testing"
)

// rowOfSamples is the row of samples of so many ns that follow each other.
func rowOfSamples(samples []float64) *Row {
	var b bins
	at, r := int64(0), &Row{Histogram: NewHistogram(), Samples: uint64(len(samples)), first: int64(samples[0])}
	for _, ns := range samples {
		at += int64(ns)
		b.list[b.at(at)].add(&tickBin{n: 1, ticks: int64(ns), cost: int64(ns) / 10})
		r.Histogram.Add(int64(ns), 1)
		r.MaxNS = max(r.MaxNS, int64(ns))
	}
	for _, x := range b.list {
		r.Bins = append(r.Bins, Bin{FromNS: x.number << b.shift, ToNS: (x.number + 1) << b.shift, Samples: x.n, TimeNS: x.ticks, RawTimeNS: x.ticks + x.cost})
	}
	r.P50NS, r.P90NS = r.Histogram.Quantile(.5), r.Histogram.Quantile(.9)
	r.rawFirst, r.RawP50NS, r.RawP90NS, r.RawMaxNS = r.first, r.P50NS, r.P90NS, r.MaxNS
	return r
}

// noises are kinds of noise around 1: a factor for each sample.
var noises = map[string]func(rnd *rand.Rand, part float64) float64{
	"none":      func(*rand.Rand, float64) float64 { return 1 },
	"lognormal": func(rnd *rand.Rand, _ float64) float64 { return math.Exp(.5 * rnd.NormFloat64()) },
	"heavy tail": func(rnd *rand.Rand, _ float64) float64 {
		return math.Pow(1-rnd.Float64(), -.7)
	},
	"outliers": func(rnd *rand.Rand, _ float64) float64 {
		if rnd.IntN(1000) == 0 {
			return 50
		}
		return .9 + .2*rnd.Float64()
	},
	"phases": func(rnd *rand.Rand, part float64) float64 { return 1.5 + math.Sin(40*part) + .3*rnd.Float64() },
}

func samplesOf(rnd *rand.Rand, n int, noise string, ns func(part float64) float64) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = ns(float64(i)/float64(n)) * noises[noise](rnd, float64(i)/float64(n))
	}
	return list
}

func TestPlantedTrendsAreFound(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	step := func(at, by float64) func(float64) float64 {
		return func(part float64) float64 {
			if part >= at {
				return 1000 * by
			}
			return 1000
		}
	}
	tests := []struct {
		name     string
		ns       func(part float64) float64
		want     Verdict
		from, to float64
	}{
		{"a growing list", func(part float64) float64 { return 1000 + 3000*part }, Growing, 1000, 4000},
		{"slow growth", func(part float64) float64 { return 1000 + 700*part }, Growing, 1000, 1700},
		{"a quadratic one", func(part float64) float64 { return 500 + 9000*part*part }, Growing, 600, 8500},
		{"a shrinking one", func(part float64) float64 { return 5000 - 4000*part }, Falling, 5000, 1000},
		{"a step up", step(.6, 2), Stepped, 1000, 2000},
		{"a step down", step(.3, .5), Stepped, 1000, 500},
	}
	for _, test := range tests {
		for _, noise := range []string{"none", "lognormal", "outliers"} {
			for _, n := range []int{400, 5_000, 100_000} {
				if n < 5_000 && (noise == "outliers" || noise != "none" && test.want == Stepped) {
					continue // a group of ten samples varies by as much
				}
				got := rowOfSamples(samplesOf(rnd, n, noise, test.ns)).Trend(false)
				if got.Verdict != test.want {
					t.Errorf("%s of %d with noise %s: %+v, expected %s", test.name, n, noise, got, test.want)
					continue
				}
				scale := map[string]float64{"none": 1, "lognormal": math.Exp(.125), "outliers": 1.1}[noise] // its mean
				near := func(got int64, want float64) bool {
					by := .2 * max(test.from, test.to)
					return float64(got) > want-by && float64(got) < want*scale+by*scale
				}
				if !near(got.FromNS, test.from) || !near(got.ToNS, test.to) {
					t.Errorf("%s of %d with noise %s: from %d to %d, expected %v to %v", test.name, n, noise, got.FromNS, got.ToNS, test.from, test.to)
				}
			}
		}
	}
}

func TestNoiseHasNoTrend(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	told, rounds := 0, 0
	for noise := range noises {
		for _, n := range []int{3, 30, 400, 5_000, 50_000} {
			for range 20 {
				rounds++
				if got := rowOfSamples(samplesOf(rnd, n, noise, func(float64) float64 { return 1000 })).Trend(false); got.Verdict != None && got.Verdict != Cold {
					told++
					t.Logf("noise %s of %d: %+v", noise, n, got)
				}
			}
		}
	}
	if rounds != 500 || told > 2 {
		t.Errorf("%d of %d noises were told a trend", told, rounds)
	}
}

func TestAColdStart(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for _, noise := range []string{"none", "lognormal"} {
		samples := samplesOf(rnd, 5000, noise, func(float64) float64 { return 1000 })
		samples[0] = 800_000
		if got := rowOfSamples(samples).Trend(true); got.Verdict != Cold || got.FromNS != 800_000 || got.ToNS < 900 || got.ToNS > 1100 {
			t.Errorf("noise %s: %+v", noise, got)
		}
		samples[0], samples[77] = 1000, 800_000
		if got := rowOfSamples(samples).Trend(false); got.Verdict != None {
			t.Errorf("noise %s, an outlier later: %+v", noise, got)
		}
	}
}

func TestTenths(t *testing.T) {
	r := rowOfSamples(samplesOf(rand.New(rand.NewPCG(7, 8)), 10_000, "lognormal", func(part float64) float64 { return 1000 + 1000*part }))
	tenths := r.Trend(false).Tenths
	if len(tenths) < 8 || len(tenths) > 10 {
		t.Errorf("%d tenths", len(tenths))
	}
	n := uint64(0)
	for i, b := range tenths {
		n += b.Samples
		if i > 0 && b.FromNS < tenths[i-1].ToNS || b.Samples < 1000 && i < len(tenths)-1 {
			t.Errorf("tenth %d is %+v after %+v", i, b, tenths[max(i-1, 0)])
		}
	}
	if n != r.Samples {
		t.Errorf("%d samples, expected %d", n, r.Samples)
	}
}

// TestRanksAgainstKnownValues has what tables of statistics have.
func TestRanksAgainstKnownValues(t *testing.T) {
	points := make([]point, 10)
	for i := range points {
		points[i] = point{at: float64(i), ns: float64(i)}
	}
	// S = 45, variance 125: z = 44 / sqrt(125).
	if tau, chance := kendall(points); tau != 1 || math.Abs(chance-8.303e-5) > 1e-7 {
		t.Errorf("tau %v by chance %v", tau, chance)
	}
	// U = 0 of 25, z = 12 / sqrt(22.9167).
	if chance := whitney(points, 5); math.Abs(chance-.012186) > 1e-5 {
		t.Errorf("two sides by chance %v", chance)
	}
	if l := fitLine(append(points[:9:9], point{at: 9, ns: 1000})); l.slope != 1 || l.base != 0 {
		t.Errorf("an outlier moves the line: %+v", l)
	}
}

package cli

import (
	"math"
	"slices"
	"testing"

	"tracer/trace"
)

func at(seconds float64, userMS, writes int64) trace.Counters {
	return trace.Counters{At: int64(seconds * 1e9), UserNS: userMS * 1e6, WriteChars: writes}
}

func TestRates(t *testing.T) {
	unknown := at(2, 0, -1)
	unknown.SystemNS = -1
	for _, test := range []struct {
		name        string
		samples     []trace.Counters
		cpu, writes float64
	}{
		{"none", nil, math.NaN(), math.NaN()},
		{"a sample", []trace.Counters{at(1, 5, 5)}, math.NaN(), math.NaN()},
		{"growth", []trace.Counters{at(1, 0, 100), at(3, 500, 700)}, 0.25e9, 300},
		{"uneven steps", []trace.Counters{at(1, 0, 0), at(1.5, 500, 0), at(3, 500, 600)}, 0.25e9, 300},
		{"a fall is no growth", []trace.Counters{at(1, 0, 100), at(2, 0, 300), at(3, 0, 50), at(5, 0, 250)}, 0, 100},
		{"what is not known is left out", []trace.Counters{at(0, 0, 0), at(1, 100, 50), unknown, at(3, 900, 500), at(4, 1000, 600)}, 0.1e9, 75},
		{"nothing known", []trace.Counters{unknown, unknown}, math.NaN(), math.NaN()},
		{"no time between", []trace.Counters{at(1, 0, 0), at(1, 10, 10)}, math.NaN(), math.NaN()},
		{"time that falls", []trace.Counters{at(1, 0, 0), at(0, 10, 10), at(1, 20, 20)}, 10e6, 10},
	} {
		cpu := rate(test.samples, cpuTime)
		writes := rate(test.samples, func(c *trace.Counters) float64 { return sum(c.WriteChars) })
		if !same(cpu, test.cpu) || !same(writes, test.writes) {
			t.Errorf("%s: %v and %v, expected %v and %v", test.name, cpu, writes, test.cpu, test.writes)
		}
	}
}

func same(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-9*math.Abs(b)
}

// However many samples there are: all of them are in some row, the largest of all is the
// largest of a row, and the means, weighted by their time, make the mean of all.
func TestFold(t *testing.T) {
	const most = 40
	for n := range 200 {
		samples := make([]trace.Counters, n)
		now, written := int64(0), int64(0)
		for i := range samples {
			now += 1e8 + int64(i*i%7)*1e7
			written += int64(i * 7919 % 1000)
			samples[i] = trace.Counters{At: now, WriteChars: written, Resident: int64(i * 7919 % 1009), Threads: -1}
		}
		rows := fold(samples, most)
		if want := min(most, max(n-1, min(n, 1))); len(rows) != want {
			t.Fatalf("%d samples are %d rows, expected %d", n, len(rows), want)
		}
		if n < 2 {
			continue
		}
		begin, first, grown, resident := samples[0].At, 0, 0.0, int64(0)
		var steps []int
		for _, r := range rows {
			last := slices.IndexFunc(samples, func(c trace.Counters) bool { return c.At == r.end })
			want := slices.MaxFunc(samples[first:last+1], func(a, b trace.Counters) int { return int(a.Resident - b.Resident) }).Resident
			if r.resident != want || r.threads != -1 {
				t.Fatalf("of %d samples %d to %d have at most %d, the row %d and threads %d", n, first, last, want, r.resident, r.threads)
			}
			steps = append(steps, last-first)
			grown += r.writes * float64(r.end-begin) / 1e9
			begin, first, resident = r.end, last, max(resident, r.resident)
		}
		if !same(grown, float64(written-samples[0].WriteChars)) || first != n-1 || slices.Max(steps)-slices.Min(steps) > 1 {
			t.Fatalf("%d samples: rows of %v steps, %v written, expected %d", n, steps, grown, written-samples[0].WriteChars)
		}
	}
}

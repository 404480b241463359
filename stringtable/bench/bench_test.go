package bench

import (
	"fmt"
	"testing"
	"time"

	"tracer/stringtable"
	"tracer/stringtable/sample"
)

var sizes = []int{16, 256, 10000}

func TestAllWaysAgree(t *testing.T) {
	for _, n := range sizes {
		prefixes := sample.Prefixes(n)
		all := ways()
		if n == 16 {
			all = append(all, designs()...)
		}
		first := all[0].make(prefixes)
		negative, positive := sample.Questions(prefixes, first)
		for _, w := range all[1:] {
			other := w.make(prefixes)
			for _, s := range append(negative[:200:200], positive[:200]...) {
				want, wantOK := first(s)
				if got, ok := other(s); ok != wantOK || got >= 0 && got != want {
					t.Fatalf("%d prefixes, %s: %q begins with %d, %v, expected %d, %v", n, w.name, s, got, ok, want, wantOK)
				}
			}
		}
	}
}

// cycleNS returns how long a cycle of the CPU takes now: an addition that needs the one before it takes one.
func cycleNS() float64 {
	const n = 2000
	best := time.Hour
	for range 20 {
		start := time.Now()
		if adds(n) == 0 {
			return 0
		}
		best = min(best, time.Since(start))
	}
	return float64(best.Nanoseconds()) / (64 * n)
}

// measure tells cycles by the pace of the CPU before and after what run does n times.
func measure(b *testing.B, run func(n int) (sum int)) {
	b.ReportAllocs()
	cycle := cycleNS()
	b.ResetTimer()
	sum := run(b.N)
	b.StopTimer()
	if cycle = min(cycle, cycleNS()); cycle > 0 {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/cycle, "cycles/op")
	}
	if sum == b.N {
		b.Error("always 1")
	}
}

// BenchmarkMatch compares all ways, all called alike.
func BenchmarkMatch(b *testing.B) {
	for _, n := range sizes {
		prefixes := sample.Prefixes(n)
		all := ways()
		if n == 16 {
			all = append(all, designs()...)
		}
		negative, positive := sample.Questions(prefixes, all[0].make(prefixes))
		for i, questions := range [][]string{negative, positive} {
			for _, w := range all {
				f := w.make(prefixes)
				b.Run(fmt.Sprintf("prefixes=%d/%s/way=%s", n, [...]string{"negative", "positive"}[i], w.name), func(b *testing.B) {
					measure(b, func(n int) (sum int) {
						for i := range n {
							index, _ := f(questions[i%sample.Asked])
							sum += index
						}
						return sum
					})
				})
			}
		}
	}
}

// BenchmarkDirect compares a table of 16 with loops, each called as a program does.
func BenchmarkDirect(b *testing.B) {
	prefixes := sample.Sixteen()
	t, err := stringtable.Build(prefixes)
	if err != nil {
		b.Fatal(err)
	}
	negative, positive := sample.Questions(prefixes, t.Match)
	for i, questions := range [][]string{negative, positive} {
		name := [...]string{"negative", "positive"}[i]
		b.Run(name+"/way=stringtable", func(b *testing.B) {
			measure(b, func(n int) (sum int) {
				for i := range n {
					index, _ := t.Match(questions[i%sample.Asked])
					sum += index
				}
				return sum
			})
		})
		b.Run(name+"/way=loop-longest", func(b *testing.B) {
			measure(b, func(n int) (sum int) {
				for i := range n {
					index, _ := loopLongest(prefixes, questions[i%sample.Asked])
					sum += index
				}
				return sum
			})
		})
		b.Run(name+"/way=loop-first", func(b *testing.B) {
			measure(b, func(n int) (sum int) {
				for i := range n {
					index, _ := loopFirst(prefixes, questions[i%sample.Asked])
					sum += index
				}
				return sum
			})
		})
	}
}

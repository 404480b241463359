package stringtable

import (
	"fmt"
	"testing"

	"tracer/stringtable/sample"
)

// BenchmarkMatch compares the units of this CPU. Other ways to match, and libraries, are in the module bench.
func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{16, 256, 10000, 100000} {
		prefixes := sample.Prefixes(n)
		table := build(b, prefixes)
		negative, positive := sample.Questions(prefixes, table.Match)
		for _, u := range units() {
			table.use(u)
			for i, questions := range [][]string{negative, positive} {
				b.Run(fmt.Sprintf("prefixes=%d/%s/unit=%v", n, [...]string{"negative", "positive"}[i], u), func(b *testing.B) {
					b.ReportAllocs()
					sum := 0
					for i := range b.N {
						index, _ := table.Match(questions[i%sample.Asked])
						sum += index
					}
					if sum == b.N {
						b.Error("always 1")
					}
				})
			}
		}
	}
}

func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{16, 256, 10000, 100000} {
		prefixes := sample.Prefixes(n)
		table := build(b, prefixes)
		b.Run(fmt.Sprintf("prefixes=%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := Build(prefixes); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(table.Image()))/float64(n), "B/prefix")
		})
		b.Run(fmt.Sprintf("open/prefixes=%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := Open(table.Image()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

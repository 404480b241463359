package drain_test

import (
	"math/rand/v2"
	"testing"

	"tracer/internal/drain"
)

func TestSpans(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 6))
	for range 200 {
		var s drain.Set
		in := map[uint64]bool{}
		for range 20 {
			first := r.Uint64N(60)
			end := first + r.Uint64N(8)
			s.Add(first, end)
			for n := first; n < end; n++ {
				in[n] = true
			}
			runs := 0
			for n := range uint64(70) {
				if s.Has(n) != in[n] {
					t.Fatalf("%v has %d: %v", s, n, s.Has(n))
				}
				if in[n] && !in[n-1] {
					runs++
				}
			}
			if len(s) != runs {
				t.Fatalf("%v are %d runs, expected %d", s, len(s), runs)
			}
		}
	}
}

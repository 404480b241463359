package perfecthash

import (
	"context"
	"fmt"
	"testing"
	"time"
)

const benchKeys = 10_000_000

func BenchmarkBuild(b *testing.B) {
	keys := randomNumbers(benchKeys, 1)
	for _, c := range []struct {
		algorithm Algorithm
		n         int
	}{{PHast, 100_000}, {PHast, 1_000_000}, {PHast, benchKeys}, {CHM, 100_000}, {CHM, MaxCHM}} {
		b.Run(fmt.Sprintf("algorithm=%v/keys=%d", c.algorithm, c.n), func(b *testing.B) {
			var size Size
			for b.Loop() {
				t, err := Build(context.Background(), Uint64s(keys[:c.n]), Options{Algorithm: c.algorithm})
				if err != nil {
					b.Fatal(err)
				}
				size = t.Size()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*c.n), "ns/key")
			b.ReportMetric(float64(8*size.Function)/float64(c.n), "bits/key")
		})
	}
}

// BenchmarkFind looks up keys that are of the set, in no order; the sum keeps the compiler from
// leaving them out.
func BenchmarkFind(b *testing.B) {
	for _, n := range []int{1000, 100_000, 1_000_000, benchKeys} {
		keys := randomNumbers(n, 1)
		for _, check := range allChecks {
			t, err := Build(context.Background(), Uint64s(keys), Options{Check: check})
			if err != nil {
				b.Fatal(err)
			}
			benchFind(b, fmt.Sprintf("table=phast/check=%v/keys=%d", check, n), keys, t.FindUint64)
			b.Run(fmt.Sprintf("table=phast-many/check=%v/keys=%d", check, n), func(b *testing.B) {
				numbers := make([]int, some)
				at := 0
				for i := 0; i < b.N; i += some {
					if at += some; at+some > n {
						at = 0
					}
					t.FindUint64s(keys[at:at+some], numbers)
				}
			})
		}
		m := make(map[uint64]uint32, n)
		for i, key := range keys {
			m[key] = uint32(i)
		}
		benchFind(b, fmt.Sprintf("table=map/check=keys/keys=%d", n), keys, func(key uint64) (int, bool) {
			number, ok := m[key]
			return int(number), ok
		})
	}
}

func benchFind(b *testing.B, name string, keys []uint64, find func(uint64) (int, bool)) {
	b.Run(name, func(b *testing.B) {
		sum, at := 0, 0
		for b.Loop() {
			number, _ := find(keys[at])
			sum += number
			if at++; at == len(keys) {
				at = 0
			}
		}
		if sum == 1 {
			b.Log(sum)
		}
	})
}

// BenchmarkRivals are functions alone, which all get hashes.
func BenchmarkRivals(b *testing.B) {
	const n = 1_000_000
	keys := randomNumbers(n, 1)
	start := time.Now()
	t, err := Build(context.Background(), Uint64s(keys), Options{Check: CheckNone, Workers: 1})
	if err != nil {
		b.Fatal(err)
	}
	took := time.Since(start)
	report := func(name string, took time.Duration, bits int, slot func(uint64) uint64) {
		b.Run("function="+name, func(b *testing.B) {
			at, sum := 0, uint64(0)
			for b.Loop() {
				sum += slot(keys[at])
				if at++; at == n {
					at = 0
				}
			}
			if sum == 1 {
				b.Log(sum)
			}
			b.ReportMetric(float64(bits)/n, "bits/key")
			b.ReportMetric(float64(took.Nanoseconds())/n, "build-ns/key")
		})
	}
	report("phast", took, int(8*t.Size().Function), func(key uint64) uint64 { return t.slot(mix(key)) })
	start = time.Now()
	bb := newBBHash(keys)
	report("bbhash", time.Since(start), bb.bits(), bb.slot)
	start = time.Now()
	ptr := newPtrHash(keys)
	report("ptrhash", time.Since(start), ptr.bits(), ptr.slot)
}

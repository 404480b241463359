package sys

import (
	"runtime"
	"testing"
	"time"
)

func TestPairsTellTheSpeedOfTheCounter(t *testing.T) {
	if _, ok := Ticks(); !ok {
		t.Skipf("no invariant counter on this %s", runtime.GOARCH)
	}
	t0, m0 := Pair()
	time.Sleep(20 * time.Millisecond)
	t1, m1 := Pair()
	time.Sleep(20 * time.Millisecond)
	t2, m2 := Pair()
	first := float64(t1-t0) / float64(m1-m0)
	second := float64(t2-t1) / float64(m2-m1)
	if first <= 0 || first/second > 1.01 || second/first > 1.01 {
		t.Errorf("%v and then %v ticks a ns", first, second)
	}
}

func TestMonotonicClockGoesForward(t *testing.T) {
	last := MonoNS()
	for range 1000 {
		now := MonoNS()
		if now < last {
			t.Fatalf("%d after %d", now, last)
		}
		last = now
	}
}

func BenchmarkTicks(b *testing.B) {
	for b.Loop() {
		Ticks()
	}
}

package session

import (
	"testing"
	"time"
)

func TestBoundsAddUp(t *testing.T) {
	tried := 0
	for _, size := range []int64{0, MinSize, 5e6, 100 << 20, 20e9} {
		for _, ring := range []int64{0, MinSize, 50 << 20, 1 << 40} {
			for _, age := range []time.Duration{0, time.Minute} {
				for _, full := range []string{FullStop, FullDrop, FullRing} {
					o := Options{Events: "lines", SlotSize: DefaultSlot, MaxSize: size, Ring: ring, RingTime: age, WhenFull: full}
					if _, err := o.check(); err != nil {
						continue
					}
					tried++
					checkBounds(t, &o)
				}
			}
		}
	}
	if tried < 60 {
		t.Errorf("%d options were tried", tried)
	}
}

func checkBounds(t *testing.T, o *Options) {
	t.Helper()
	b := o.bounds()
	fail := func(what string) { t.Errorf("%s: %+v of %+v", what, b, *o) }
	if b.pool < 0 || b.parts < 0 || b.keep < 0 {
		fail("less than nothing")
	}
	if o.MaxSize > 0 && b.pool+b.parts != o.MaxSize {
		fail("pool and parts are not the whole")
	}
	if (b.pool == 0) != (o.MaxSize == 0 && o.Ring == 0) {
		fail("a pool without bounds, or none with them")
	}
	if o.MaxSize > 0 && b.keep >= b.parts {
		fail("a flight recorder without room for what comes after a trigger")
	}
	if o.Ring > 0 && b.keep > o.Ring {
		fail("a flight recorder that keeps more than it should")
	}
	if want := o.Ring > 0 || o.RingTime > 0 || o.WhenFull == FullRing; b.flight() != want {
		fail("a flight recorder or none")
	}
	if first := b.first(); (first == 0) != (b.pool == 0) {
		fail("the agent's first chunks")
	}
	for _, processes := range []int{0, 1, 7, 1000} {
		size, age := b.part(processes)
		if (size > 0) != (b.keep > 0) || (age > 0) != (b.age > 0) || b.keep > 0 && size > b.keep {
			fail("the size of a part")
		}
	}
}

package replay

import (
	"math/rand/v2"
	"testing"

	"tracer/internal/wire"
)

func TestClock(t *testing.T) {
	tsc := wire.Control{ClockKind: wire.ClockKindTSC, StartTicks: 1_000_000, StartMonoNs: 5_000_000_000, TickHz: 2_000_000_000}
	with := func(change func(*wire.Control)) wire.Control {
		c := tsc
		change(&c)
		return c
	}
	after := func(ticks, ns uint64) Pair {
		return Pair{Ticks: tsc.StartTicks + ticks, MonoNS: tsc.StartMonoNs + ns}
	}
	none := Pair{}
	finish := after(3_000_000_000, 1_000_000_000)
	noTicks := Pair{MonoNS: 9_000_000_000}
	for _, test := range []struct {
		name    string
		control wire.Control
		finish  Pair
		last    Pair
		want    int64 // of 6,000,000 ticks after the start, which is at 1 s
	}{
		{"the end of the program decides", tsc, finish, after(1_000_000_000, 1_000_000_000), 2_000_000},
		{"without it the last slot does", tsc, none, after(1_000_000_000, 1_000_000_000), 6_000_000},
		{"also where the end has no ticks", tsc, noTicks, after(1_000_000_000, 1_000_000_000), 6_000_000},
		{"pairs that are too near do not", tsc, none, after(5_000_000, 999_999), 3_000_000},
		{"pairs of impossible slope do not", tsc, none, after(1, 1_000_000_000_000), 3_000_000},
		{"pairs that run back do not", tsc, none, Pair{Ticks: 5, MonoNS: 6_000_000_000}, 3_000_000},
		{"without anything a tick is a ns", with(func(c *wire.Control) { c.TickHz = 0 }), none, none, 6_000_000},
		{"a frequency that cannot be is none", with(func(c *wire.Control) { c.TickHz = 3 }), none, none, 6_000_000},
		{"the monotonic clock is in ns", with(func(c *wire.Control) { c.ClockKind = wire.ClockKindMonotonic }), finish, none, 6_000_000},
		{"arm64 counts slowly", with(func(c *wire.Control) { c.ClockKind, c.TickHz = wire.ClockKindCntvct, 24_000_000 }), none, none, 250_000_000},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := NewClock(&test.control, test.finish, test.last, 4_000_000_000)
			if got := c.NS(test.control.StartTicks); got != 1_000_000_000 {
				t.Errorf("the start is at %d, expected 1 s", got)
			}
			if got := c.NS(test.control.StartTicks+6_000_000) - 1_000_000_000; got < test.want-1 || got > test.want+1 {
				t.Errorf("6,000,000 ticks are %d ns, expected %d", got, test.want)
			}
		})
	}
}

func TestClockNeverFallsAndStaysExact(t *testing.T) {
	control := wire.Control{ClockKind: wire.ClockKindTSC, StartTicks: 1 << 55, StartMonoNs: 1 << 50}
	const hour = 3_600_000_000_000
	end := Pair{Ticks: control.StartTicks + 2_999_998_817*3600, MonoNS: control.StartMonoNs + hour}
	c := NewClock(&control, end, Pair{}, control.StartMonoNs)
	if got := c.NS(end.Ticks); got < hour-2 || got > hour {
		t.Errorf("an hour ends at %d ns", got)
	}
	ticks, last := control.StartTicks, int64(-1)
	for range 100_000 {
		at := c.NS(ticks)
		if at < last {
			t.Fatalf("%d after %d", at, last)
		}
		last = at
		ticks += rand.Uint64N(1 << rand.UintN(24))
	}
}

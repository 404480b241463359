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

func TestTicksAreTheFirstOfTheirTime(t *testing.T) {
	control := wire.Control{ClockKind: wire.ClockKindTSC, StartTicks: 1 << 40, StartMonoNs: 1 << 50}
	clocks := map[string]Clock{"uncalibrated": Uncalibrated}
	for name, hz := range map[string]uint64{"a fast counter": 5_300_000_123, "a slow counter": 19_200_000, "a counter in ns": 1_000_000_000} {
		control.TickHz = hz
		clocks[name] = NewClock(&control, Pair{}, Pair{}, 1<<49)
	}
	for name, c := range clocks {
		t.Run(name, func(t *testing.T) {
			for range 10_000 {
				ns := int64(rand.Uint64N(1 << (1 + rand.UintN(60))))
				got := c.Ticks(ns)
				if c.NS(got) < ns || got > 0 && c.NS(got-1) >= ns {
					t.Fatalf("%d ticks are %d ns, the one before %d: not the first from %d on", got, c.NS(got), c.NS(got-1), ns)
				}
			}
			if got := c.Ticks(c.NS(0) - 5); got != 0 {
				t.Errorf("%d ticks before the clock begins", got)
			}
		})
	}
	if len(clocks) != 4 {
		t.Errorf("visited %d clocks", len(clocks))
	}
	fast := Clock{mult: 1 << 63} // 2^15 ns a tick
	if got := fast.Ticks(1 << 62); got != 1<<47 {
		t.Errorf("%d ticks, expected 2^47", got)
	}
	slow := Clock{mult: 1 << 33} // 2^15 ticks a ns
	if got := slow.Ticks(1 << 62); got != 1<<64-1 {
		t.Errorf("%d ticks, expected the last there are", got)
	}
}

func TestSpansAreNotRoundedTwice(t *testing.T) {
	control := wire.Control{ClockKind: wire.ClockKindTSC, StartTicks: 1 << 40, StartMonoNs: 1 << 50, TickHz: 3_000_000_000}
	c := NewClock(&control, Pair{}, Pair{}, 0)
	for range 10_000 {
		a, b := rand.Uint64N(1<<48), rand.Uint64N(1<<48)
		got := c.Span(a)
		if want := int64(a / 3); got < want-1 || got > want+1 {
			t.Fatalf("%d ticks of a third of a ns are %d ns", a, got)
		}
		if apart := c.Span(a+b) - got - c.Span(b); apart < 0 || apart > 1 {
			t.Fatalf("the spans of %d and %d are %d ns less than that of both", a, b, apart)
		}
	}
	if got := Uncalibrated.Span(1<<63 - 1); got != 1<<63-1 {
		t.Errorf("%d ns, expected as many as ticks", got)
	}
}

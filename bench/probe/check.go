package probe

import (
	"fmt"

	"tracer/bench/synth"
	"tracer/internal/analyze/profile"
)

// tolerance is how far a self time may be from the ticks: rounding takes up to a ns from
// each line of a function, and the clock is right to one part in 10^8.
func tolerance(ns float64) float64 { return 16 + ns/1e8 }

// check compares the totals of a whole trace with what they must be: counts to the
// last one, times as far as they can be told in ns.
func check(p *profile.Profile, events uint64, want *synth.Totals) error {
	if events != want.Events {
		return fmt.Errorf("check totals: %d events, expected %d", events, want.Events)
	}
	if len(p.Functions) != len(want.Functions) || len(p.Lines) != len(want.Lines) {
		return fmt.Errorf("check totals: %d functions and %d lines, expected %d and %d", len(p.Functions), len(p.Lines), len(want.Functions), len(want.Lines))
	}
	type place struct {
		module, function string
		line             int
	}
	functions := map[place]profile.Function{}
	for _, f := range p.Functions {
		functions[place{f.Module, f.Function, f.Line}] = f
	}
	for _, w := range want.Functions {
		f := functions[place{w.Module, w.Name, w.Line}]
		if f.Calls != w.Calls || f.Hits != w.Hits || !near(f.RawSelfNS, w.Self, want.Hz) {
			return fmt.Errorf("check totals: function %s.%s: %d calls, %d hits, %d ns; expected %+v", w.Module, w.Name, f.Calls, f.Hits, f.RawSelfNS, w)
		}
	}
	lines := map[place]profile.Line{}
	for _, l := range p.Lines {
		lines[place{l.Module, l.Function, l.Line}] = l
	}
	for _, w := range want.Lines {
		l := lines[place{w.Module, w.Function, w.Line}]
		if l.Hits != w.Hits || !near(l.RawSelfNS, w.Self, want.Hz) {
			return fmt.Errorf("check totals: line %d of %s.%s: %d hits, %d ns; expected %+v", w.Line, w.Module, w.Function, l.Hits, l.RawSelfNS, w)
		}
	}
	return nil
}

func near(ns int64, ticks, hz uint64) bool {
	want := float64(ticks) / float64(hz) * 1e9
	return float64(ns) > want-tolerance(want) && float64(ns) < want+tolerance(want)
}

package result

import (
	"fmt"
	"math"

	"tracer/bench/mode"
	"tracer/bench/stats"
)

// Target is a figure that has a limit. It is met if the worst of its values
// keeps it.
type Target struct {
	Name      string  `json:"name"`
	Unit      Unit    `json:"unit"`
	Limit     float64 `json:"limit"`
	AtLeast   bool    `json:"at_least,omitempty"` // else at most
	GeoMean   float64 `json:"geometric_mean"`
	Worst     float64 `json:"worst"`
	WorstCase string  `json:"worst_case"`
	Cases     int     `json:"cases"`
	Met       bool    `json:"met"`
}

// Unit is how a figure is to be read.
type Unit string

// The units.
const (
	Ratio   Unit = "ratio"
	Percent Unit = "percent" // of a ratio, what is above 1
	Seconds Unit = "seconds"
	PerSec  Unit = "per second"
	Bytes   Unit = "bytes"
)

// value is a figure of one case.
type value struct {
	of string
	x  float64
}

// target sums the values up; false if there is none.
func target(name string, unit Unit, limit float64, atLeast bool, values []value) (Target, bool) {
	t := Target{Name: name, Unit: unit, Limit: limit, AtLeast: atLeast}
	var xs []float64
	for _, v := range values {
		if math.IsNaN(v.x) {
			continue
		}
		if len(xs) == 0 || (v.x < t.Worst) == atLeast {
			t.Worst, t.WorstCase = v.x, v.of
		}
		xs = append(xs, v.x)
	}
	t.Cases = len(xs)
	if t.Cases == 0 {
		return t, false
	}
	t.GeoMean = stats.GeoMean(xs)
	t.Met = t.Worst <= limit
	if atLeast {
		t.Met = t.Worst >= limit
	}
	return t, true
}

// SetTargets computes the targets from the rest of the result.
func (r *Result) SetTargets() {
	r.Targets = nil
	add := addTarget(func(name string, unit Unit, limit float64, atLeast bool, values []value) {
		if t, ok := target(name, unit, limit, atLeast, values); ok {
			r.Targets = append(r.Targets, t)
		}
	})
	add("calls only: added time ÷ VizTracer's without C calls", Ratio, 0.5, false, r.added(mode.Calls, mode.VizTracer))
	add("lines: added time ÷ line_profiler's", Ratio, 0.25, false, r.added(mode.Lines, mode.LineProfiler))
	add("lines: added time ÷ that of callbacks that do nothing", Ratio, 2.5, false, r.added(mode.Lines, mode.Noop))
	add("filter that matches nothing: over untraced", Percent, 1.03, false, r.slowdowns(mode.Filtered))
	var starts []value
	for _, s := range r.Starts {
		starts = append(starts, value{"CPython " + s.Python, stats.Median(stats.Sub(s.Traced, s.Bare))})
	}
	add("start-up: tracer run of an empty program, over the interpreter", Seconds, 0.060, false, starts)
	if read := r.Reading; read != nil {
		of := read.Program + " on " + read.Python
		rate := float64(read.Large.Events) / stats.Median(read.Large.Seconds)
		name := fmt.Sprintf("tracer report on %s events: events", count(read.Large.Events))
		add(name, PerSec, 40e6, true, []value{{of, rate}})
		growth := stats.Median(read.Large.PeakRSS) / stats.Median(read.Small.PeakRSS)
		name = fmt.Sprintf("its peak memory on %s events ÷ that on %s", count(read.Large.Events), count(read.Small.Events))
		add(name, Ratio, 1.25, false, []value{{of, growth}})
	}
	r.setStore(add)
	r.setAccuracy(add)
	r.setExport(add)
	r.setAnalysis(add)
	r.anywhere = len(r.Targets)
	r.setOlder(add)
	r.setParallel(add)
}

// addTarget adds a target if there is a value for it.
type addTarget func(name string, unit Unit, limit float64, atLeast bool, values []value)

// targetCount is how many targets a complete run has, without those on interpreters that a
// machine may not have.
const targetCount = 25

// Complete reports whether every target has a figure that can have one on any machine.
func (r *Result) Complete() bool { return r.anywhere == targetCount }

// noise is the part of an untraced run that an added time must be to be compared:
// below, as that of a call tracer on a program without calls, it is mostly noise.
const noise = 0.05

// added returns, for each case that has both modes, the time that ours adds to
// the untraced run over the time that the other adds, if that is above noise.
func (r *Result) added(ours, other string) []value { return added(r.Cases, ours, other) }

func added(cases []*Case, ours, other string) []value {
	var values []value
	for _, c := range cases {
		if c.Slowdown(other) > 1+noise {
			values = append(values, value{c.String(), stats.Ratio(c.Added(ours), c.Added(other))})
		}
	}
	return values
}

// slowdowns returns the mode's time over the untraced one, for each case.
func (r *Result) slowdowns(name string) []value {
	var values []value
	for _, c := range r.Cases {
		values = append(values, value{c.String(), c.Slowdown(name)})
	}
	return values
}

// Added returns the seconds that the mode adds to the untraced loops, by round.
func (c *Case) Added(name string) []float64 {
	return stats.Sub(c.times(name), c.times(mode.Untraced))
}

// Slowdown returns the mode's time over the untraced one, NaN if one is missing.
func (c *Case) Slowdown(name string) float64 {
	return stats.Ratio(c.times(name), c.times(mode.Untraced))
}

// times returns the seconds of the mode's loops, by round.
func (c *Case) times(name string) []float64 {
	switch s := c.Modes[name]; {
	case s == nil:
		return nil
	case c.Clock == CPU:
		return s.CPU
	default:
		return s.Loops
	}
}

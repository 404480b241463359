package timeline

import "tracer/trace"

// Unit is a counter's unit.
type Unit int

// The units of counters.
const (
	Count Unit = iota
	Bytes
	Percent   // of a processor
	PerSecond // how many in a second
	BytesPerSecond
)

// String returns the unit's name.
func (u Unit) String() string {
	return [...]string{"count", "bytes", "%", "per second", "bytes per second"}[u]
}

// Counter is a value of a process over time.
type Counter struct {
	Name string
	Unit Unit
	// of returns the value at a sample, if it is known. There may be none before.
	of func(before, now *trace.Counters) (float64, bool)
}

// Sample is a counter's value at a time.
type Sample struct {
	At    int64 // ns since the trace began
	Value float64
}

// Counters returns the counters that there are. What the system counts up is told as how fast
// it grows.
func Counters() []Counter {
	return []Counter{
		{"memory", Bytes, value(func(c *trace.Counters) int64 { return c.Resident })},
		{"processor, program", Percent, rate(1e-7, func(c *trace.Counters) int64 { return c.UserNS })},
		{"processor, system", Percent, rate(1e-7, func(c *trace.Counters) int64 { return c.SystemNS })},
		{"threads", Count, value(func(c *trace.Counters) int64 { return c.Threads })},
		{"open files", Count, value(func(c *trace.Counters) int64 { return c.Descriptors })},
		{"page faults", PerSecond, rate(1, func(c *trace.Counters) int64 { return c.MinorFaults })},
		{"page faults from disk", PerSecond, rate(1, func(c *trace.Counters) int64 { return c.MajorFaults })},
		{"read", BytesPerSecond, rate(1, func(c *trace.Counters) int64 { return c.ReadChars })},
		{"written", BytesPerSecond, rate(1, func(c *trace.Counters) int64 { return c.WriteChars })},
		{"waits", PerSecond, rate(1, func(c *trace.Counters) int64 { return c.VoluntarySwitches })},
		{"preemptions", PerSecond, rate(1, func(c *trace.Counters) int64 { return c.InvoluntarySwitches })},
	}
}

// Samples returns the counter's values in a window.
func (c *Counter) Samples(all []trace.Counters, w trace.Window) []Sample {
	var samples []Sample
	var before *trace.Counters
	for i := range all {
		now := &all[i]
		v, ok := c.of(before, now)
		if before = now; ok && (w.All() || now.At >= w.From && now.At < w.To) {
			samples = append(samples, Sample{now.At, v})
		}
	}
	return samples
}

func value(of func(*trace.Counters) int64) func(before, now *trace.Counters) (float64, bool) {
	return func(_, now *trace.Counters) (float64, bool) {
		v := of(now)
		return float64(v), v >= 0
	}
}

// rate is how much more there is in a second, times a scale.
func rate(scale float64, of func(*trace.Counters) int64) func(before, now *trace.Counters) (float64, bool) {
	return func(before, now *trace.Counters) (float64, bool) {
		if before == nil || now.At <= before.At {
			return 0, false
		}
		a, b := of(before), of(now)
		if a < 0 || b < a {
			return 0, false
		}
		return scale * 1e9 * float64(b-a) / float64(now.At-before.At), true
	}
}

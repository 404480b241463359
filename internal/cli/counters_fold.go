package cli

import (
	"math"

	"tracer/trace"
)

// stretch is some samples that follow each other, as one row. A rate that is not
// known is NaN, a size -1.
type stretch struct {
	end                                      int64   // ns
	cpu                                      float64 // ns by second
	faults, reads, writes, switches          float64 // by second
	resident, peakResident, threads, handles int64   // the most
}

// fold makes at most this many stretches of samples, each of an equal part of the
// steps from one sample to the next; a single sample is a stretch without rates.
func fold(samples []trace.Counters, most int) []stretch {
	if len(samples) == 0 {
		return nil
	}
	steps := len(samples) - 1
	rows := min(most, max(steps, 1))
	var all []stretch
	for i := range rows {
		all = append(all, newStretch(samples[i*steps/rows:(i+1)*steps/rows+1]))
	}
	return all
}

func newStretch(samples []trace.Counters) stretch {
	s := stretch{
		end:      samples[len(samples)-1].At,
		cpu:      rate(samples, cpuTime),
		faults:   rate(samples, func(c *trace.Counters) float64 { return sum(c.MinorFaults, c.MajorFaults) }),
		reads:    rate(samples, func(c *trace.Counters) float64 { return sum(c.ReadChars) }),
		writes:   rate(samples, func(c *trace.Counters) float64 { return sum(c.WriteChars) }),
		switches: rate(samples, func(c *trace.Counters) float64 { return sum(c.VoluntarySwitches, c.InvoluntarySwitches) }),
		resident: -1, peakResident: -1, threads: -1, handles: -1,
	}
	for _, c := range samples {
		s.resident, s.peakResident = max(s.resident, c.Resident), max(s.peakResident, c.PeakResident)
		s.threads, s.handles = max(s.threads, c.Threads), max(s.handles, c.Descriptors)
	}
	return s
}

func cpuTime(c *trace.Counters) float64 { return sum(c.UserNS, c.SystemNS) }

// sum is NaN where a value is not known.
func sum(values ...int64) float64 {
	total := 0.0
	for _, v := range values {
		if v < 0 {
			return math.NaN()
		}
		total += float64(v)
	}
	return total
}

// rate returns by how much a value grew by second, on average over the steps at
// both ends of which it is known; NaN where there is none. A value that falls did
// not grow: the switches of a thread that ended are gone.
func rate(samples []trace.Counters, value func(*trace.Counters) float64) float64 {
	grown, ns := 0.0, 0.0
	for i := 1; i < len(samples); i++ {
		a, b := &samples[i-1], &samples[i]
		step := value(b) - value(a)
		if math.IsNaN(step) || b.At <= a.At {
			continue
		}
		grown += max(step, 0)
		ns += float64(b.At) - float64(a.At)
	}
	if ns == 0 {
		return math.NaN()
	}
	return grown / ns * 1e9
}

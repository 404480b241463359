package advise

import (
	"math"
	"slices"

	"tracer/internal/wire"
	"tracer/trace"
)

// cpu is a process's processor time by its counters, and what its threads did in the
// intervals between two samples. All times are ns.
type cpu struct {
	process *trace.Process
	at      []int64 // when a sample was taken
	// Processor time in the interval before it. Where the system took the CPU away more often
	// than the process gave it up, it did not wait, whatever it used.
	used   []int64
	stays  map[stayKey]int64 // long stays at a line
	inside []int64           // time in traced code
}

// stayKey is a line in an interval.
type stayKey struct {
	loc    wire.Location
	sample int
}

func newCPU(p *trace.Process) *cpu {
	c := &cpu{process: p, stays: map[stayKey]int64{}}
	samples, _ := p.Counters() // those that could be read
	samples = slices.DeleteFunc(samples, func(s trace.Counters) bool { return s.UserNS < 0 || s.SystemNS < 0 })
	for i, s := range samples {
		before := samples[max(i-1, 0)]
		used := max(0, s.UserNS+s.SystemNS-before.UserNS-before.SystemNS)
		if s.InvoluntarySwitches-before.InvoluntarySwitches > s.VoluntarySwitches-before.VoluntarySwitches {
			used = math.MaxInt64 / 2
		}
		c.used = append(c.used, used)
		c.at = append(c.at, s.At)
	}
	c.inside = c.slots()
	return c
}

// slots is room for each interval.
func (c *cpu) slots() []int64 { return make([]int64, len(c.at)) }

// divide calls f with the intervals that a stretch lies in, and how much of it lies there.
// What is before the first sample or after the last lies in none.
func (c *cpu) divide(from, to int64, f func(sample int, ns int64)) {
	i, _ := slices.BinarySearch(c.at, from+1)
	for ; i < len(c.at) && from < to; i++ {
		end := min(to, c.at[i])
		if i > 0 && end > from {
			f(i, end-from)
		}
		from = max(from, end)
	}
}

func (c *cpu) merge(stays map[stayKey]int64, inside []int64) {
	for k, ns := range stays {
		c.stays[k] += ns
	}
	for i, ns := range inside {
		c.inside[i] += ns
	}
}

// wait is how long a line stayed without an event, in long stays, and how much of that
// the CPU was not used.
type wait struct {
	stayed, waited int64 // ns
}

// waits returns the waiting of each line. In an interval, what traced threads did not use
// of the CPU is time in which they waited; short stays surely work, so that is the
// long stays'.
func (e *events) waits() map[Place]*wait {
	all := map[Place]*wait{}
	for _, c := range e.cpus {
		long := c.slots()
		for k, ns := range c.stays {
			long[k.sample] += ns
		}
		for k, ns := range c.stays {
			share := float64(c.inside[k.sample]-c.used[k.sample]) / float64(max(long[k.sample], 1))
			place := placeAt(c.process, k.loc)
			w := all[place]
			if w == nil {
				w = &wait{}
				all[place] = w
			}
			w.stayed += ns
			w.waited += int64(min(max(share, 0), 1) * float64(ns))
		}
	}
	return all
}

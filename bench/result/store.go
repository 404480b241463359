package result

import (
	"fmt"

	"tracer/bench/mode"
	"tracer/bench/stats"
)

// Drain is tracer recover on what an agent without a controller has left, on one
// core.
type Drain struct {
	Python  string    `json:"python"`
	Program string    `json:"program"`
	Events  uint64    `json:"events"`
	CPU     []float64 `json:"cpu_s"` // of the whole command, in user mode and in the kernel
	Wall    []float64 `json:"wall_s"`
}

// Large is a large synthetic trace: making it and looking at it.
type Large struct {
	Events   uint64   `json:"events"`
	Bytes    int64    `json:"bytes"`
	Generate float64  `json:"generate_s,omitempty"` // 0: it was there
	Lookups  []Lookup `json:"lookups"`
	Reports  []Lookup `json:"reports"` // tracer report
	Visits   Visits   `json:"visits"`
}

// Lookup is to open the trace in a fresh process and to add a window of it up, run
// by run.
type Lookup struct {
	From    float64   `json:"from"` // parts of the whole
	To      float64   `json:"to"`
	Events  uint64    `json:"events,omitempty"` // in the window
	Seconds []float64 `json:"seconds"`
	Open    []float64 `json:"open_s,omitempty"` // of these
	PeakRSS []float64 `json:"peak_rss_bytes"`
}

// Visits is a pass over every event, in a fresh process, run by run.
type Visits struct {
	Seconds []float64 `json:"seconds"`
	PeakRSS []float64 `json:"peak_rss_bytes"`
}

// Memory is tracer run's on a short and on a long run.
type Memory struct {
	Python  string `json:"python"`
	Program string `json:"program"`
	Small   Grown  `json:"small"`
	Large   Grown  `json:"large"`
}

// Grown is what tracer run took in memory, run by run.
type Grown struct {
	Events  uint64    `json:"events"`
	PeakRSS []float64 `json:"peak_rss_bytes"` // without the program
}

// Fork is a program that forks, alone and under tracer run.
type Fork struct {
	Python string    `json:"python"`
	Forks  int       `json:"forks"`
	Bare   []float64 `json:"bare_s"`
	Traced []float64 `json:"traced_s"`
}

// added returns the seconds that tracing adds to a fork, round by round.
func (f *Fork) added() []float64 {
	all := stats.Sub(f.Traced, f.Bare)
	for i := range all {
		all[i] /= float64(f.Forks)
	}
	return all
}

// setStore adds the targets of what is kept and how fast it is found.
func (r *Result) setStore(add addTarget) {
	var sizes []value
	for _, c := range r.Cases {
		if s := c.Modes[mode.Lines]; s != nil && s.Events >= enough {
			sizes = append(sizes, value{c.String(), float64(s.Bytes) / float64(s.Events)})
		}
	}
	add("lines: bytes of the trace for an event", Ratio, 1.3, false, sizes)
	var rates []value
	for _, d := range r.Drains {
		rates = append(rates, value{d.Program + " on " + d.Python, float64(d.Events) / stats.Median(d.CPU)})
	}
	add("draining on one core: events", PerSec, 40e6, true, rates)
	if l := r.Large; l != nil {
		r.setLarge(add, l)
	}
	if m := r.Memory; m != nil {
		of := m.Program + " on " + m.Python
		add("tracer run, "+count(m.Large.Events)+" events: peak memory", Bytes, 256e6, false, []value{{of, stats.Median(m.Large.PeakRSS)}})
		growth := stats.Median(m.Large.PeakRSS) / stats.Median(m.Small.PeakRSS)
		add("the same ÷ that with "+count(m.Small.Events)+" events", Ratio, 1.25, false, []value{{of, growth}})
	}
}

func (r *Result) setLarge(add addTarget, l *Large) {
	var times, peaks []value
	for _, x := range l.Lookups {
		times = append(times, value{x.name("totals"), stats.Median(x.Seconds)})
		peaks = append(peaks, value{x.name("totals"), stats.Median(x.PeakRSS)})
	}
	for _, x := range l.Reports {
		times = append(times, value{x.name("tracer report"), stats.Median(x.Seconds)})
		peaks = append(peaks, value{x.name("tracer report"), stats.Median(x.PeakRSS)})
	}
	add(count(l.Events)+" events: opening, totals of all or of a window", Seconds, 0.3, false, times)
	add("its peak memory", Bytes, 500e6, false, peaks)
	add("visiting every event of it: events", PerSec, 150e6, true, []value{{"all threads", float64(l.Events) / stats.Median(l.Visits.Seconds)}})
}

// name says what was done.
func (l *Lookup) name(what string) string {
	if l.From == 0 && l.To == 1 {
		return what + " of all"
	}
	return fmt.Sprintf("%s from %.5g %% to %.5g %%", what, 100*l.From, 100*l.To)
}

// Package probe measures how fast a trace is read, in a process that has done
// nothing else. The benchmark starts itself for it.
package probe

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"tracer/bench/meter"
	"tracer/bench/synth"
	"tracer/internal/analyze/profile"
	"tracer/internal/wire"
	"tracer/trace"
)

// Window is a part of a trace's duration: from 0 to 1 is all of it.
type Window struct{ From, To float64 }

// All reports whether w is all of the trace.
func (w Window) All() bool { return w == Window{0, 1} }

// Totals is what it took to open a trace and to add a window of it up.
type Totals struct {
	Events    uint64  `json:"events"` // in the window
	Open      float64 `json:"open_s"`
	Build     float64 `json:"build_s"`
	Functions int     `json:"functions"`
	Lines     int     `json:"lines"`
	PeakRSS   int64   `json:"peak_rss_bytes"`
	Checked   bool    `json:"checked"` // against what the trace must add up to
}

// Sum opens a trace and adds the window up, by function and by line. The totals of the
// whole of a synthetic trace are compared with those beside it.
func Sum(path string, w Window) (*Totals, error) {
	begin := time.Now()
	t, err := trace.Open(path)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	opened := time.Now()
	duration := float64(t.Info().DurationNS)
	window := trace.Window{}
	if !w.All() {
		window = trace.Window{From: int64(w.From * duration), To: int64(w.To * duration)}
	}
	p, err := profile.Build(t.Processes(), window)
	if err != nil {
		return nil, err
	}
	r := &Totals{Open: opened.Sub(begin).Seconds(), Build: time.Since(opened).Seconds(), Functions: len(p.Functions), Lines: len(p.Lines)}
	for _, th := range p.Threads {
		r.Events += th.Events
	}
	r.PeakRSS = meter.HighWater(os.Getpid())
	want, err := synth.Read(path)
	if err != nil || want == nil || !w.All() {
		return r, err
	}
	r.Checked = true
	return r, check(p, r.Events, want)
}

// Replay is what it took to visit every event of a trace.
type Replay struct {
	Events  uint64  `json:"events"`
	Seconds float64 `json:"seconds"`
	PeakRSS int64   `json:"peak_rss_bytes"`
}

// Visit opens a trace and visits all its events, several threads at a time.
func Visit(path string) (*Replay, error) {
	begin := time.Now()
	t, err := trace.Open(path)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	queue := make(chan *trace.Thread)
	results := make(chan counter)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for th := range queue {
				var c counter
				c.err = th.Replay(&c)
				results <- c
			}
		})
	}
	go func() {
		for _, p := range t.Processes() {
			for _, th := range p.Threads {
				queue <- th
			}
		}
		close(queue)
		workers.Wait()
		close(results)
	}()
	r := &Replay{}
	for c := range results {
		if c.err != nil {
			err = c.err
		}
		r.Events += c.events
	}
	r.Seconds, r.PeakRSS = time.Since(begin).Seconds(), meter.HighWater(os.Getpid())
	if info := t.Info(); err == nil && r.Events != info.Events {
		err = fmt.Errorf("visit %s: %d events, expected %d", path, r.Events, info.Events)
	}
	return r, err
}

// counter is a visitor that counts events, and does no more.
type counter struct {
	events uint64
	err    error
}

func (c *counter) Begin(int64)               { /* is no event */ }
func (c *counter) Line(int64, wire.Location) { c.events++ }
func (c *counter) Gap(int64, uint64)         { /* is no event */ }
func (c *counter) End(int64)                 { /* is no event */ }
func (c *counter) Open(_ int64, _ *trace.Code, _ wire.Location, k wire.Kind) {
	if k.Opens() {
		c.events++
	}
}

func (c *counter) Close(_ int64, k wire.Kind) {
	if k.Closes() {
		c.events++
	}
}

package probe

import (
	"context"
	"fmt"
	"os"
	"time"

	"tracer/bench/meter"
	"tracer/bench/synth"
	"tracer/internal/analyze/distribution"
	"tracer/internal/analyze/profile"
	"tracer/internal/analyze/query"
	"tracer/internal/wire"
	"tracer/trace"
)

// Decoded is what it took to open a trace and to decode all its events for an analysis, on all
// cores.
type Decoded struct {
	Events    uint64  `json:"events"`
	Seconds   float64 `json:"seconds"`
	Functions int     `json:"functions"`
	Lines     int     `json:"lines"`
	PeakRSS   int64   `json:"peak_rss_bytes"`
}

// Pass opens a trace and decodes all its events, in parts, and does nothing with them: no
// analysis that has to see them can be faster.
func Pass(path string) (*Decoded, error) {
	begin := time.Now()
	t, err := trace.Open(path)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	r := &Decoded{}
	work := func(p *query.Part) (uint64, error) {
		var v partCounter
		err := p.Replay(&v)
		return v.events, err
	}
	merge := func(_ *query.Part, events uint64) error {
		r.Events += events
		return nil
	}
	if err := query.Each(context.Background(), &query.Query{}, t, work, merge, nil); err != nil {
		return nil, err
	}
	r.Seconds, r.PeakRSS = time.Since(begin).Seconds(), meter.HighWater(os.Getpid())
	if info := t.Info(); r.Events != info.Events {
		return nil, fmt.Errorf("decode %s: %d events, expected %d", path, r.Events, info.Events)
	}
	return r, nil
}

// Spread opens a trace and makes the full report by function and line, with percentiles. That of
// a synthetic trace is compared with the totals beside it.
func Spread(path string) (*Decoded, error) {
	begin := time.Now()
	t, err := trace.Open(path)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	d, err := distribution.Build(context.Background(), t, &query.Query{}, distribution.Options{Worst: 5}, nil)
	if err != nil {
		return nil, err
	}
	r := &Decoded{Events: t.Info().Events, Seconds: time.Since(begin).Seconds(), Functions: len(d.Functions), Lines: len(d.Lines)}
	r.PeakRSS = meter.HighWater(os.Getpid())
	want, err := synth.Read(path)
	if err != nil || want == nil {
		return r, err
	}
	return r, check(asProfile(d), r.Events, want)
}

// asProfile returns what a distribution has that a profile has, too.
func asProfile(d *distribution.Distribution) *profile.Profile {
	p := &profile.Profile{}
	hits := map[[3]any]uint64{}
	for _, l := range d.Lines {
		p.Lines = append(p.Lines, profile.Line{Module: l.Module, Function: l.Function, File: l.File, Line: l.Line, Hits: l.Count, RawSelfNS: l.RawSelfNS})
		hits[[3]any{l.Module, l.Function, l.FirstLine}] += l.Count
	}
	for _, f := range d.Functions {
		p.Functions = append(p.Functions, profile.Function{
			Module: f.Module, Function: f.Function, File: f.File, Line: f.Line, Calls: f.Count,
			Hits: hits[[3]any{f.Module, f.Function, f.Line}], RawSelfNS: f.RawSelfNS,
		})
	}
	return p
}

// partCounter is a visitor of parts that counts events, and does no more.
type partCounter struct{ events uint64 }

func (c *partCounter) Begin(trace.Moment, []trace.OpenFrame) { /* is no event */ }
func (c *partCounter) Line(trace.Moment, wire.Location)      { c.events++ }
func (c *partCounter) Gap(trace.Moment, uint64)              { /* is no event */ }
func (c *partCounter) End(trace.Moment)                      { /* is no event */ }
func (c *partCounter) Open(_ trace.Moment, _ *trace.Code, _ wire.Location, k wire.Kind) {
	if k.Opens() {
		c.events++
	}
}

func (c *partCounter) Close(_ trace.Moment, k wire.Kind) {
	if k.Closes() {
		c.events++
	}
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"tracer/bench/meter"
	"tracer/bench/probe"
	"tracer/bench/result"
	"tracer/bench/scratch"
	"tracer/bench/synth"
)

const (
	keyGenerate = "large trace"
	keyLookup   = "totals of a window"
	keyVisit    = "visit"
)

// lookups is how often each window is looked at; visits how often all events are visited.
func (b *bench) lookups() int { return b.few(3, 1) }
func (b *bench) visits() int  { return b.few(3, 1) }

// windows are those whose totals are taken: all, and some from a ten-thousandth to nine
// tenths of it, anywhere, the same in every run.
func (b *bench) windows() []probe.Window {
	list := []probe.Window{{From: 0, To: 1}}
	rnd := rand.New(rand.NewPCG(3, 4))
	const least, most = 0.0001, 0.9
	n := b.few(20, 4)
	for i := range n {
		part := least * math.Pow(most/least, float64(i)/float64(n-1))
		from := rnd.Float64() * (1 - part)
		list = append(list, probe.Window{From: from, To: from + part})
	}
	return list
}

// reported are the windows that tracer report is run on.
func reported() []probe.Window { return []probe.Window{{From: 0, To: 1}, {From: 0.1, To: 0.2}} }

// measureLarge makes a large synthetic trace and looks at it, each time in a fresh
// process.
func (b *bench) measureLarge(ctx context.Context) (err error) {
	l := &result.Large{}
	path := b.options.large
	if path == "" {
		path = b.area.Path("large-trace")
		defer func() { err = errors.Join(err, synth.Remove(path)) }()
		if err := b.generate(ctx, path, l); err != nil {
			return err
		}
	} else if l.Bytes, err = scratch.Size(path); err != nil {
		return err
	}
	if b.has(partLarge) {
		if err := b.lookAround(ctx, path, l); err != nil {
			return err
		}
	}
	if b.has(partAnalysis) {
		return b.analyse(ctx, path)
	}
	return nil
}

// lookAround takes totals, and visits all events.
func (b *bench) lookAround(ctx context.Context, path string, l *result.Large) error {
	if err := b.lookUp(ctx, path, l); err != nil {
		return err
	}
	for range b.visits() {
		var v probe.Replay
		if err := b.child(ctx, keyVisit, &v, "-visit", path); err != nil {
			return err
		}
		l.Events = v.Events
		l.Visits.Seconds = append(l.Visits.Seconds, v.Seconds)
		l.Visits.PeakRSS = append(l.Visits.PeakRSS, float64(v.PeakRSS))
	}
	b.result.Large = l
	return nil
}

func (b *bench) generate(ctx context.Context, path string, l *result.Large) error {
	if err := synth.Remove(path); err != nil {
		return err
	}
	var g generated
	if err := b.child(ctx, keyGenerate, &g, "-generate", path, "-events", strconv.FormatUint(b.events, 10)); err != nil {
		return err
	}
	l.Bytes, l.Generate = g.Bytes, g.Seconds
	return nil
}

// lookUp takes the totals of the windows, in turns.
func (b *bench) lookUp(ctx context.Context, path string, l *result.Large) error {
	for _, w := range b.windows() {
		l.Lookups = append(l.Lookups, result.Lookup{From: w.From, To: w.To})
	}
	for _, w := range reported() {
		l.Reports = append(l.Reports, result.Lookup{From: w.From, To: w.To})
	}
	for range b.lookups() {
		for i := range l.Lookups {
			x := &l.Lookups[i]
			var t probe.Totals
			if err := b.child(ctx, keyLookup, &t, "-totals", path, "-from", number(x.From), "-to", number(x.To)); err != nil {
				return err
			}
			x.Events = t.Events
			x.Seconds, x.Open = append(x.Seconds, t.Open+t.Build), append(x.Open, t.Open)
			x.PeakRSS = append(x.PeakRSS, float64(t.PeakRSS))
		}
		for i := range l.Reports {
			if err := b.report(ctx, path, &l.Reports[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// report runs tracer report on a window.
func (b *bench) report(ctx context.Context, path string, x *result.Lookup) error {
	argv := []string{b.tracer, "report"}
	if x.From != 0 || x.To != 1 {
		argv = append(argv, "--from", number(100*x.From)+"%", "--to", number(100*x.To)+"%")
	}
	b.progress.Begin(keyReport)
	usage, err := meter.Run(ctx, meter.Command{Argv: append(argv, path), Env: b.environ(), Dir: b.area.Dir, Peak: true})
	if err != nil {
		return err
	}
	b.progress.End(keyReport, usage.Wall)
	x.Seconds, x.PeakRSS = append(x.Seconds, usage.Wall.Seconds()), append(x.PeakRSS, float64(usage.OwnPeak))
	return nil
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// child starts the benchmark itself for one thing, and reads its figures.
func (b *bench) child(ctx context.Context, key string, figures any, args ...string) error {
	b.progress.Begin(key)
	begin := time.Now()
	out, err := b.output(ctx, append([]string{b.executable}, args...)...)
	if err != nil {
		return err
	}
	b.progress.End(key, time.Since(begin))
	if err := json.Unmarshal(out, figures); err != nil {
		return fmt.Errorf("read what bench %s says: %w", args[0], err)
	}
	return nil
}

package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"tracer/bench/meter"
	"tracer/bench/mode"
	"tracer/bench/result"
	"tracer/bench/scratch"
)

// The loops of the program that is traced for reading: a small trace and a large
// one, of 3 and 30 million events.
const smallLoops, largeLoops = 1, 10

const (
	keyTrace  = "trace to read"
	keyReport = "report"
)

// reports is how often each trace is reported on.
func (b *bench) reports() int { return b.few(5, 1) }

// few returns how often to do something, or less in a quick run.
func (b *bench) few(times, quick int) int {
	if b.quick {
		return quick
	}
	return times
}

// measureReading reports on both traces in turns.
func (b *bench) measureReading(ctx context.Context, python scratch.Python) (err error) {
	read := &result.Reading{Python: python.Version, Program: b.pixels(smallLoops).Name}
	traces := []struct {
		path    string
		loops   int
		reports *result.Reports
	}{
		{b.area.Path("small"), smallLoops, &read.Small},
		{b.area.Path("large"), b.few(largeLoops, 2), &read.Large},
	}
	for _, t := range traces {
		defer func() {
			if removed := os.RemoveAll(t.path); err == nil {
				err = removed
			}
		}()
		b.progress.Begin(keyTrace)
		begin := time.Now()
		if err := b.record(ctx, python, t.loops, t.path, t.reports); err != nil {
			return err
		}
		b.progress.End(keyTrace, time.Since(begin))
	}
	for range b.reports() {
		for _, t := range traces {
			b.progress.Begin(fmt.Sprintf("%s on %d events", keyReport, t.reports.Events))
			usage, err := meter.Run(ctx, meter.Command{Argv: []string{b.tracer, "report", t.path}, Env: b.environ(), Dir: b.area.Dir})
			if err != nil {
				return err
			}
			b.progress.End(keyReport, usage.Wall)
			t.reports.Seconds = append(t.reports.Seconds, usage.Wall.Seconds())
			t.reports.PeakRSS = append(t.reports.PeakRSS, float64(usage.PeakRSS))
		}
	}
	b.result.Reading = read
	return nil
}

// record makes a trace of so many loops.
func (b *bench) record(ctx context.Context, python scratch.Python, loops int, path string, to *result.Reports) error {
	job, err := b.job(python, b.pixels(loops))
	if err != nil {
		return err
	}
	modes, err := mode.Choose([]string{mode.Lines})
	if err != nil {
		return err
	}
	if err := os.RemoveAll(path); err != nil {
		return err
	}
	_, err = b.sample(ctx, modes[0], job, func() error { return os.Rename(job.Output, path) })
	if err != nil {
		return err
	}
	r, err := b.recorded(ctx, path)
	to.Events, to.Bytes = r.events, r.bytes
	return err
}

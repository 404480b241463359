package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"tracer/bench/meter"
	"tracer/bench/mode"
	"tracer/bench/result"
	"tracer/bench/scratch"
	"tracer/bench/stats"
)

const keyStart = "start"

// startPairs is how often an empty program is started, with and without tracer.
func (b *bench) startPairs() int { return b.few(20, 3) }

// measureStart starts an empty program, alone and under tracer, in turns.
func (b *bench) measureStart(ctx context.Context, python scratch.Python) error {
	start := result.Start{Python: python.Version}
	empty, trace := b.area.Path("tiny/empty.py"), b.area.Path("output")
	wall := func(argv ...string) (float64, error) {
		usage, err := meter.Run(ctx, meter.Command{Argv: argv, Env: b.environ(), Dir: b.area.Dir})
		return usage.Wall.Seconds(), err
	}
	for pair := range b.startPairs() {
		b.progress.Begin(fmt.Sprintf("start %d of %d: CPython %s", pair+1, b.startPairs(), python.Version))
		bare, err := wall(python.Path, empty)
		if err != nil {
			return err
		}
		traced, err := wall(b.tracer, "run", "--quiet", "--output", trace, "--python", python.Path, empty)
		if err := os.RemoveAll(trace); err != nil {
			return err
		}
		if err != nil {
			return err
		}
		start.Bare, start.Traced = append(start.Bare, bare), append(start.Traced, traced)
		b.progress.End(keyStart, time.Duration((bare+traced)*float64(time.Second)))
	}
	b.result.Starts = append(b.result.Starts, start)
	return nil
}

const (
	keySavingTracer = "saving of tracer"
	keySavingViz    = "saving of VizTracer"
)

// savings is how often each tool saves.
func (b *bench) savings() int { return b.few(3, 1) }

// measureSaving takes the time from the end of the loops to the end of the
// command, in which VizTracer writes its file.
func (b *bench) measureSaving(ctx context.Context, python scratch.Python) error {
	job, err := b.job(python, b.pixels(1))
	if err != nil {
		return err
	}
	for _, tool := range []struct {
		name, key, mode string
		count           func() (uint64, int64, error)
	}{
		{"tracer, lines", keySavingTracer, mode.Lines, func() (uint64, int64, error) {
			r, err := b.recorded(ctx, job.Output)
			return r.events, r.bytes, err
		}},
		{"VizTracer without C calls", keySavingViz, mode.VizTracer, func() (uint64, int64, error) { return countCalls(job.Output + ".json") }},
	} {
		modes, err := mode.Choose([]string{tool.mode})
		if err != nil {
			return err
		}
		if !b.usable(modes[0], python) {
			continue
		}
		saving := result.Saving{Tool: tool.name, Python: python.Version, Program: b.pixels(1).Name}
		var after []float64
		for range b.savings() {
			b.progress.Begin(tool.key)
			s, err := b.sample(ctx, modes[0].Saving(), job, func() (err error) {
				saving.Records, saving.Bytes, err = tool.count()
				return err
			})
			if err != nil {
				return fmt.Errorf("%s: %w", tool.key, err)
			}
			b.progress.End(tool.key, time.Duration(s.wall*float64(time.Second)))
			after = append(after, s.after)
		}
		saving.Seconds = stats.Median(after)
		b.result.Saving = append(b.result.Saving, saving)
	}
	return nil
}

// countCalls counts the calls in VizTracer's file, and its bytes.
func countCalls(path string) (calls uint64, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	return uint64(bytes.Count(b, []byte(`"ph": "X"`))), int64(len(b)), err
}

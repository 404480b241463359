package main

import (
	"context"
	"errors"
	"fmt"

	"tracer/bench/meter"
	"tracer/bench/mode"
	"tracer/bench/result"
	"tracer/bench/scratch"
)

const keyMemory = "memory of tracer run"

// memoryRuns is how often each length is run.
func (b *bench) memoryRuns() int { return b.few(2, 1) }

// measureMemory looks at how much memory tracer run takes for a run and for one of ten
// times as many events.
func (b *bench) measureMemory(ctx context.Context, python scratch.Python) error {
	loops := b.few(memoryLoops, 2)
	p := scratch.Own("lines", loops)
	m := &result.Memory{Python: python.Version, Program: p.Name}
	for range b.memoryRuns() {
		for _, x := range []struct {
			loops int
			to    *result.Grown
		}{{loops, &m.Small}, {10 * loops, &m.Large}} {
			p.Loops = x.loops
			if err := b.grow(ctx, python, p, x.to); err != nil {
				return err
			}
		}
	}
	b.result.Memory = m
	return nil
}

// memoryLoops make 30 million events.
const memoryLoops = 160

func (b *bench) grow(ctx context.Context, python scratch.Python, p scratch.Program, to *result.Grown) (err error) {
	job, err := b.job(python, p)
	if err != nil {
		return err
	}
	modes, err := mode.Choose([]string{mode.Lines})
	if err != nil {
		return err
	}
	if err := discard(job); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, discard(job)) }()
	b.progress.Begin(fmt.Sprintf("%s: %d loops", keyMemory, p.Loops))
	usage, err := meter.Run(ctx, meter.Command{Argv: modes[0].Argv(job), Env: b.environ(modes[0].Environ(job)...), Dir: b.area.Dir, Peak: true})
	if err != nil {
		return err
	}
	b.progress.End(keyMemory, usage.Wall)
	r, err := b.recorded(ctx, job.Output)
	to.Events, to.PeakRSS = r.events, append(to.PeakRSS, float64(usage.OwnPeak))
	return err
}

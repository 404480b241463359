package main

import (
	"context"
	"time"

	"tracer/bench/mode"
	"tracer/bench/result"
	"tracer/bench/scratch"
)

const keyFork = "fork"

// forkRounds is how often the program that forks is run, alone and under tracer.
func (b *bench) forkRounds() int { return b.few(5, 1) }

// measureFork runs a program that does little but fork.
func (b *bench) measureFork(ctx context.Context, python scratch.Python) error {
	p := scratch.Own("fork", b.few(300, 20))
	job, err := b.job(python, p)
	if err != nil {
		return err
	}
	modes, err := mode.Choose([]string{mode.Untraced, mode.Lines})
	if err != nil {
		return err
	}
	f := result.Fork{Python: python.Version, Forks: p.Loops}
	times := []*[]float64{&f.Bare, &f.Traced}
	for range b.forkRounds() {
		b.progress.Begin(keyFork + " on " + python.Version)
		begin := time.Now()
		for i, m := range modes {
			s, err := b.sample(ctx, m, job, nil)
			if err != nil {
				return err
			}
			*times[i] = append(*times[i], s.loops)
		}
		b.progress.End(keyFork, time.Since(begin))
	}
	b.result.Forks = append(b.result.Forks, f)
	return nil
}

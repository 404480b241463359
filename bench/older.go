package main

import (
	"context"
	"fmt"
	"time"

	"tracer/bench/mode"
	"tracer/bench/result"
)

// keyTry is to see whether a program runs on an interpreter at all.
const keyTry = "does it run"

// olderRounds is how often a case of the older interpreters is run: those without a
// target once.
func (b *bench) olderRounds(c *runs) int {
	if !c.HasTarget() {
		return 1
	}
	return b.rounds
}

// prepareOlder makes a case of every program on every older interpreter. The
// programs are those that another interpreter has installed.
func (b *bench) prepareOlder() error {
	pythons := b.kinds.Older
	if b.quick && len(pythons) > 1 {
		pythons = pythons[len(pythons)-1:]
	}
	var modes []mode.Mode
	for _, m := range b.modes {
		if result.OfOlder(m.Name) {
			m.Samples = 1
			modes = append(modes, m)
		}
	}
	newest := b.pythons[len(b.pythons)-1]
	for _, info := range pythons {
		for _, p := range b.programs {
			job, err := b.job(newest, p)
			if err != nil {
				return err
			}
			job.Python = info.Executable
			c := &result.Case{Python: info.Version, Program: p.Name, Loops: p.Loops, Modes: map[string]*result.Series{}, Clock: b.clock}
			b.older = append(b.older, &runs{c, job, modes})
			b.result.Older = append(b.result.Older, c)
		}
	}
	return nil
}

// olderKeys lists the runs to come, for the progress.
func (b *bench) olderKeys(add func(key string, times int)) {
	for _, c := range b.older {
		if !c.HasTarget() {
			add(keyTry, 1)
		}
		for _, m := range c.modes {
			add(c.key(m), b.olderRounds(c))
		}
	}
}

// measureOlder runs round after round, as measurePrograms does.
func (b *bench) measureOlder(ctx context.Context) error {
	for _, c := range b.older {
		if c.HasTarget() {
			continue
		}
		if err := b.try(ctx, c); err != nil {
			return err
		}
	}
	for round := range b.rounds {
		for _, c := range b.older {
			if round >= b.olderRounds(c) {
				continue
			}
			if err := b.round(ctx, c, round); err != nil {
				return err
			}
		}
	}
	return nil
}

// try leaves a program out that does not run on its interpreter: they are written
// for later ones. Only the end of ctx is an error.
func (b *bench) try(ctx context.Context, c *runs) error {
	modes, err := mode.Choose([]string{mode.Untraced})
	if err != nil {
		return err
	}
	job := c.job
	job.Loops = 1
	b.progress.Begin(fmt.Sprintf("%s: %s", keyTry, c))
	s, err := b.sample(ctx, modes[0], job, nil)
	b.progress.End(keyTry, time.Duration(s.wall*float64(time.Second)))
	if ctx.Err() != nil || err == nil {
		return ctx.Err()
	}
	fmt.Fprintf(b.say, "bench: skipped: %s: it does not run there: %v\n", c, err)
	for _, m := range c.modes {
		for range b.olderRounds(c) {
			b.progress.Skip(c.key(m))
		}
	}
	c.modes = nil
	return nil
}

package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tracer/bench/mode"
	"tracer/bench/result"
	"tracer/bench/scratch"
)

// runs is a case with what is needed to run it.
type runs struct {
	*result.Case
	job   mode.Job
	modes []mode.Mode
}

func (r *runs) key(m mode.Mode) string { return r.String() + " " + m.Name }

// cases returns every program on every interpreter.
func (b *bench) cases() ([]*runs, error) {
	var all []*runs
	for _, python := range b.pythons {
		var modes []mode.Mode
		for _, m := range b.modes {
			if b.usable(m, python) {
				modes = append(modes, m)
			} else {
				fmt.Fprintf(b.say, "bench: skipped: %s on %s: it is not there\n", m.Title, python.Info)
			}
		}
		for _, p := range b.programs {
			job, err := b.job(python, p)
			if err != nil {
				return nil, err
			}
			c := &result.Case{Python: python.Version, Program: p.Name, Loops: p.Loops, Modes: map[string]*result.Series{}, Clock: b.clock}
			all = append(all, &runs{c, job, modes})
			b.result.Cases = append(b.result.Cases, c)
		}
	}
	return all, nil
}

// measurePrograms runs round after round: every case, each in every mode.
func (b *bench) measurePrograms(ctx context.Context, cases []*runs) error {
	for round := range b.rounds {
		for _, c := range cases {
			if err := b.round(ctx, c, round); err != nil {
				return err
			}
		}
	}
	return nil
}

// round runs a case once in every mode, and in some several times, spread over
// the round. Each round begins with another mode, and every other pass goes
// backwards, so that none always follows the same one.
func (b *bench) round(ctx context.Context, c *runs, round int) error {
	order := slices.Clone(c.modes)
	if len(order) > 0 {
		at := round % len(order)
		order = slices.Concat(order[at:], order[:at])
	}
	best := map[string]sample{}
	for pass := range passes(order) {
		for _, m := range order {
			if pass >= m.Samples {
				continue
			}
			s, ok, err := b.once(ctx, c, m, round)
			if err != nil {
				return err
			}
			if old, again := best[m.Name]; ok && (!again || s.by(b.clock) < old.by(b.clock)) {
				best[m.Name] = s
			}
		}
		slices.Reverse(order)
	}
	for name, s := range best {
		c.series(name).Add(s.loops, s.cpu, s.wall, s.after)
	}
	return nil
}

func passes(modes []mode.Mode) int {
	n := 0
	for _, m := range modes {
		n = max(n, m.Samples)
	}
	return n
}

// once runs a case in a mode. What fails is said and not tried again; only the
// end of ctx is an error.
func (b *bench) once(ctx context.Context, c *runs, m mode.Mode, round int) (s sample, ok bool, err error) {
	if slices.Contains(b.result.Failures, c.key(m)) {
		b.progress.Skip(c.key(m))
		return s, false, nil
	}
	var keep func() error
	if series := c.series(m.Name); m.Records() && series.Events == 0 {
		keep = func() error {
			r, err := b.recorded(ctx, c.job.Output)
			series.Events, series.Lost, series.Bytes = r.events, r.lost, r.bytes
			return err
		}
	}
	b.progress.Begin(fmt.Sprintf("round %d: %s, %s", round+1, c, m.Title))
	s, err = b.sample(ctx, m, c.job, keep)
	b.progress.End(c.key(m), time.Duration(s.wall*float64(time.Second)))
	if ctx.Err() != nil {
		return s, false, ctx.Err()
	}
	if err != nil {
		b.fail(c.key(m), err)
		delete(c.Modes, m.Name)
		return s, false, nil
	}
	return s, true, nil
}

// series returns the mode's, which it makes.
func (r *runs) series(name string) *result.Series {
	if r.Modes[name] == nil {
		r.Modes[name] = &result.Series{}
	}
	return r.Modes[name]
}

// fail says what could not be measured. The data only name it: the error may hold
// paths of this machine.
func (b *bench) fail(what string, err error) {
	fmt.Fprintf(b.say, "bench: %s: %v\n", what, err)
	b.result.Failures = append(b.result.Failures, what)
}

// Reading and saving are measured on raytrace with a quarter of its pixels,
// about 3 million events a loop.
func (b *bench) pixels(loops int) scratch.Program {
	if b.quick {
		p := b.programs[0]
		p.Loops = loops
		return p
	}
	return scratch.Program{Name: "raytrace", Loops: loops, Args: []string{"--width", "50", "--height", "50"}}
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"tracer/bench/meter"
	"tracer/bench/mode"
	"tracer/bench/result"
	"tracer/bench/scratch"
)

// sample is one run of a program in a mode, in seconds.
type sample struct{ loops, cpu, wall, after float64 }

// by returns what the loops took by this clock.
func (s sample) by(clock string) float64 {
	if clock == result.CPU {
		return s.cpu
	}
	return s.loops
}

// job is how to run the program on the interpreter.
func (b *bench) job(python scratch.Python, p scratch.Program) (mode.Job, error) {
	script, err := b.area.Script(p, python)
	return mode.Job{
		Python: python.Path, Tracer: b.tracer, Noop: b.area.Path("bin/lib/tracer/noop"),
		Driver: b.area.Path("drive.py"), Script: script, Loops: p.Loops, Args: p.Args,
		Output: b.area.Path("output"), Results: b.area.Path("loops.json"),
	}, err
}

// sample runs the job once. Before what it left is deleted, keep may look at it;
// it may be nil.
func (b *bench) sample(ctx context.Context, m mode.Mode, j mode.Job, keep func() error) (s sample, err error) {
	if err := discard(j); err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, discard(j)) }()
	usage, err := meter.Run(ctx, meter.Command{Argv: m.Argv(j), Env: b.environ(m.Environ(j)...), Dir: b.area.Dir})
	if err != nil {
		return s, err
	}
	content, err := os.ReadFile(j.Results)
	if err != nil {
		return s, fmt.Errorf("read what the driver found: %w", err)
	}
	var found struct {
		Seconds float64 `json:"seconds"`
		CPU     float64 `json:"cpu"`
		End     int64   `json:"end"`
	}
	if err := json.Unmarshal(content, &found); err != nil {
		return s, fmt.Errorf("read what the driver found: %w", err)
	}
	s = sample{found.Seconds, found.CPU, usage.Wall.Seconds(), usage.Ended.Sub(time.Unix(0, found.End)).Seconds()}
	if keep != nil {
		err = keep()
	}
	return s, err
}

// discard deletes what a job leaves.
func discard(j mode.Job) error {
	for _, path := range []string{j.Output, j.Output + ".json", j.Results} {
		if err := os.RemoveAll(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("delete what was measured: %w", err)
		}
	}
	return nil
}

// recorded is what tracer says of a trace, and its size.
type recorded struct {
	events, lost uint64
	bytes        int64
}

func (b *bench) recorded(ctx context.Context, trace string) (r recorded, err error) {
	out, err := b.output(ctx, b.tracer, "info", "--format", "json", trace)
	if err != nil {
		return r, err
	}
	var info struct{ Events, Dropped uint64 }
	if err := json.Unmarshal(out, &info); err != nil {
		return r, fmt.Errorf("read what tracer info says: %w", err)
	}
	if info.Events == 0 {
		return r, fmt.Errorf("tracer recorded nothing")
	}
	bytes, err := scratch.Size(trace)
	return recorded{info.Events, info.Dropped, bytes}, err
}

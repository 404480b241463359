package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"tracer/bench/meter"
	"tracer/bench/mode"
	"tracer/bench/result"
	"tracer/bench/scratch"
)

const (
	keyCorrected = "corrected times"
	keyKnown     = "known times"
)

// knownSize is how much the program whose times are known does.
func (b *bench) knownSize() int { return b.few(1000, 20) }

// accuracyRounds is how often each program is run.
func (b *bench) accuracyRounds() int { return min(b.rounds, b.few(5, 1)) }

// accuracyKeys lists the runs to come, for the progress.
func (b *bench) accuracyKeys(add func(key string, times int)) {
	add(keyCorrected, len(b.pythons)*len(b.programs)*b.accuracyRounds())
	add(keyKnown, len(b.pythons)*b.accuracyRounds())
	for _, python := range b.pythons {
		if python.Installed {
			add(keyOrder, len(b.programs))
		}
	}
}

// measureAccuracy compares what reports say with what is true.
func (b *bench) measureAccuracy(ctx context.Context, python scratch.Python) error {
	for _, p := range b.programs {
		if err := b.correct(ctx, python, p); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	for range b.accuracyRounds() {
		if err := b.known(ctx, python); err != nil {
			return err
		}
	}
	if !python.Installed {
		fmt.Fprintf(b.say, "bench: skipped: the order of lines on %s: %s is not there\n", python.Info, sampler)
		return nil
	}
	for _, p := range b.programs {
		if err := b.order(ctx, python, p); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return nil
}

// correctedLoops is how many times the loops of the other runs: of single runs that take a third of a second, one differs
// from the next by more than the limits are.
const correctedLoops = 4

// correct runs a program untraced and with --calibrate, in turns.
func (b *bench) correct(ctx context.Context, python scratch.Python, p scratch.Program) error {
	job, err := b.job(python, p)
	if err != nil {
		return err
	}
	job.Loops *= b.few(correctedLoops, 1)
	modes, err := mode.Choose([]string{mode.Untraced})
	if err != nil {
		return err
	}
	c := result.Corrected{Python: python.Version, Program: p.Name}
	for range b.accuracyRounds() {
		begin := time.Now()
		b.progress.Begin(fmt.Sprintf("%s: %s on %s", keyCorrected, p.Name, python.Version))
		var cost costs
		traced, err := b.sample(ctx, mode.Calibrated(), job, func() (err error) {
			cost, err = b.costs(ctx, job.Output)
			return err
		})
		if err != nil {
			return err
		}
		untraced, err := b.sample(ctx, modes[0], job, nil)
		if err != nil {
			return err
		}
		c.Untraced, c.Traced = append(c.Untraced, untraced.cpu), append(c.Traced, traced.cpu)
		c.Cost, c.Scale = append(c.Cost, cost.Seconds), append(c.Scale, cost.Scale)
		b.progress.End(keyCorrected, time.Since(begin))
	}
	b.result.Corrected = append(b.result.Corrected, c)
	return nil
}

// costs are what the events of a trace cost as it was measured, and by what that is
// multiplied.
type costs struct{ Seconds, Scale float64 }

func (b *bench) costs(ctx context.Context, trace string) (c costs, err error) {
	content, err := os.ReadFile(filepath.Join(trace, "manifest.json"))
	if err != nil {
		return c, fmt.Errorf("read the calibration: %w", err)
	}
	var manifest struct {
		Calibration struct{ Scale float64 }
	}
	if err := json.Unmarshal(content, &manifest); err != nil {
		return c, fmt.Errorf("read the calibration: %w", err)
	}
	if c.Scale = manifest.Calibration.Scale; c.Scale == 0 {
		return c, errors.New("tracer run --calibrate has left no calibration")
	}
	var threads []struct {
		Self int64 `json:"self_ns"`
		Raw  int64 `json:"raw_self_ns"`
	}
	err = b.rows(ctx, &threads, trace, "--by", "thread")
	for _, th := range threads {
		c.Seconds += float64(th.Raw-th.Self) / 1e9 / c.Scale
	}
	return c, err
}

// rows reads what tracer report says of a trace.
func (b *bench) rows(ctx context.Context, to any, trace string, flags ...string) error {
	out, err := b.output(ctx, append([]string{b.tracer, "report", trace, "--format", "json", "--limit", "0"}, flags...)...)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(out, to); err != nil {
		return fmt.Errorf("read what tracer report says: %w", err)
	}
	return nil
}

// reportRow is a row of a report, of a function or of a line.
type reportRow struct {
	Function string
	File     string
	Line     int
	Self     float64 `json:"self_ns"`
	RawSelf  float64 `json:"raw_self_ns"`
	Min      float64 `json:"min_ns"`
	RawMin   float64 `json:"raw_min_ns"`
	Total    float64 `json:"total_ns"`
	RawTotal float64 `json:"raw_total_ns"`
}

// truth is what known.py says of a function of its own: how long its fastest call took,
// or all of them together.
type truth struct {
	Name, Function string
	NS             float64
	All            bool
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *truth) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&t.Name, &t.Function, &t.NS, &t.All})
}

// known runs the program whose times are known.
func (b *bench) known(ctx context.Context, python scratch.Python) error {
	begin, job := time.Now(), mode.Job{Output: b.area.Path("output"), Results: b.area.Path("loops.json")}
	b.progress.Begin(keyKnown + " on " + python.Version)
	if err := discard(job); err != nil {
		return err
	}
	argv := []string{b.tracer, "run", "--quiet", "--output", job.Output, "--skip", "spin", python.Path, b.area.Path("tiny/known.py"), strconv.Itoa(b.knownSize())}
	_, err := meter.Run(ctx, meter.Command{Argv: argv, Env: b.environ("BENCH_RESULT=" + job.Results), Dir: b.area.Dir})
	if err != nil {
		return err
	}
	if err = b.compare(ctx, python, job); err != nil {
		return err
	}
	b.progress.End(keyKnown, time.Since(begin))
	return discard(job)
}

// compare takes down what the trace says of the times that are known.
func (b *bench) compare(ctx context.Context, python scratch.Python, job mode.Job) error {
	content, err := os.ReadFile(job.Results)
	if err != nil {
		return fmt.Errorf("read known times: %w", err)
	}
	var truths []truth
	if err := json.Unmarshal(content, &truths); err != nil {
		return fmt.Errorf("read known times: %w", err)
	}
	var rows []reportRow
	if err := b.rows(ctx, &rows, job.Output); err != nil {
		return err
	}
	for _, t := range truths {
		for _, row := range rows {
			said, raw := row.Min, row.RawMin
			if t.All {
				said, raw = row.Total, row.RawTotal
			}
			if row.Function == t.Function {
				b.result.AddKnown(python.Version, t.Name, t.NS, said, raw)
			}
		}
	}
	return nil
}

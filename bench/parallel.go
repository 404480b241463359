package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"tracer/bench/meter"
	"tracer/bench/mode"
	"tracer/bench/result"
	"tracer/bench/scratch"
	"tracer/internal/pyabi"
)

const keyInstructions = "instructions"

// parallelLoops is how much each thread does.
func (b *bench) parallelLoops() int { return b.few(40, 2) }

// threads returns the numbers of threads that are timed: no more than there are
// cores.
func (b *bench) threads() []int {
	return slices.DeleteFunc([]int{1, 2, 4}, func(n int) bool { return n > max(1, b.result.Machine.CPUs) })
}

// parallel is the program with so many threads, each of so many loops.
func parallel(loops, threads int) scratch.Program {
	p := scratch.Own("parallel", loops)
	p.Args = []string{"--threads", strconv.Itoa(threads)}
	return p
}

// prepareParallel makes a case of each number of threads on each free-threaded
// interpreter.
func (b *bench) prepareParallel() error {
	modes, err := mode.Choose([]string{mode.Untraced, mode.Lines})
	if err != nil {
		return err
	}
	for i := range modes {
		modes[i].Samples = 1
	}
	for _, info := range b.threaded() {
		for _, n := range b.threads() {
			job, err := b.job(scratch.Python{Info: info, Path: info.Executable}, parallel(b.parallelLoops(), n))
			if err != nil {
				return err
			}
			c := &result.Case{Python: threadedName(info), Program: threadCount(n), Loops: job.Loops, Modes: map[string]*result.Series{}, Clock: b.clock}
			b.parallel = append(b.parallel, &runs{c, job, modes})
			b.result.Parallel = append(b.result.Parallel, result.Parallel{Case: c, Threads: n})
		}
	}
	return nil
}

// threaded returns the interpreters to measure on: in a quick run one.
func (b *bench) threaded() []pyabi.Info {
	pythons := b.kinds.Threaded
	if b.quick && len(pythons) > 1 {
		pythons = pythons[len(pythons)-1:]
	}
	return pythons
}

func threadedName(info pyabi.Info) string { return info.Version + "t" }

func threadCount(n int) string {
	if n == 1 {
		return "1 thread"
	}
	return strconv.Itoa(n) + " threads"
}

// parallelKeys lists the runs to come, for the progress.
func (b *bench) parallelKeys(add func(key string, times int)) {
	for _, c := range b.parallel {
		for _, m := range c.modes {
			add(c.key(m), b.rounds)
		}
	}
	add(keyInstructions, len(b.threaded())*len(counted())*b.counts())
}

// measureParallel takes the times round after round, then counts instructions.
func (b *bench) measureParallel(ctx context.Context) error {
	for round := range b.rounds {
		for _, c := range b.parallel {
			if err := b.round(ctx, c, round); err != nil {
				return err
			}
		}
	}
	if len(b.parallel) == 0 {
		return nil
	}
	return b.measureInstructions(ctx)
}

// counted are the numbers of threads whose instructions are compared: for these it takes
// no cores.
func counted() []int { return []int{1, 4} }

// measureInstructions counts them, if the machine does.
func (b *bench) measureInstructions(ctx context.Context) error {
	if _, err := meter.Instructions(ctx, meter.Command{Argv: []string{"true"}, Env: b.environ()}, b.area.Path("counts")); err != nil {
		if ctx.Err() == nil {
			fmt.Fprintf(b.say, "bench: skipped: instructions of threads in parallel: %v\n", err)
		}
		for range len(b.threaded()) * len(counted()) * b.counts() {
			b.progress.Skip(keyInstructions)
		}
		return ctx.Err()
	}
	for _, info := range b.threaded() {
		for _, n := range counted() {
			if err := b.count(ctx, info, n); err != nil {
				return fmt.Errorf("%s, %s: %w", info, threadCount(n), err)
			}
		}
	}
	return nil
}

// The loops of the two runs whose difference is counted: what a process does once is
// in both.
const fewLoops, manyLoops = 2, 12

// counts is how often instructions are counted; they hardly differ.
func (b *bench) counts() int { return b.few(3, 1) }

// count takes down the instructions with so many threads. There is no controller, whose
// instructions would be counted as well.
func (b *bench) count(ctx context.Context, info pyabi.Info, threads int) error {
	c := result.Counted{Python: threadedName(info), Threads: threads, Loops: manyLoops - fewLoops}
	for range b.counts() {
		b.progress.Begin(fmt.Sprintf("%s: %s on %s", keyInstructions, threadCount(threads), info))
		begin := time.Now()
		for _, x := range []struct {
			traced bool
			to     *[]float64
		}{{false, &c.Untraced}, {true, &c.Traced}} {
			few, err1 := b.instructions(ctx, info, parallel(fewLoops, threads), x.traced)
			many, err2 := b.instructions(ctx, info, parallel(manyLoops, threads), x.traced)
			if err := errors.Join(err1, err2); err != nil {
				return err
			}
			*x.to = append(*x.to, float64(many)-float64(few))
		}
		b.progress.End(keyInstructions, time.Since(begin))
	}
	b.result.Counted = append(b.result.Counted, c)
	return nil
}

// instructions counts those of one run.
func (b *bench) instructions(ctx context.Context, info pyabi.Info, p scratch.Program, traced bool) (n uint64, err error) {
	job, err := b.job(scratch.Python{Info: info, Path: info.Executable}, p)
	if err != nil {
		return 0, err
	}
	modes, err := mode.Choose([]string{mode.Untraced})
	if err != nil {
		return 0, err
	}
	env := modes[0].Environ(job)
	left := b.area.Path("left")
	if traced {
		if err := errors.Join(os.RemoveAll(left), newTrace(left)); err != nil {
			return 0, err
		}
		env = append(env, b.agentAlone(left)...)
	}
	if err := discard(job); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, discard(job), os.RemoveAll(left)) }()
	return meter.Instructions(ctx, meter.Command{Argv: modes[0].Argv(job), Env: b.environ(env...), Dir: b.area.Dir}, b.area.Path("counts"))
}

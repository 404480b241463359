package profile

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"tracer/internal/analyze/query"
	"tracer/trace"
)

// Build adds up the threads of all processes in a window, several at a time. What
// could not be read is the error; the profile has all the rest.
func Build(processes []*trace.Process, w trace.Window) (*Profile, error) {
	return BuildThreads(threadsOf(processes), w)
}

// BuildThreads is Build for some threads; those of a process follow each other.
func BuildThreads(threads []*trace.Thread, w trace.Window) (*Profile, error) {
	return build(threads, w, false)
}

// BuildFiles is Build for looking at sources: a line of a file is one row, also
// where several functions share it, and has no module and function.
func BuildFiles(threads []*trace.Thread, w trace.Window) (*Profile, error) {
	return build(threads, w, true)
}

// BuildQuery adds up what is asked for, where files as BuildFiles does. If that leaves calls
// out, all events are read: progress, which may be nil, is told how many of them. There is no
// profile if ctx ends.
func BuildQuery(ctx context.Context, t *trace.Trace, q *query.Query, files bool, progress func(done, all uint64)) (*Profile, error) {
	if q.Plain() {
		return build(q.Threads(t), q.Window, files)
	}
	sums, err := q.Sums(ctx, t, progress)
	if sums == nil {
		return nil, err
	}
	var jobs []*job
	for _, th := range q.Threads(t) {
		jobs = append(jobs, &job{thread: th, sums: sums[th]})
	}
	p, _ := gather(jobs, files)
	return p, err
}

func threadsOf(processes []*trace.Process) (threads []*trace.Thread) {
	for _, p := range processes {
		threads = append(threads, p.Threads...)
	}
	return threads
}

func build(threads []*trace.Thread, w trace.Window, files bool) (*Profile, error) {
	var jobs []*job
	for _, th := range threads {
		jobs = append(jobs, &job{thread: th})
	}
	run(jobs, w)
	return gather(jobs, files)
}

// gather makes a profile of jobs that are done; those of a process follow each other.
func gather(jobs []*job, files bool) (*Profile, error) {
	t := newTable(files)
	var errs []error
	for _, j := range jobs {
		_, measured := j.thread.Process.Costs()
		t.unmeasured = t.unmeasured || !measured
	}
	for len(jobs) > 0 {
		p := jobs[0].thread.Process
		n := slices.IndexFunc(jobs, func(j *job) bool { return j.thread.Process != p })
		if n < 0 {
			n = len(jobs)
		}
		errs = append(errs, t.process(p, jobs[:n])...)
		jobs = jobs[n:]
	}
	return t.profile(), errors.Join(errs...)
}

// job is one thread to sum up.
type job struct {
	thread *trace.Thread
	sums   *trace.Sums
	err    error
}

// run does the jobs, the longest first.
func run(jobs []*job, w trace.Window) {
	queue := slices.Clone(jobs)
	slices.SortStableFunc(queue, func(a, b *job) int { return cmp.Compare(b.thread.Events(), a.thread.Events()) })
	var next atomic.Int64
	var wg sync.WaitGroup
	for range max(1, min(runtime.GOMAXPROCS(0), len(queue))) {
		wg.Go(func() {
			for n := next.Add(1) - 1; int(n) < len(queue); n = next.Add(1) - 1 {
				queue[n].sums, queue[n].err = queue[n].thread.Sum(w)
			}
		})
	}
	wg.Wait()
}

// process adds the threads of a process and returns what went wrong with them.
func (t *table) process(p *trace.Process, jobs []*job) (errs []error) {
	total := &trace.Sums{}
	row := Process{PID: p.PID, Dir: p.Dir, Program: strings.Join(p.Argv, " "), Threads: len(jobs)}
	var start, end int64 // of the threads that have anything in the window
	for _, j := range jobs {
		errs = append(errs, j.err)
		s := j.sums
		duration := p.Span(uint64(s.End - s.Start))
		outside := min(p.Span(s.Outside), duration)
		cost := int64(0)
		for _, l := range s.Lines {
			cost += l.Cost
		}
		th := Thread{
			PID: p.PID, TID: j.thread.TID, Name: j.thread.Name, Events: s.Events, DurationNS: duration,
			SelfNS: duration - outside - p.CostNS(cost), OutsideNS: outside - p.CostNS(s.OutsideCost),
			RawSelfNS: duration - outside, RawOutsideNS: outside,
		}
		t.threads = append(t.threads, th)
		row.Events += s.Events
		row.SelfNS += th.SelfNS
		row.OutsideNS += th.OutsideNS
		row.RawSelfNS += th.RawSelfNS
		row.RawOutsideNS += th.RawOutsideNS
		if s.Events > 0 {
			if end == 0 {
				start = s.Start
			}
			start, end = min(start, s.Start), max(end, s.End)
		}
		total.Add(s)
	}
	row.DurationNS = p.Span(uint64(end - start))
	t.processes = append(t.processes, row)
	t.add(p, total, times{row.SelfNS, row.RawSelfNS})
	return errs
}

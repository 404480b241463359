package profile

import (
	"cmp"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"tracer/trace"
)

// job is one thread to replay.
type job struct {
	thread *trace.Thread
	row    Thread
	err    error
}

// Build adds up the threads of all processes, several at a time. What could
// not be read is the error; the profile has all the rest.
func Build(processes []*trace.Process) (*Profile, error) {
	return build(processes, newTable(byFunction))
}

// BuildFiles is Build for looking at sources: a line of a file is one row, also
// where several functions share it, and has no module and function.
func BuildFiles(processes []*trace.Process) (*Profile, error) {
	return build(processes, newTable(byFile))
}

func build(processes []*trace.Process, t *table) (*Profile, error) {
	var jobs []*job
	for _, p := range processes {
		for _, th := range p.Threads {
			jobs = append(jobs, &job{thread: th})
		}
	}
	s := run(t, jobs)
	profile := t.profile(s)
	var errs []error
	for _, j := range jobs {
		profile.Threads = append(profile.Threads, j.row)
		errs = append(errs, j.err)
	}
	return profile, errors.Join(errs...)
}

// run replays the jobs, the longest first, and returns what they add up to.
func run(t *table, jobs []*job) *sums {
	queue := slices.Clone(jobs)
	slices.SortStableFunc(queue, func(a, b *job) int {
		return cmp.Compare(b.thread.Events(), a.thread.Events())
	})
	workers := make([]*sums, max(1, min(runtime.GOMAXPROCS(0), len(queue))))
	var next atomic.Int64
	var wg sync.WaitGroup
	for i := range workers {
		s := newSums(t)
		workers[i] = s
		wg.Go(func() {
			var p *trace.Process
			for n := next.Add(1) - 1; int(n) < len(queue); n = next.Add(1) - 1 {
				if th := queue[n].thread; th.Process != p {
					p = th.Process
					s.process(p)
				}
				queue[n].replay(s)
			}
		})
	}
	wg.Wait()
	for _, s := range workers[1:] {
		workers[0].add(s)
	}
	workers[0].fit()
	return workers[0]
}

func (j *job) replay(s *sums) {
	th := j.thread
	s.begin, s.last = 0, 0
	outside := s.lines[0].self
	if err := th.Replay(s); err != nil {
		j.err = err
	}
	outside = s.lines[0].self - outside
	duration := s.last - s.begin
	j.row = Thread{
		PID: th.Process.PID, TID: th.TID, Name: th.Name, Events: th.Events(),
		DurationNS: duration, SelfNS: duration - outside, OutsideNS: outside,
	}
}

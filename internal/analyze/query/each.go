package query

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"tracer/internal/wire"
	"tracer/trace"
)

// progressEvery is how often Each tells how far it is.
const progressEvery = 100 * time.Millisecond

// Each calls work for each part of the threads that are asked for, on all cores, and
// merge with the results, from the caller's goroutine, in the order of threads and
// parts. Few results wait for that: there are never more than three for each core. progress is told
// the events that were read, and about how many there are, at most every 100 ms; it may
// be nil.
//
// An error of work that is a *wire.CorruptError says what of a part could not be read:
// its result is merged like the others, and the first such error returned at the end. Any other
// one, one of merge, and the end of ctx stop all work at once.
func Each[R any](ctx context.Context, q *Query, t *trace.Trace, work func(*Part) (R, error), merge func(*Part, R) error, progress func(done, all uint64)) error {
	ctx, cancel := context.WithCancel(ctx)
	e := each[R]{ctx: ctx, work: work, merge: merge, progress: progress, workers: runtime.GOMAXPROCS(0)}
	for _, th := range q.Threads(t) {
		for _, p := range q.Parts(th) {
			p.ctx, p.progress = ctx, func(events uint64) { e.done.Add(events) }
			e.parts = append(e.parts, p)
			e.all += p.Events()
		}
	}
	err := e.run()
	cancel()
	e.wait.Wait()
	return err
}

// each is an Each that runs.
type each[R any] struct {
	ctx      context.Context
	work     func(*Part) (R, error)
	merge    func(*Part, R) error
	progress func(done, all uint64)
	workers  int
	parts    []*Part
	all      uint64
	done     atomic.Uint64
	wait     sync.WaitGroup
}

// outcome is what work has made of a part.
type outcome[R any] struct {
	number int
	result R
	err    error
}

func (e *each[R]) run() error {
	room := 3 * e.workers // for results that wait, or are made
	numbers, outcomes := make(chan int, len(e.parts)), make(chan outcome[R], room)
	next := 0
	for ; next < min(room, len(e.parts)); next++ {
		numbers <- next
	}
	for range min(e.workers, len(e.parts)) {
		e.wait.Go(func() { e.worker(numbers, outcomes) })
	}
	defer close(numbers)
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	waiting := map[int]outcome[R]{}
	var corrupt error
	for merged := 0; merged < len(e.parts); {
		select {
		case <-e.ctx.Done():
			return e.ctx.Err()
		case <-tick.C:
			e.tell(min(e.done.Load(), e.all))
			continue
		case o := <-outcomes:
			waiting[o.number] = o
		}
		for o, ok := waiting[merged]; ok; o, ok = waiting[merged] {
			delete(waiting, merged)
			switch err := e.take(&o); {
			case err == nil:
			case !isCorrupt(err):
				return err
			case corrupt == nil:
				corrupt = err
			}
			if merged++; next < len(e.parts) {
				numbers <- next
				next++
			}
		}
	}
	if err := e.ctx.Err(); err != nil {
		return err
	}
	e.tell(e.all)
	return corrupt
}

// take merges a result.
func (e *each[R]) take(o *outcome[R]) error {
	if o.err != nil && !isCorrupt(o.err) {
		return o.err
	}
	if err := e.merge(e.parts[o.number], o.result); err != nil {
		return err
	}
	return o.err
}

func (e *each[R]) tell(done uint64) {
	if e.progress != nil {
		e.progress(done, e.all)
	}
}

func isCorrupt(err error) bool {
	var c *wire.CorruptError
	return errors.As(err, &c)
}

func (e *each[R]) worker(numbers <-chan int, outcomes chan<- outcome[R]) {
	for n := range numbers {
		if e.ctx.Err() != nil {
			return
		}
		r, err := e.work(e.parts[n])
		outcomes <- outcome[R]{n, r, err}
	}
}

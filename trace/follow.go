package trace

import (
	"container/heap"
	"context"
	"iter"
	"math"
	"time"

	"tracer/internal/segment"
	"tracer/internal/store"
)

// How often a trace is looked at while it is followed. An event is given after the
// second look that began after it: see follower.
const (
	followPoll  = 10 * time.Millisecond
	followIdle  = 25 * time.Millisecond  // where nothing has come for a while
	followAgain = 3 * time.Millisecond   // where there are events that the next look decides
	followLook  = 500 * time.Millisecond // between looks whether somebody still writes it
)

// followBatch is how many events are given at a time, at most.
const followBatch = 1024

// Follow gives the events of all threads of all processes from a time on, those that
// are there and those that are still to come. It ends when the recording has ended, or
// nobody writes the trace any more, or the context is done.
//
// Events come in batches: what is known is given, and then it waits. A batch is valid
// until the next. An event is given within some 30 ms of being recorded, if the loop's body
// keeps up; if it does not, nothing is lost: what the controller has moved out of
// raw meanwhile is read from the segments. (What a flight recorder has deleted by then is
// a gap.)
//
// Each thread's events come in their order, each once. Those of different threads come
// in the order of time. A thread that is stopped between looking at the clock and
// recording the event, for longer than that, may give one that is late.
//
// An error comes with its thread, in a batch of one: that thread ends, and the others go
// on; or it comes without a batch, at the end.
//
// The trace is refreshed all the time: while this goes on, only the loop's body may use
// it. Info is as of the last Refresh, and in the end as of then.
func (t *Trace) Follow(ctx context.Context, from int64) iter.Seq2[[]ThreadEvent, error] {
	return func(yield func([]ThreadEvent, error) bool) {
		f := &follower{t: t, ctx: ctx, from: from, yield: yield, met: map[*Process]int{}, decode: segment.NewDecoder(), horizon: math.MinInt64}
		defer t.summarise()
		for last := false; ; {
			again, ok := f.round(last)
			if !ok {
				return
			}
			wait := followPoll
			switch {
			case again:
				wait = followAgain
				f.came = time.Now()
			case time.Since(f.came) > stayAwake:
				wait = followIdle
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(max(wait, 4*f.took)):
			}
			last = f.abandoned()
		}
	}
}

// follower merges the events of threads that are still being written.
//
// What was recorded before a look began is seen by it. So when one look has seen an
// event at some time, the next one sees all events of all threads up to that time, and
// these can be given in order. Later ones wait for the look after that.
type follower struct {
	t       *Trace
	ctx     context.Context
	from    int64
	yield   func([]ThreadEvent, error) bool
	met     map[*Process]int // how many of a process's threads are followed
	threads int
	idle    []*tail // have no event
	ready   tails   // have one
	batch   []ThreadEvent
	decode  *segment.Decoder
	buf     []byte
	horizon int64         // the time of the last event that was seen by the look before this one
	took    time.Duration // by the last look
	came    time.Time     // something new, the last time
	asked   time.Time     // whether somebody writes the trace
}

// round looks, and gives what can be given; with last that is all there is. It
// reports whether it has kept events back, and whether to go on.
func (f *follower) round(last bool) (again, ok bool) {
	begin := time.Now()
	if err := f.t.look(); err != nil {
		f.yield(nil, err)
		return false, false
	}
	f.took = time.Since(begin)
	last = last || !f.t.live()
	seen := f.horizon
	for _, p := range f.t.processes {
		seen = max(seen, p.last)
		for ; f.met[p] < len(p.index.met); f.met[p]++ {
			f.threads++
			f.idle = append(f.idle, newTail(f, p.index.met[f.met[p]], f.threads))
		}
	}
	until := f.horizon
	if last {
		until = math.MaxInt64
	}
	if !f.give(until) || last && !f.finish() || !f.flush() {
		return false, false
	}
	for _, l := range f.ready { // by a clock that was another one, maybe
		seen = max(seen, l.event.At)
	}
	f.horizon = seen
	return seen > until, !last
}

// give gives the events up to a time.
func (f *follower) give(until int64) bool {
	waiting := f.idle
	f.idle = nil
	for _, l := range waiting {
		if !f.advance(l) {
			return false
		}
	}
	heap.Init(&f.ready)
	for len(f.ready) > 0 && f.ready[0].event.At <= until {
		l := f.ready[0]
		if l.event.At >= f.from && !f.add(ThreadEvent{l.w.th, l.event}) {
			return false
		}
		if l.advance() {
			heap.Fix(&f.ready, 0)
			continue
		}
		heap.Pop(&f.ready)
		if !f.rest(l) {
			return false
		}
	}
	return true
}

// advance puts a thread among those that have an event, or those that have none.
func (f *follower) advance(l *tail) bool {
	if l.advance() {
		f.ready = append(f.ready, l)
		return true
	}
	return f.rest(l)
}

// rest puts a thread that has no event aside, for good if it has ended or cannot
// be read.
func (f *follower) rest(l *tail) bool {
	if l.w.failed != nil || l.ended() {
		return f.fail(l)
	}
	f.idle = append(f.idle, l)
	return true
}

func (f *follower) fail(l *tail) bool {
	err := l.w.err()
	return err == nil || f.flush() && f.yield([]ThreadEvent{{Thread: l.w.th}}, err)
}

func (f *follower) add(e ThreadEvent) bool {
	f.batch = append(f.batch, e)
	return len(f.batch) < followBatch || f.flush()
}

func (f *follower) flush() bool {
	if len(f.batch) == 0 {
		return true
	}
	ok := f.ctx.Err() == nil && f.yield(f.batch, nil)
	f.batch = f.batch[:0]
	return ok
}

// finish says what is to be said when all was given.
func (f *follower) finish() bool {
	for _, l := range f.idle {
		for l.end() {
			if l.event.At >= f.from && !f.add(ThreadEvent{l.w.th, l.event}) {
				return false
			}
		}
		if !f.fail(l) {
			return false
		}
	}
	return true
}

// abandoned reports whether nobody writes the trace any more, though its end was not
// recorded. What was written before is seen by the next look.
func (f *follower) abandoned() bool {
	if time.Since(f.asked) < followLook {
		return false
	}
	f.asked = time.Now()
	state, err := f.t.dir.State()
	return err == nil && state == store.Interrupted
}

// tails is a heap of threads by their next events.
type tails []*tail

func (m tails) Len() int      { return len(m) }
func (m tails) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m tails) Less(i, j int) bool {
	if m[i].event.At != m[j].event.At {
		return m[i].event.At < m[j].event.At
	}
	return m[i].order < m[j].order
}

// Push is part of heap.Interface.
func (m *tails) Push(x any) { *m = append(*m, x.(*tail)) }

// Pop is part of heap.Interface.
func (m *tails) Pop() any {
	old := *m
	l := old[len(old)-1]
	old[len(old)-1] = nil
	*m = old[:len(old)-1]
	return l
}

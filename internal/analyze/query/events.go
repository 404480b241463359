package query

import (
	"cmp"
	"container/heap"
	"context"
	"iter"

	"tracer/internal/wire"
	"tracer/trace"
)

// Events returns the events that are asked for, of all threads in the order of time; at the
// same time, in the order of threads. Depth counts the frames that are shown. What closes a
// frame that is not open, and events of unknown locations, are not among them. An error
// comes with its thread, when that one's events are at an end, and the others go on.
func (q *Query) Events(ctx context.Context, t *trace.Trace) iter.Seq2[trace.ThreadEvent, error] {
	return func(yield func(trace.ThreadEvent, error) bool) {
		var ready queues
		defer func() {
			for _, th := range ready {
				th.stop()
			}
		}()
		for i, th := range q.Threads(t) {
			next, stop := iter.Pull2(q.events(ctx, th))
			one := &queue{order: i, next: next, stop: stop}
			if one.advance() {
				ready = append(ready, one)
			}
		}
		heap.Init(&ready)
		for len(ready) > 0 {
			first := ready[0]
			if !yield(first.event, first.err) {
				return
			}
			if first.advance() {
				heap.Fix(&ready, 0)
				continue
			}
			heap.Pop(&ready)
		}
	}
}

// events returns those of a thread.
func (q *Query) events(ctx context.Context, th *trace.Thread) iter.Seq2[trace.ThreadEvent, error] {
	return func(yield func(trace.ThreadEvent, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		e := &emitter{thread: th, yield: yield, stop: stop}
		if err := q.ReplayContext(ctx, th, e, nil); err != nil && !e.stopped {
			yield(trace.ThreadEvent{Thread: th}, err)
		}
	}
}

// emitter makes events of what a visitor is told.
type emitter struct {
	thread  *trace.Thread
	yield   func(trace.ThreadEvent, error) bool
	stop    func()
	stopped bool
	frames  []trace.OpenFrame
	task    uint32
}

func (e *emitter) emit(event trace.Event) {
	if e.stopped {
		return
	}
	event.Depth, event.Task = len(e.frames), e.task
	if !e.yield(trace.ThreadEvent{Thread: e.thread, Event: event}, nil) {
		e.stopped = true
		e.stop()
	}
}

// innermost is an event of the innermost frame.
func (e *emitter) innermost(m trace.Moment, k wire.Kind) {
	f := &e.frames[len(e.frames)-1]
	e.emit(trace.Event{At: e.thread.Process.NS(m.At), Kind: k, Code: f.Code, Line: f.Code.Line(f.Loc)})
}

// Begin implements trace.PartVisitor.
func (e *emitter) Begin(_ trace.Moment, open []trace.OpenFrame) {
	e.frames = append(e.frames, open...)
	if n := len(open); n > 0 {
		e.task = open[n-1].Task
	}
}

// Open implements trace.PartVisitor.
func (e *emitter) Open(m trace.Moment, c *trace.Code, loc wire.Location, k wire.Kind) {
	e.frames = append(e.frames, trace.OpenFrame{Code: c, Loc: loc})
	if k != trace.Adopted {
		e.innermost(m, k)
	}
}

// Line implements trace.PartVisitor.
func (e *emitter) Line(m trace.Moment, loc wire.Location) {
	e.frames[len(e.frames)-1].Loc = loc
	e.innermost(m, wire.Line)
}

// Close implements trace.PartVisitor.
func (e *emitter) Close(m trace.Moment, k wire.Kind) {
	if k != trace.Implied {
		e.innermost(m, k)
	}
	e.frames = e.frames[:len(e.frames)-1]
}

// Task implements trace.TaskVisitor.
func (e *emitter) Task(_ trace.Moment, task uint32) { e.task = task }

// Gap implements trace.PartVisitor.
func (e *emitter) Gap(m trace.Moment, lost uint64) {
	e.task = 0
	e.emit(trace.Event{At: e.thread.Process.NS(m.At), Kind: wire.Mark, Lost: lost})
}

// End implements trace.PartVisitor.
func (e *emitter) End(trace.Moment) {}

// queue is a thread's events: the first is taken out already.
type queue struct {
	order int
	event trace.ThreadEvent
	err   error
	next  func() (trace.ThreadEvent, error, bool)
	stop  func()
}

func (t *queue) advance() (ok bool) {
	t.event, t.err, ok = t.next()
	return ok
}

// queues is a heap, by time.
type queues []*queue

func (h queues) Len() int { return len(h) }
func (h queues) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(h[i].event.At, h[j].event.At), h[i].order-h[j].order) < 0
}
func (h queues) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *queues) Push(x any)   { *h = append(*h, x.(*queue)) }
func (h *queues) Pop() any {
	n := len(*h) - 1
	x := (*h)[n]
	*h = (*h)[:n]
	return x
}

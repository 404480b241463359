package query

import (
	"math"

	"tracer/internal/wire"
	"tracer/trace"
)

// Live chooses events while they are recorded, as Events does when they are all there. How
// long a call takes is known when it ends, or has taken so long; what is in it waits until
// then. So with MinDuration the events of different threads may come out of order, and what
// waits is kept: that of calls that are open and not long enough yet, without the calls
// that ended in them. Calls that were open before the first event are long enough.
//
// The filter chooses events, not frames.
type Live struct {
	query   *Query
	threads map[*trace.Thread]*liveThread
	order   []*liveThread
}

// liveThread is what is known of a thread.
type liveThread struct {
	tasks   *tasks // nil: all
	shown   []int  // by depth: how many frames up to it are shown; of tasks only
	frames  []liveFrame
	long    int // so many of them are long enough, from the outermost on
	waiting []trace.ThreadEvent
	met     bool // an event
}

// liveFrame is an open frame.
type liveFrame struct {
	code  *trace.Code // nil: nothing was seen of it yet
	since int64
	at    int // its first event's place among those that wait, if it is not known to be long enough
}

// NewLive returns what chooses events of what is asked for.
func NewLive(q *Query) *Live { return &Live{query: q, threads: map[*trace.Thread]*liveThread{}} }

// Next takes the next event of any thread, and tells those that were taken and are asked
// for, as far as that is known. It ends with the first error of yield.
func (l *Live) Next(e trace.ThreadEvent, yield func(trace.ThreadEvent) error) error {
	gap := e.Kind == wire.Mark
	if !l.query.Wants(e.Thread) || e.Code == nil && !gap {
		return nil
	}
	th := l.threads[e.Thread]
	if th == nil {
		th = &liveThread{tasks: newTasks(l.query.Tasks)}
		l.threads[e.Thread] = th
		l.order = append(l.order, th)
	}
	if err := th.reach(e.At, l.query.MinDuration, yield); err != nil { // of what ends with it unseen, too
		return err
	}
	if !th.belongs(&e) || l.query.Depth > 0 && !gap && e.Depth > l.query.Depth || th.stray(&e) {
		return nil
	}
	if !gap {
		th.enter(&e)
	}
	if gap || l.query.Filter.Match(e.Code.Module) {
		th.waiting = append(th.waiting, e)
	}
	err := th.reach(e.At, l.query.MinDuration, yield)
	if e.Kind.Closes() {
		th.drop(e.Depth)
	}
	return err
}

// Reach tells what is known when all threads have come to a time.
func (l *Live) Reach(at int64, yield func(trace.ThreadEvent) error) error {
	for _, th := range l.order {
		if err := th.reach(at, l.query.MinDuration, yield); err != nil {
			return err
		}
	}
	return nil
}

// belongs reports whether an event is one of a task that is asked for, and counts its depth
// within what is shown. Gaps always are.
func (th *liveThread) belongs(e *trace.ThreadEvent) bool {
	if th.tasks == nil {
		return true
	}
	if e.Kind == wire.Mark {
		th.tasks.task(0)
		return true
	}
	th.tasks.task(e.Task)
	depth := e.Depth
	if e.Kind.Opens() || len(th.shown) <= depth {
		th.push(depth, th.tasks.take(e.Code))
	}
	e.Depth = th.shown[depth]
	shown := depth > 0 && th.shown[depth] > th.shown[depth-1]
	th.shown = th.shown[:depth+1]
	if e.Kind.Closes() {
		th.shown = th.shown[:max(depth, 1)]
	}
	return shown
}

// push makes a frame the innermost. Those around it that were never seen are not shown.
func (th *liveThread) push(depth int, shown bool) {
	th.shown = th.shown[:min(len(th.shown), depth)]
	for len(th.shown) <= depth {
		n := 0
		if len(th.shown) > 0 {
			n = th.shown[len(th.shown)-1]
		}
		th.shown = append(th.shown, n)
	}
	if shown && depth > 0 {
		th.shown[depth]++
	}
}

// stray reports whether an event closes a frame that is not open.
func (th *liveThread) stray(e *trace.ThreadEvent) bool {
	return e.Kind.Closes() && e.Depth == len(th.frames) && e.Depth > 0 && th.frames[e.Depth-1].other(e.Code)
}

func (f *liveFrame) other(c *trace.Code) bool { return f.code != nil && f.code != c }

// enter makes the event's frame the innermost that is open.
func (th *liveThread) enter(e *trace.ThreadEvent) {
	met := th.met
	th.met = true
	switch {
	case e.Kind.Opens():
		th.drop(e.Depth)
	case len(th.frames) >= e.Depth && e.Depth > 0 && th.frames[e.Depth-1].other(e.Code):
		th.drop(e.Depth) // its end was lost, and so was the begin of the other one
	default:
		th.drop(e.Depth + 1)
	}
	for len(th.frames) < e.Depth {
		f := liveFrame{since: e.At, at: len(th.waiting)}
		if len(th.frames) < e.Depth-1 || !met && !e.Kind.Opens() {
			f.since = math.MinInt64
		}
		th.frames = append(th.frames, f)
	}
	if e.Depth > 0 {
		th.frames[e.Depth-1].code = e.Code
	}
}

// drop forgets the frames from a depth on, and of those that were too short all but the gaps
// that waited for them.
func (th *liveThread) drop(depth int) {
	n := max(depth-1, 0)
	if n >= len(th.frames) {
		return
	}
	if short := max(n, th.long); short < len(th.frames) {
		kept := th.waiting[:th.frames[short].at]
		for _, e := range th.waiting[len(kept):] {
			if e.Kind == wire.Mark {
				kept = append(kept, e)
			}
		}
		th.waiting = kept
	}
	th.frames = th.frames[:n]
	th.long = min(th.long, n)
}

// reach tells what is in no frame that may be too short.
func (th *liveThread) reach(at, least int64, yield func(trace.ThreadEvent) error) error {
	for th.long < len(th.frames) && th.frames[th.long].since <= at-least {
		th.long++
	}
	known := len(th.waiting)
	if th.long < len(th.frames) {
		known = th.frames[th.long].at
	}
	for _, e := range th.waiting[:known] {
		if err := yield(e); err != nil {
			return err
		}
	}
	th.waiting = append(th.waiting[:0], th.waiting[known:]...)
	for i := range th.frames[th.long:] {
		th.frames[th.long+i].at -= known
	}
	return nil
}

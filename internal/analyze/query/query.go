// Package query says which part of a trace is asked for, and replays just that: a stretch
// of time, some processes and threads, some modules, calls of some length, down to some
// depth. All analyses and exports read a trace through it, so that all of them can be asked
// the same way.
//
// # What is left out
//
// Frames that are left out are as if they had not been recorded. Their time, their lines
// and what their events cost belong to the line of the innermost frame that is shown, or to
// none: outside. A frame is left out if
//
//   - its module is one that the filter does not take;
//   - tasks are asked for, and it belongs to none of them;
//   - it was open, from its begin or resumption to its end or suspension, for less than
//     MinDuration: as it was recorded, what tracing took included. Of what goes on when the window
//     or the thread ends it is the time until then. So all that it called is left out as well;
//   - it lies deeper than Depth: the outermost frame that the others leave has depth 1.
//
// Gaps are always told.
package query

import (
	"context"
	"math"

	"tracer/internal/filter"
	"tracer/trace"
)

// Query is what is asked for. The zero Query is all of the trace.
type Query struct {
	Window      trace.Window
	Processes   []string // pids, or names of their programs with patterns as path.Match has them; none: all
	ThreadNames []string // the system's ids, or names with patterns as path.Match has them; none: all
	Filter      filter.Filter
	Tasks       []string // numbers, or names of their coroutines with patterns as path.Match has them; none: all, and what is in none
	MinDuration int64    // ns, as recorded; 0: no limit
	Depth       int      // 0: no limit
}

// Plain reports whether all frames are shown: then what trace.Thread.Sum says of the
// window is the answer.
func (q *Query) Plain() bool {
	return q.Filter.All() && len(q.Tasks) == 0 && q.MinDuration <= 0 && q.Depth <= 0
}

// Replay tells v the events of a thread that are asked for, as one part from the window's
// begin to its end; nothing if there are none. It streams: its memory does not grow with
// the trace. The error is as of trace.Part.Replay.
func (q *Query) Replay(th *trace.Thread, v trace.PartVisitor) error {
	return q.ReplayContext(context.Background(), th, v, nil)
}

// ReplayContext is Replay that ends at once with ctx, without v.End. progress is
// called now and then with how many events were read since the last time; it may be nil.
func (q *Query) ReplayContext(ctx context.Context, th *trace.Thread, v trace.PartVisitor, progress func(events uint64)) error {
	part := th.Part(q.Window)
	if part == nil {
		return nil
	}
	p := &Part{query: q, part: part, ctx: ctx, progress: progress}
	return p.Replay(v)
}

// Part is a stretch of a thread's events that can be read by itself.
type Part struct {
	query    *Query
	part     *trace.Part
	ctx      context.Context // nil: none
	progress func(events uint64)
}

// Parts is trace.Thread.Parts with what is asked for; with MinDuration it is a single
// part, for what a frame's length is may be known late.
func (q *Query) Parts(th *trace.Thread) (parts []*Part) {
	list := th.Parts(q.Window)
	if q.MinDuration > 0 && len(list) > 1 {
		list = []*trace.Part{th.Part(q.Window)}
	}
	for _, part := range list {
		parts = append(parts, &Part{query: q, part: part})
	}
	return parts
}

// Thread returns the thread whose part it is.
func (p *Part) Thread() *trace.Thread { return p.part.Thread() }

// Events returns about how many events there are to be read, for progress.
func (p *Part) Events() uint64 { return p.part.Events() }

// Replay tells v the part's events. The error is as of trace.Part.Replay.
func (p *Part) Replay(v trace.PartVisitor) error {
	q := p.query
	if q.Plain() {
		return p.part.ReplayWhile(v, p.step)
	}
	s := &shower{v: v, filter: q.Filter, depth: q.Depth, tasks: newTasks(q.Tasks)}
	if s.depth <= 0 {
		s.depth = math.MaxInt
	}
	if q.MinDuration <= 0 {
		return p.part.ReplayWhile(s, p.step)
	}
	return p.replayLong(s)
}

// step is called while the part is read.
func (p *Part) step(events uint64) error {
	if p.ctx != nil {
		if err := p.ctx.Err(); err != nil {
			return err
		}
	}
	if p.progress != nil {
		p.progress(events)
	}
	return nil
}

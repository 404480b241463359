package distribution

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"tracer/internal/analyze/query"
	"tracer/internal/wire"
	"tracer/trace"
)

// Explain fills in what the time of calls went to: up to most lines, by their self time in
// the call, in whatever function; and up to most callees, by what they took, of those that
// the call itself made. The query is the one that the calls were found by. It decodes the time of the
// calls, several at a time.
func Explain(ctx context.Context, q *query.Query, calls []*Call, most int, progress func(done, all uint64)) error {
	var done atomic.Uint64
	all := uint64(0)
	for _, c := range calls {
		if part := c.thread.Part(c.window()); part != nil {
			all += part.Events()
		}
	}
	step := func(events uint64) {
		if n := done.Add(events); progress != nil {
			progress(min(n, all), all)
		}
	}
	var next atomic.Int64
	var wait sync.WaitGroup
	errs := make([]error, len(calls))
	for range min(runtime.GOMAXPROCS(0), len(calls)) {
		wait.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(calls) && ctx.Err() == nil; i = next.Add(1) - 1 {
				errs[i] = calls[i].explain(ctx, q, most, step)
			}
		})
	}
	wait.Wait()
	return cmp.Or(ctx.Err(), errors.Join(errs...))
}

// window is the time of the call. An event at its end is in it.
func (c *Call) window() trace.Window {
	p := c.thread.Process
	return trace.Window{From: p.NS(c.begun), To: p.NS(c.ended) + 1}
}

func (c *Call) explain(ctx context.Context, q *query.Query, most int, step func(uint64)) error {
	within := *q
	within.Window = c.window()
	e := &explainer{call: c, lines: map[key]*tally{}, callees: map[key]*tally{}}
	err := within.ReplayContext(ctx, c.thread, e, step)
	c.Lines, c.Callees = e.largest(e.lines, most), e.largest(e.callees, most)
	return err
}

// explainer is a trace.PartVisitor that adds up what happens in one call.
type explainer struct {
	call           *Call
	last           trace.Moment
	frames         []spot
	depth          int  // of the call: frames around it that are known
	inside         bool // the call is open
	over           bool
	callee         *tally // that the call is in
	lines, callees map[key]*tally
}

// spot is a frame's code and line.
type spot struct {
	code *trace.Code
	line int
}

type tally struct {
	lapse
	count uint64
}

func at(rows map[key]*tally, c *trace.Code, line int) *tally {
	k := keyOf(c, line)
	if rows[k] == nil {
		rows[k] = &tally{}
	}
	return rows[k]
}

// pass charges the time since the last event.
func (e *explainer) pass(m trace.Moment) {
	ticks, cost := m.At-e.last.At, m.Cost-e.last.Cost
	e.last = m
	if !e.inside || ticks == 0 && cost == 0 {
		return
	}
	top := &e.frames[len(e.frames)-1]
	at(e.lines, top.code, top.line).add(ticks, cost)
	if e.callee != nil {
		e.callee.add(ticks, cost)
	}
}

func (e *explainer) push(c *trace.Code, loc wire.Location) {
	e.frames = append(e.frames, spot{c, c.Line(loc)})
	if e.inside && len(e.frames) == e.depth+2 {
		e.callee = at(e.callees, c, c.FirstLine)
	}
}

// enter makes the innermost frame the call, if it can be it. How deep it lay in the whole trace may
// not be known here: very deep stacks are not told in full where a window begins.
func (e *explainer) enter(m trace.Moment) {
	if c := e.frames[len(e.frames)-1].code; !e.inside && !e.over && m.At == e.call.begun && c.Qualname == e.call.Function && c.Module == e.call.Module {
		e.inside, e.depth = true, len(e.frames)-1
	}
}

// Begin implements trace.PartVisitor.
func (e *explainer) Begin(m trace.Moment, open []trace.OpenFrame) {
	e.last = m
	for i, f := range open {
		if e.push(f.Code, f.Loc); e.call.Cut && i == e.call.depth {
			e.enter(m)
		}
	}
}

// Open implements trace.PartVisitor.
func (e *explainer) Open(m trace.Moment, c *trace.Code, loc wire.Location, k wire.Kind) {
	e.pass(m)
	e.push(c, loc)
	if e.inside && len(e.frames) == e.depth+2 && k == wire.Call {
		e.callee.count++
	}
	e.enter(m)
}

// Line implements trace.PartVisitor.
func (e *explainer) Line(m trace.Moment, loc wire.Location) {
	e.pass(m)
	top := &e.frames[len(e.frames)-1]
	top.line = top.code.Line(loc)
	if e.inside {
		at(e.lines, top.code, top.line).count++
	}
}

// Close implements trace.PartVisitor.
func (e *explainer) Close(m trace.Moment, _ wire.Kind) {
	e.pass(m)
	e.frames = e.frames[:len(e.frames)-1]
	switch len(e.frames) {
	case e.depth + 1:
		e.callee = nil
	case e.depth:
		if e.inside && m.At < e.call.ended {
			// It was another, which began at the same time.
			clear(e.lines)
			clear(e.callees)
		} else if e.inside {
			e.over = true
		}
		e.inside = false
	}
}

// Gap implements trace.PartVisitor.
func (e *explainer) Gap(trace.Moment, uint64) {}

// End implements trace.PartVisitor.
func (e *explainer) End(m trace.Moment) { e.pass(m) }

// largest returns the rows with the largest times.
func (e *explainer) largest(rows map[key]*tally, most int) []Spent {
	p := e.call.thread.Process
	list := make([]Spent, 0, len(rows))
	for _, k := range slices.SortedFunc(maps.Keys(rows), key.compare) {
		x := rows[k]
		list = append(list, Spent{
			Module: k.module, Function: k.name, File: k.file, Line: k.at, Count: x.count,
			TimeNS: p.Corrected(uint64(x.ticks), x.cost), RawNS: p.Span(uint64(x.ticks)),
		})
	}
	slices.SortStableFunc(list, func(a, b Spent) int { return cmp.Compare(b.TimeNS, a.TimeNS) })
	return list[:min(len(list), most)]
}

package events

import (
	"tracer/internal/export/timeline"
	"tracer/internal/wire"
	"tracer/trace"
)

// encoder writes a part of a thread. It is a trace.PartVisitor.
type encoder struct {
	thread *trace.Thread
	out    *timeline.Output
	writer writer
	frames []frame
	task   uint32
	event  trace.ThreadEvent
}

// frame is an open frame: its code and current line.
type frame struct {
	code *trace.Code
	loc  wire.Location
}

func (e *encoder) Begin(_ trace.Moment, open []trace.OpenFrame) {
	e.event.Thread = e.thread
	for _, f := range open {
		e.frames = append(e.frames, frame{f.Code, f.Loc})
		e.task = f.Task
	}
}

func (e *encoder) Open(m trace.Moment, c *trace.Code, loc wire.Location, k wire.Kind) {
	e.frames = append(e.frames, frame{c, loc})
	if k != trace.Adopted {
		e.write(m, k)
	}
}

func (e *encoder) Line(m trace.Moment, loc wire.Location) {
	e.frames[len(e.frames)-1].loc = loc
	e.write(m, wire.Line)
}

func (e *encoder) Close(m trace.Moment, k wire.Kind) {
	if k != trace.Implied {
		e.write(m, k)
	}
	e.frames = e.frames[:len(e.frames)-1]
}

func (e *encoder) Gap(m trace.Moment, lost uint64) {
	e.task = 0
	e.event.Event = trace.Event{At: e.at(m), Kind: wire.Mark, Depth: len(e.frames), Lost: lost}
	e.append()
}

// Task implements trace.TaskVisitor.
func (e *encoder) Task(_ trace.Moment, task uint32) { e.task = task }

func (e *encoder) End(trace.Moment) {}

// write writes an event of the innermost frame.
func (e *encoder) write(m trace.Moment, k wire.Kind) {
	f := e.frames[len(e.frames)-1]
	e.event.Event = trace.Event{At: e.at(m), Kind: k, Code: f.code, Line: f.code.Line(f.loc), Depth: len(e.frames), Task: e.task}
	e.append()
}

func (e *encoder) at(m trace.Moment) int64 { return e.thread.Process.NS(m.At) }

func (e *encoder) append() {
	e.out.B = e.writer.Append(e.out.B, &e.event)
	e.out.Spill()
}

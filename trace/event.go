package trace

import (
	"iter"

	"tracer/internal/wire"
)

// Event is a recorded event.
type Event struct {
	At   int64     // ns since the trace began
	Kind wire.Kind // wire.Mark is a gap
	// Code is nil where the location is unknown, and for a gap.
	Code *Code
	// Line is the source line: of a line event; where a resumed frame was
	// suspended; the frame's last line for what closes it; the first line for a call.
	Line int
	// Depth counts the open frames, the event's own included.
	Depth int
	// Task is the task that the thread runs, 0 for none: a coroutine that no recorded one
	// has called or resumed. No two of a process have the same number.
	Task uint32
	// Lost is how many events a gap stands for, 0 if that is not known.
	Lost uint64
}

// All returns the thread's recorded events in order, with those that Replay
// passes over: of unknown locations, and closing what is not open. An error is
// the last pair, if there is one.
func (th *Thread) All() iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		c := newCursor(th)
		for {
			e, ok := c.next()
			if !ok {
				break
			}
			if !yield(e, nil) {
				return
			}
		}
		if err := c.w.err(); err != nil {
			yield(Event{}, err)
		}
	}
}

// cursorWindow is how many bytes of a thread a cursor decodes at a time: little, as
// Merged has a cursor for every thread.
const cursorWindow = 2 << 10

// cursor pulls a thread's events: a visitor that keeps what one step of a replay brings.
type cursor struct {
	w      *walk
	batch  []Event
	i      int
	frames []place
	task   uint32
}

// place is a frame's code and current line.
type place struct {
	code *Code
	loc  wire.Location
}

func newCursor(th *Thread) *cursor {
	c := &cursor{}
	c.w = newWalk(th, c, cursorWindow)
	c.w.Stray = c.stray
	return c
}

func (c *cursor) next() (Event, bool) {
	for c.i == len(c.batch) {
		c.i, c.batch = 0, c.batch[:0]
		if !c.w.step() {
			if !c.w.Begun() {
				return Event{}, false
			}
			c.w.Finish() // what this closes are no events
		}
	}
	c.i++
	return c.batch[c.i-1], true
}

// emit adds an event of the innermost frame.
func (c *cursor) emit(at int64, k wire.Kind) {
	f := c.frames[len(c.frames)-1]
	c.batch = append(c.batch, Event{At: at, Kind: k, Code: f.code, Line: f.code.Line(f.loc), Depth: c.depth(), Task: c.task})
}

func (c *cursor) depth() int { return c.w.Elided() + len(c.frames) }

// Begin, Open, Line, Close, Gap and End make a cursor a Visitor.
func (c *cursor) Begin(int64) {}

func (c *cursor) Open(at int64, code *Code, loc wire.Location, k wire.Kind) {
	c.frames = append(c.frames, place{code, loc})
	if k != Adopted {
		c.emit(at, k)
	}
}

func (c *cursor) Line(at int64, loc wire.Location) {
	c.frames[len(c.frames)-1].loc = loc
	c.emit(at, wire.Line)
}

func (c *cursor) Close(at int64, k wire.Kind) {
	if k != Implied {
		c.emit(at, k)
	}
	c.frames = c.frames[:len(c.frames)-1]
}

func (c *cursor) Gap(at int64, lost uint64) {
	c.task = 0
	c.batch = append(c.batch, Event{At: at, Kind: wire.Mark, Depth: c.depth(), Lost: lost})
}

// Task implements replay.TaskVisitor.
func (c *cursor) Task(_ int64, task uint32) { c.task = task }

func (c *cursor) End(int64) {}

// stray is an event that has no frame.
func (c *cursor) stray(at int64, k wire.Kind, loc wire.Location) {
	e := Event{At: at, Kind: k, Depth: c.depth(), Task: c.task}
	if e.Code = c.w.th.Process.Code(loc); e.Code != nil {
		e.Line = e.Code.Line(loc)
	}
	c.batch = append(c.batch, e)
}

package replay

import (
	"tracer/internal/names"
	"tracer/internal/wire"
)

// The kinds of a frame's begin and end that no event stands for.
const (
	// Adopted is the kind of Open for a frame that was entered before
	// recording began, or while events were lost. It is not a call.
	Adopted wire.Kind = 8
	// Implied is the kind of Close for a frame whose exit was not seen.
	Implied wire.Kind = 9
)

// Visitor is told a thread's events in their order. Times never fall. Every Open
// has its Close.
type Visitor interface {
	// Begin comes before the first event, at the time the thread's record begins.
	Begin(at int64)
	// Open pushes a frame. loc is c.Base for wire.Call; for wire.Resume and
	// wire.Throw it is the line where the frame was suspended, and for Adopted
	// the current line if it is known, else c.Base.
	Open(at int64, c *names.Code, loc wire.Location, k wire.Kind)
	// Line is a line event of the innermost frame.
	Line(at int64, loc wire.Location)
	// Close pops the innermost frame: wire.Return, wire.Yield, wire.Unwind or Implied.
	Close(at int64, k wire.Kind)
	// Gap says that events were lost here: how many, 0 if that is not known.
	Gap(at int64, lost uint64)
	// End comes after the last event, when all frames are closed.
	End(at int64)
}

// OwnVisitor is a Visitor that wants to know of the tracer's own time.
type OwnVisitor interface {
	// Own says that so many of the ticks before the next event were the tracer's
	// own, for what is rare.
	Own(at int64, ticks uint64)
}

// PaceVisitor is a Visitor that wants to know how fast the CPU was.
type PaceVisitor interface {
	// Pace says that a fixed piece of work takes so many ticks from here on. What events
	// cost is known for names.Costs.Pace of them.
	Pace(at int64, ticks uint64)
}

// CollectionVisitor is a Visitor that wants to know of collections of garbage.
type CollectionVisitor interface {
	// Collection says that one of a generation has taken so many ticks of the time up to
	// the next event; those of finalizers that it ran are before that.
	Collection(at int64, ticks uint64, generation int)
}

// TaskVisitor is a Visitor that wants to know which task the thread runs.
type TaskVisitor interface {
	// Task says that from here on it is this one of the process, 0: none. The frame that
	// is opened next is the task's outermost that is recorded. After a gap there is none.
	Task(at int64, task uint32)
}

package timeline

import (
	"context"
	"runtime"
)

// Output takes what a job writes.
type Output struct {
	// B is appended to. After a record or a few, Spill is to be called.
	B []byte

	run    *run
	chunks chan []byte
}

// Context is done when nobody wants the rest.
func (o *Output) Context() context.Context { return o.run.ctx }

// Read says that so many events more were read.
func (o *Output) Read(events uint64) { o.run.done.Add(events) }

// Spill hands over what was appended if that is much. It does not return if nobody
// wants any more.
func (o *Output) Spill() {
	if len(o.B) >= chunkSize {
		o.flush()
	}
}

func (o *Output) flush() {
	if len(o.B) == 0 {
		return
	}
	select {
	case o.chunks <- o.B:
	case <-o.run.ctx.Done():
		// The calls in between are those of a replay, which no visitor can end.
		runtime.Goexit()
	}
	select {
	case o.B = <-o.run.free:
	default:
		o.B = make([]byte, 0, chunkSize+chunkSize/8)
	}
}

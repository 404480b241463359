// Package trace reads traces: what every report, page and export stands on.
//
//	t, err := trace.Open(dir)
//	defer t.Close()
//	for _, p := range t.Processes() {
//		for _, th := range p.Threads {
//			err := th.Replay(visitor)
//		}
//	}
//
// A trace can be read in every state: while it is being written, left by a
// killed program, finished.
//
// # Traces that are being written
//
// Open takes one look at the files. Of each thread it sees the events up to one
// of them and all before it, in whatever moment the slots of raw were filled, moved into
// segments or used again. That can be replayed and added up later, too: what is
// not in raw any more is read from its segment. Only a flight recorder deletes
// segments: what it has deleted is a gap.
//
// Refresh takes another look, at the cost of what is new. Follow gives the events of
// all threads as they are recorded, in the order of time:
//
//	for batch, err := range t.Follow(ctx, 0) {
//		for _, e := range batch {
//			fmt.Println(e.Thread.TID, e.At, e.Kind, e.Line)
//		}
//	}
//
// # Time
//
// Times are nanoseconds since the program was started, as int64. The clock's
// ticks are turned into them by one linear map per process, fixed when the trace
// is opened and never falling, so differences of times add up exactly. (Refresh and
// Follow make it a better one as the clocks can be compared over a longer time.)
//
// # Parts
//
// A thread's events in a window can be read in parts, on several cores at a time. Their
// visitor is told times in ticks of the clock (see Process.NS), and what recording had cost
// up to each, so that what it adds up is corrected as Sum's sums are:
//
//	for _, part := range th.Parts(window) {
//		err := part.Replay(visitor)
//	}
//
// # Frames
//
// Replay keeps the stack of a thread's open frames. The agent keeps the same
// stack by the same rules:
//
//   - call, resume and throw push a frame of their code;
//   - return, yield and unwind pop the frame of their code if it is the innermost.
//     If it is open further out, the frames inside it are closed first, implied:
//     their exit was not seen. If it is not open at all, nothing happens;
//   - a line of the innermost frame's code is its new current line. If its code is
//     open further out, the frames inside are closed first, implied. If it is not
//     open, a frame is adopted: it was entered before recording began;
//   - after the last event all open frames are closed, implied.
//
// A slot carries the stack of the slot before it. Where that one is missing, or
// before a thread's first slot, the frames in the slot's header are the stack:
// those that were not open already are adopted. Frames that a header counts
// but does not hold are never matched.
//
// # Bad bytes
//
// What is not as the format demands is a *wire.CorruptError: as a line in
// Info.Problems where Open met it, or as Replay's error, after all that could be
// read was visited. It is never a panic, and no count or size in a file makes the
// reader allocate more than a small multiple of that file's size.
package trace

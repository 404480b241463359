// Package perfetto writes traces as protobuf messages of Perfetto (perfetto.proto.Trace), for its
// viewer and its trace processor.
//
//	process ─┬─ thread            a slice for each time that a frame was entered or resumed
//	         │    └─ lines        a slice for each line event, where lines are asked for
//	         ├─ tasks             a track for each, with a slice for each time that it runs
//	         └─ counters          memory, processor time, … as sampled
//
// A slice's category says how its frame was entered: call, resume (a generator goes on),
// throw, or "entered before" for one that was entered before recording began; the argument exit
// how it was left, if not by a return: yield, unwind, "exit not seen". Where events were lost
// there is an instant. A line's slice lasts until the frame's next line or its end, the calls that
// the line makes included; one of the category resume is the rest of a line that was suspended.
//
// Times are as they were recorded: what recording costs can be taken off sums, not
// off the times of single events, which have an order.
//
// A task, which is a coroutine that an event loop runs, has a slice on its own track for each time that
// it runs, and an arrow (a flow) leads from its frame's slice to that of the next time. Who has woken it a trace does not
// tell.
//
// # Size
//
// Each thread's slices are a sequence of packets with state: the track and the clock are its
// defaults, times are told as differences, names and places in the source as numbers that the
// sequence has given them. A call takes some 35 bytes, a line as much. The state begins
// anew with each part of a thread, so parts are encoded at the same time.
package perfetto

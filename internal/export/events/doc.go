// Package events writes the recorded events themselves, a row each, as CSV and as objects
// on lines (NDJSON): for databases, data frames and programs of one's own.
//
//	t_ns      ns since the trace began, as recorded
//	pid, tid  process and thread
//	kind      call, line, return, yield, unwind, resume, throw, gap
//	module, function, file
//	line      of a line event; where a resumed frame was suspended; the first line of a
//	          call; the last line of a frame that is left
//	depth     how many frames are open, the event's own included
//	interpreter  its number in the process; in NDJSON only if it is not 0, the main one
//	lost      of a gap: how many events were lost, 0 if that is not known
//
// Rows come thread by thread, in the order of time within each. Where frames are
// left out, so are their events, and depth counts those that are shown. What is no event is no row: a
// frame that was entered before recording began, an exit that was not seen.
package events

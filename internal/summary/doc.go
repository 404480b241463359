// Package summary adds up a run of a thread's events, so that readers need not
// decode them. The writing half makes a summary of every few hundred thousand
// events; the reading half adds the stored ones up and makes those at the ends of
// a window itself, with the same code.
//
// # What is counted
//
// All times are ticks of the process's clock. All sums are exact, and those of two
// runs that follow each other add up to the sums of both:
//
//   - Lines: hits are line events. Self is the time that is charged to a line: the
//     current line of the innermost open frame. Below is the time in which some frame
//     is at the line, but not the innermost one: self and below are the line's total,
//     and a tick counts once in it, however deep a recursion.
//   - Overlaps: several functions may share a line of a file, as a comprehension does
//     with the function around it. The total of the line of the file is that of
//     its rows without the overlap.
//   - Functions: calls are call events, total is the time in which at least one frame is
//     open. Min and max are over the activations that end in the run, wherever
//     they began: from the frame's opening to its closing. Min is over the whole
//     ones only, those whose begin and end were seen.
//   - Modules, files: the time in which at least one frame of them is open.
//   - Contexts: calls and self time by calling context, with recursion folded: a
//     frame whose code is open already has the context of the frame that is open.
//   - Outside is the time in no traced frame: it and the self times of all lines,
//     or of all contexts, are the time from Start to End.
//   - Detail is for drawing: what happened in up to 128 intervals of equal width.
//
// # Costs
//
// Recording slows the thread down. The record costs of the file names says what each kind
// of event costs before its time stamp and after it, in 1/256 ticks (names.CostUnit). All
// times have a second number beside them: what the events in them cost, in the same
// unit. The time less that is the corrected one. Costs are charged event by event, and
// so add up as times do, over windows too:
//
//   - A line costs its row After[Line]. The first line of a call has the call's time stamp,
//     for the clock is read once for both: it costs First, the call's part in it, and the
//     After[Call] that was charged to the row of the call is taken back. It is known by
//     following the call at once, at the same time; or, at the begin of a builder, by the
//     frame that a slot's head tells, which is at no line yet.
//   - What opens a frame costs the row that was current Before, and the new frame's row
//     After. What closes one costs its row Before, and the row that is current then After.
//     That may be outside.
//   - The mark own costs the current row so many ticks.
//   - Frames that no event opened or closed cost nothing.
//
// The cost of all of that up to some time is to the others what the time is: the cost of
// a total, or of a time below, is what was charged while its frames were open. A call
// opens them after its Before and before its After, and so does what closes them. Costs
// may be below 0, for of Before and After only sums are known. Where the record is
// missing, all are 0.
//
// Min and max come with the costs of their activations. Of several that took as long, it
// is the largest cost for min and the smallest for max: the same in any order.
//
// # Parts
//
// What is left of a thread when frames were left out has no summaries: a Part adds it up from
// a replay that tells costs beside times, and a Joint puts parts together that were added
// up at the same time.
//
// # Rows
//
// A row is named by location and line, and both halves name it alike, for they
// read the same names. Code objects with the same module, qualified name, file
// and first line are one function, and its name is the base of the first of them;
// a module's and a file's are the base of its first code object.
//
// # Tables
//
// A record is its head (struct summary), a byte that says how many zeros follow it,
// these, and the tables, compressed. A table is a tag, its bytes, how many rows, and
// its columns one after another, all as varints. Costs are the last columns of each,
// those of signed numbers as zigzag does it. Tags ascend. Tables of unknown tags and what
// follows the known columns are of a later writer and not looked at.
//
//	1 run        start, end - start, events, gaps, lost, outside; cost outside
//	2 lines      function, line, hits, self, below; cost of self, of below
//	3 overlaps   file, line, ticks; cost
//	4 functions  function, calls, total, min + 1, max; cost of total, of min, of max
//	5 modules    module, total; cost
//	6 files      file, total; cost
//	7 contexts   number, calls, self; cost of self
//	8 detail     see Detail
//
// What names a row is the difference from the row before.
package summary

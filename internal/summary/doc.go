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
// its columns one after another, all as varints. Tags ascend. Tables of unknown tags
// and what follows the known columns are of a later writer and not looked at.
package summary

// Package distribution tells how times are distributed: for each function and each line not
// only what all its calls or hits took together, but what one takes, how much that
// varies, which ones were the worst, and how it moves over the run.
//
// # Samples
//
// A function's sample is an activation: from a call or resume to the return, yield or
// unwind, what it called included. A generator has one for each time it went on.
//
// A line's sample is a hit: the time from its line event to the next event that leaves
// the line, which is the next line event of the same frame (also of the same line) or
// the frame's end. The time in traced calls in between is not in it: that is theirs. So
// a frame has no samples before its first line event, and none after it went on in the
// middle of a line, until the next line event: that time is in the row's self time only.
//
// A frame that was entered before the window began, or is open at its end, has a sample of
// what was seen of it; so has a line that it was at. These samples count as the others do,
// but for a function's minimum only where there is no whole one.
//
// # Sums
//
// Count, self and total are as in package profile: calls or hits; the time in which
// the row is the current line, or is of the innermost frame; and the time in which some frame
// is at the line or is of the function, once however deep a recursion. With a query that
// leaves frames out, their time belongs to the line of the innermost frame that is shown.
//
// # Precision
//
// Count, samples, sums, minimum, maximum, mean and standard deviation are exact: they are
// made of whole numbers of ticks, in 128 bits where squares are added up, so they are the
// same however the trace is cut into parts and in whatever order these are added. Minimum
// and maximum of the corrected times are those of the corrected samples, and of the raw ones
// those of the raw samples; they may be different samples.
//
// A percentile is the shortest sample that so many of all do not exceed. It is known to
// Accuracy, give or take a nanosecond.
//
// # How
//
// The events are decoded in parts, on all cores, and each core adds its parts up in an
// accumulator of its own: whatever is in a part is done there. What crosses the ends of
// parts (frames that are open there, and the hits that they are at) is told to the merge, which
// sees the parts of a thread in order and puts such samples together.
//
// Nearly all samples cost a few additions in three cache lines: that of the row, that of the
// class of samples that events cost as much, and a counter for each time that such samples
// took. That is exact, so that squares, extremes and percentiles are made of it when all is
// decoded: see class. What has no counter there is added to all of them at once, and to small
// tables in ns, see counters. In the end all of it is poured into a histogram of a library: see
// Histogram.
package distribution

// Package firefox writes traces as processed profiles of the Firefox Profiler, version 55 of that
// format, in JSON.
//
// A thread has a sample wherever its stack changes: the stack, when it began and, as the
// weight, how long it lasted in ms. So the profiler's sums of weights are times as they were recorded,
// and its timeline is exact. Stretches outside of all frames are samples without a
// stack. With lines, frames that are at another line are others; without, a stack is one of functions.
//
// Counters are memory, processor time, and bytes read and written. Where events were lost there is a
// marker.
//
// # Memory
//
// A column of the samples is an array of its own, so a thread is read three times at the same
// time, once for each. The tables of frames and functions are kept: they grow with the code
// that ran; and a list of the gaps. Of different stacks a million are known: where there are more, one that
// comes again may be in the table of stacks again, which is written by reading the thread twice more.
package firefox

// Package timeline is what the exports of what happened when share: jobs that write at
// the same time and are read in order, the parts of a trace as such jobs, counters,
// names.
//
//	job (a part of a thread) ─ chunks ─┐
//	job                      ─ chunks ─┼─ in order ─▶ io.Writer
//	job                      ─ chunks ─┘
//
// Memory is bounded by the jobs that run and the chunks that each may be ahead, whatever
// the trace.
package timeline

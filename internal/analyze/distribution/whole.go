package distribution

import (
	"tracer/internal/analyze/rounding"
	"tracer/trace"
)

// whole is the time of a process's threads in traced code, as package profile has it: what the self
// times of its rows add up to.
type whole struct {
	process *trace.Process
	self    rounding.Time

	// Of the thread at hand.
	begun      bool
	start, end int64
	idle       lapse
	cost       int64 // of all
}

// thread begins a thread.
func (w *whole) thread(first *seam) {
	w.finish()
	w.begun, w.start, w.idle, w.cost = true, first.begin.At, lapse{}, 0
}

// add adds a part.
func (w *whole) add(s *seam) {
	w.end = s.end.At
	w.idle.add(s.idle.ticks, s.idle.cost)
	w.cost += s.end.Cost
}

// finish ends a thread.
func (w *whole) finish() {
	if !w.begun {
		return
	}
	w.begun = false
	duration := w.process.Span(uint64(w.end - w.start))
	raw := duration - min(w.process.Span(uint64(w.idle.ticks)), duration)
	w.self.Add(rounding.Time{NS: raw - w.process.CostNS(w.cost-w.idle.cost), RawNS: raw})
}

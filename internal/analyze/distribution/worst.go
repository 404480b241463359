package distribution

import (
	"cmp"
	"slices"

	"tracer/trace"
)

// worst is one of a function's longest samples.
type worst struct {
	units, ticks int64
	begun        int64
	thread       *trace.Thread
	caller       uint32 // line; 0: not known
	depth        int    // frames around it
	cut          bool
}

// compare puts the longest first; no two are equal but those of a thread that began at once.
func (w *worst) compare(o *worst) int {
	return cmp.Or(cmp.Compare(o.units, w.units), cmp.Compare(o.ticks, w.ticks), cmp.Compare(w.thread.Number, o.thread.Number), cmp.Compare(w.begun, o.begun))
}

// above is a sample that is as long as the least of the longest that are kept.
func (a *accumulator) above(row uint32, begun, ticks, units int64) {
	s, r := &a.stats[row], &a.rare[row]
	if a.of[row].function != 0 || a.most == 0 {
		s.high = always
		return
	}
	w := worst{units: units, ticks: ticks, begun: begun, thread: a.thread, depth: len(a.frames) - 1, cut: a.cutting}
	if n := len(a.frames); n > 1 {
		w.caller = a.frames[n-2].row
	}
	i, _ := slices.BinarySearchFunc(r.worst, &w, func(x worst, w *worst) int { return x.compare(w) })
	if i == a.most {
		return
	}
	r.worst = slices.Insert(r.worst, i, w)
	if len(r.worst) > a.most {
		r.worst = r.worst[:a.most]
	}
	if len(r.worst) == a.most {
		s.high = r.worst[a.most-1].units
	}
}

package trace

import (
	"math"
	"slices"

	"tracer/internal/replay"
	"tracer/internal/summary"
	"tracer/internal/wire"
)

// Detail is what to draw of a thread in a window: the time in intervals of equal
// width, those in which something happened. Between two of them nothing did: the
// stack of the first goes on.
type Detail struct {
	From, Width int64 // ns: the first interval's begin, and all intervals' width
	Buckets     []Bucket
}

// Bucket is an interval.
type Bucket struct {
	At     int64  // its begin, ns since the trace began
	Events uint64 // in it
	Depth  int    // the most frames that were open in it

	// The longest time in it without an event: what one sees of it.
	Longest int64 // ns
	Open    int   // frames that were open then
	// Stack has their current lines, the outermost first: up to
	// summary.MaxStack of the outermost, and the innermost.
	Stack []wire.Location
}

// Detail returns about n intervals of the window: between half and all of them, or
// fewer where there are no more to be told. Summaries tell it, and a decode of single
// segments only where n intervals are finer than these: for a window of few events
// the events themselves are the better answer.
func (th *Thread) Detail(w Window, n int) (*Detail, error) {
	if len(th.pieces) == 0 || n < 1 {
		return &Detail{}, nil
	}
	from, to := w.ticks(th.Process)
	from = max(from, th.pieces[0].ticks)
	to = min(to, th.pieces[len(th.pieces)-1].end+1)
	if from >= to {
		return &Detail{}, nil
	}
	s := &summer{th: th, from: 0, to: math.MaxUint64}
	shift := uint(0)
	for (to-from)>>(shift+1) >= uint64(n) {
		shift++
	}
	var all summary.Detail
	i := slices.IndexFunc(th.pieces, func(pc piece) bool { return pc.end >= from })
	for i < len(th.pieces) && th.pieces[i].ticks < to {
		next, d := s.detail(i, shift)
		all.Join(d, shift)
		i = next
	}
	return th.Process.detail(&all, int64(from), int64(to)), s.err
}

// detail returns the detail from piece i on, of the largest summary that is fine
// enough, and the piece behind it.
func (s *summer) detail(i int, shift uint) (int, *summary.Detail) {
	for _, next := range s.candidates(i) {
		n := next.node
		if n.EndTicks-n.Ticks > summary.MaxBuckets/2<<shift && n.Level > 1 {
			continue
		}
		if sum, err := s.load(n); err == nil {
			if sum.Detail.Shift <= shift || next.end == i+1 {
				return next.end, &sum.Detail
			}
		} else {
			s.fail(err)
		}
	}
	builder := s.builder()
	walk := newWalkOf(s.th, i, i+1, builder, replay.Uncalibrated, window)
	for walk.step() {
	}
	s.failWalk(walk)
	return i + 1, &builder.Cut(int64(s.th.pieces[i].end)).Detail
}

// candidate is a summary that begins with a piece, and the piece behind it.
type candidate struct {
	node *nodeRef
	end  int
}

// detail turns ticks into times.
func (p *Process) detail(d *summary.Detail, from, to int64) *Detail {
	width := int64(1) << d.Shift
	out := &Detail{Width: p.clock.Span(uint64(width))}
	for _, b := range d.Buckets {
		at := b.Number << d.Shift
		if at+width <= from || at >= to {
			continue
		}
		out.Buckets = append(out.Buckets, Bucket{
			At: p.clock.NS(uint64(max(at, from))), Events: b.Events, Depth: int(b.Depth),
			Longest: p.clock.Span(b.Ticks), Open: int(b.Open), Stack: b.Stack,
		})
	}
	if len(out.Buckets) > 0 {
		out.From = out.Buckets[0].At
	}
	return out
}

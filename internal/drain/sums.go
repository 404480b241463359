package drain

import (
	"tracer/internal/summary"
	"tracer/internal/wire"
)

const (
	summarised = 256 << 10 // events after which a thread's segments are summed up
	fanOut     = 16        // summaries of one level that make one of the next
	maxLevel   = 16        // more than 2^64 events have
)

// tally is what some entries of the index cover together.
type tally struct {
	children, sequence, slots, flags uint32
	ticks, end, events, lost         uint64
}

func (t *tally) add(n *wire.Node) {
	if t.children == 0 {
		t.sequence, t.ticks = n.Sequence, n.Ticks
	}
	t.children++
	t.slots = n.Sequence + n.Slots - t.sequence
	t.end = n.EndTicks
	t.events += n.Events
	t.lost += n.Lost
	t.flags |= n.Flags
}

// level is a summary that takes in those of the level below.
type level struct {
	tally
	sum *summary.Summary
}

// sumIfDue ends a summary that is large enough before the next segment: not earlier,
// for at the end of a thread the ends of its frames belong to the last one.
func (p *Process) sumIfDue(w *Worker, t *thread) {
	if t.open.events >= p.options.summarised {
		p.sum(w, t)
	}
}

// sum ends a summary of a thread's latest segments.
func (p *Process) sum(w *Worker, t *thread) {
	s := t.builder.Cut(int64(t.open.end))
	s.Events, s.Lost = t.open.events, t.open.lost
	covers := t.open
	t.open = tally{}
	p.record(w, t, 1, &covers, s)
}

// record adds a summary and its entry to the part, and takes it in in the one above. One
// that is too large is left out: those of the level below tell the same.
func (p *Process) record(w *Worker, t *thread, level uint32, covers *tally, s *summary.Summary) {
	out := &p.out.summaries
	at := len(out.buf)
	head := wire.Summary{Level: level, Thread: t.number, Sequence: covers.sequence, Slots: covers.slots}
	var fits bool
	if out.buf, fits = s.Append(out.buf, head, w.zstd, p.options.maxTables(level, covers.sequence)); !fits {
		p.breakOff(w, t, level)
		return
	}
	n := wire.Node{
		Level: level, Thread: t.number, TID: t.tid, Sequence: covers.sequence, Slots: covers.slots,
		Offset: uint64(out.size) + uint64(at), Size: uint32(len(out.buf) - at), Children: covers.children,
		Ticks: covers.ticks, EndTicks: covers.end, Events: covers.events, Lost: covers.lost, Flags: covers.flags,
	}
	p.out.node(&n, 0)
	p.raise(w, t, &n, s)
}

// breakOff ends what is open from a level on: what a summary above covers has no gap, and
// there is one now.
func (p *Process) breakOff(w *Worker, t *thread, from uint32) {
	for n := from; int(n) <= len(t.levels); n++ {
		if t.levels[n-1].children > 1 {
			p.lift(w, t, n)
		}
		t.levels[n-1] = level{}
	}
}

// raise adds a summary, whose entry is n, to the one above it, which is recorded
// when it is full.
func (p *Process) raise(w *Worker, t *thread, n *wire.Node, s *summary.Summary) {
	for len(t.levels) < int(n.Level) {
		t.levels = append(t.levels, level{})
	}
	up := &t.levels[n.Level-1]
	up.add(n)
	if up.sum == nil {
		up.sum = s
	} else {
		up.sum.Extend(s)
	}
	if up.children == fanOut {
		p.lift(w, t, n.Level)
	}
}

// lift records the summary above a level and begins another.
func (p *Process) lift(w *Worker, t *thread, below uint32) {
	up := t.levels[below-1]
	t.levels[below-1] = level{}
	p.record(w, t, below+1, &up.tally, up.sum)
}

// conclude sums up all that is open of a thread, up to one summary of it all in this
// part. With end the thread has ended, and so have its frames.
func (p *Process) conclude(w *Worker, t *thread, end bool) {
	if end && t.player != nil {
		t.player.Finish()
	}
	if t.open.children > 0 {
		p.sum(w, t)
	}
	for n := uint32(1); int(n) <= len(t.levels); n++ {
		if t.levels[n-1].children > 1 || int(n) < len(t.levels) && t.levels[n-1].children > 0 {
			p.lift(w, t, n)
		}
	}
}

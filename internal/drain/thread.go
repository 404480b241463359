package drain

import (
	"time"

	"tracer/internal/replay"
	"tracer/internal/segment"
	"tracer/internal/summary"
	"tracer/internal/wire"
)

const (
	groupSlots = 4         // slots of a segment, if they are there
	batch      = 8         // segments that are written at a time
	summarised = 256 << 10 // words after which a thread's segments are summed up
	fanOut     = 16        // summaries of one level that make one of the next
)

// Worker has what draining needs only while it is done: one for each goroutine.
type Worker struct {
	encode  *segment.Encoder
	decode  *segment.Decoder
	encoder *summary.Encoder
	slots   [groupSlots][]byte
	zeros   []byte
	numbers []uint32
}

// NewWorker returns a worker.
func NewWorker() *Worker {
	return &Worker{encode: segment.NewEncoder(), decode: segment.NewDecoder(), encoder: summary.NewEncoder(), zeros: make([]byte, 256<<10)}
}

// thread is a thread that is being drained.
type thread struct {
	number, tid uint32
	next        uint32 // the sequence of the slot that comes next
	waiting     []slot // by sequence
	since       time.Time
	player      *replay.Player
	builder     *summary.Builder
	open        tally // segments that no summary covers yet
	levels      []level
	ended       bool // its last slot is drained
}

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

func (p *Process) thread(number, tid uint32) *thread {
	t := p.threads[number]
	if t == nil {
		t = &thread{number: number, tid: tid}
		t.builder = summary.NewBuilder(p.rows, p.contexts)
		t.player = replay.NewPlayer(p.names.Set, replay.Uncalibrated, t.builder)
		p.threads[number] = t
	}
	return t
}

// wait puts a slot in its place.
func (t *thread) wait(s slot, now time.Time) {
	if len(t.waiting) == 0 {
		t.since = now
	}
	at := len(t.waiting)
	for at > 0 && t.waiting[at-1].Sequence > s.Sequence {
		at--
	}
	if at > 0 && t.waiting[at-1].Sequence == s.Sequence {
		return // found twice
	}
	t.waiting = append(t.waiting, slot{})
	copy(t.waiting[at+1:], t.waiting[at:])
	t.waiting[at] = s
}

// segment drains the first of the thread's waiting slots: as many as make a
// segment. They are in p.drained then, and the segment is still to be flushed.
func (p *Process) segment(w *Worker, t *thread) error {
	first := t.waiting[0]
	head := wire.Segment{Thread: t.number, TID: first.TID, Sequence: first.Sequence, Ticks: first.Ticks, Depth: first.Depth}
	var frames []byte
	var words [groupSlots][]byte
	taken := 0
	for taken < min(groupSlots, len(t.waiting)) {
		s := &t.waiting[taken]
		if taken > 0 && !p.joins(t, &t.waiting[taken-1], s) {
			break
		}
		f, b, err := p.load(w, taken, s)
		if err != nil && taken == 0 {
			return err
		} else if err != nil {
			break
		}
		if taken == 0 {
			frames = f
		}
		t.player.Offset(s.offset + int64(s.HeaderSize))
		t.player.Enter(&replay.Head{Sequence: s.Sequence, Slots: 1, Ticks: s.Ticks, Depth: s.Depth, Frames: f})
		words[taken] = b[:t.player.Words(b)]
		t.player.Lost(uint64(s.Lost))
		head.PairTicks, head.PairMonoNs = s.PairTicks, s.PairMonoNs
		head.Lost, head.Flags = s.Lost, head.Flags|s.Last*wire.SegmentLast
		taken++
		t.next, t.ended = s.Sequence+1, s.Last != 0
	}
	head.Slots = uint32(taken)
	p.append(w, t, head, frames, words[:taken])
	p.drained = append(p.drained, t.waiting[:taken]...)
	t.waiting = t.waiting[:copy(t.waiting, t.waiting[taken:])]
	return nil
}

// joins reports whether slot b goes on where a ended, so that both can be in one
// segment.
func (p *Process) joins(t *thread, a, b *slot) bool {
	return b.Sequence == a.Sequence+1 && a.Lost == 0 && b.Ticks == t.player.Ticks() && p.slotSize*groupSlots/8 <= segment.MaxWords
}

func (p *Process) load(w *Worker, i int, s *slot) (frames, words []byte, err error) {
	if len(w.slots[i]) < int(p.slotSize) {
		w.slots[i] = make([]byte, p.slotSize)
	}
	return p.pool.load(s, w.slots[i][:p.slotSize])
}

// append adds a segment and its entry to the part.
func (p *Process) append(w *Worker, t *thread, head wire.Segment, frames []byte, words [][]byte) {
	out := &p.out.segments
	at := len(out.buf)
	out.buf = w.encode.Append(out.buf, head, frames, words...)
	head.Decode(out.buf[at:])
	n := wire.Node{
		Thread: t.number, TID: head.TID, Sequence: head.Sequence, Slots: head.Slots,
		Offset: uint64(out.size) + uint64(at), Size: uint32(len(out.buf) - at),
		Ticks: head.Ticks, EndTicks: head.EndTicks, Events: uint64(head.Events), Lost: uint64(head.Lost), Flags: head.Flags,
	}
	p.out.node(&n)
	p.stats.Events += n.Events
	p.stats.Slots += uint64(n.Slots)
	t.open.add(&n)
	if t.open.events >= summarised {
		p.sum(w, t)
	}
}

// sum ends a summary of a thread's latest segments.
func (p *Process) sum(w *Worker, t *thread) {
	s := t.builder.Cut(int64(t.open.end))
	s.Events = t.open.events
	s.Lost = t.open.lost
	p.record(w, t, 1, &t.open, s)
	p.raise(w, t, 1, &t.open, s)
	t.open = tally{}
}

// record adds a summary and its entry to the part.
func (p *Process) record(w *Worker, t *thread, n uint32, covers *tally, s *summary.Summary) {
	out := &p.out.summaries
	at := len(out.buf)
	head := wire.Summary{Level: n, Thread: t.number, Sequence: covers.sequence, Slots: covers.slots}
	out.buf = w.encoder.Append(out.buf, head, s)
	p.out.node(&wire.Node{
		Level: n, Thread: t.number, TID: t.tid, Sequence: covers.sequence, Slots: covers.slots,
		Offset: uint64(out.size) + uint64(at), Size: uint32(len(out.buf) - at), Children: covers.children,
		Ticks: covers.ticks, EndTicks: covers.end, Events: covers.events, Lost: covers.lost, Flags: covers.flags,
	})
}

// raise adds a summary of level n to the one above it, which is recorded when it
// is full.
func (p *Process) raise(w *Worker, t *thread, n uint32, covers *tally, s *summary.Summary) {
	if len(t.levels) < int(n) {
		t.levels = append(t.levels, level{})
	}
	up := &t.levels[n-1]
	up.add(&wire.Node{Sequence: covers.sequence, Slots: covers.slots, Ticks: covers.ticks, EndTicks: covers.end, Events: covers.events, Lost: covers.lost, Flags: covers.flags})
	if up.sum == nil {
		up.sum = s
	} else {
		up.sum.Append(s)
	}
	if up.children == fanOut {
		p.lift(w, t, n)
	}
}

// lift records the summary above level n and begins another.
func (p *Process) lift(w *Worker, t *thread, n uint32) {
	up := t.levels[n-1]
	t.levels[n-1] = level{}
	p.record(w, t, n+1, &up.tally, up.sum)
	p.raise(w, t, n+1, &up.tally, up.sum)
}

// conclude sums up all that is open of a thread, up to one summary of it all.
// With end the thread has ended, and so have its frames.
func (p *Process) conclude(w *Worker, t *thread, end bool) {
	if end {
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

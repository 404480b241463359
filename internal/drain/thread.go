package drain

import (
	"encoding/binary"
	"slices"
	"time"

	"tracer/internal/replay"
	"tracer/internal/segment"
	"tracer/internal/summary"
	"tracer/internal/wire"
	"tracer/internal/zstd"
)

const (
	groupSlots = 4 // slots of a segment, if they are there and not too large
	batch      = 8 // segments that are written at a time
)

// Worker has what draining needs only while it is done: one for each goroutine.
type Worker struct {
	encode  *segment.Encoder
	decode  *segment.Decoder
	zstd    *zstd.Encoder
	unzstd  *zstd.Decoder
	slots   [groupSlots][]byte
	zeros   []byte
	numbers []uint32
}

// NewWorker returns a worker.
func NewWorker() *Worker {
	return &Worker{encode: segment.NewEncoder(), decode: segment.NewDecoder(), zstd: zstd.NewEncoder(), unzstd: zstd.NewDecoder(), zeros: make([]byte, 256<<10)}
}

// thread is a thread that is being drained.
type thread struct {
	number, tid uint32
	next        uint64 // the sequence of the slot that comes next
	sought      bool   // raw was looked through for it
	covered     spans  // sequences of the slots that were drained
	waiting     []slot // by sequence
	since       time.Time
	ended       bool // its last slot is drained

	player  *replay.Player // nil until there is something to play
	builder *summary.Builder
	open    tally // segments that no summary covers yet
	levels  []level
	last    *stretch // while a drain is resumed: the latest that is summed up
}

// thread returns the thread of a slot.
func (p *Process) thread(s *slot) *thread { return p.threadOf(s.Thread, s.TID) }

func (p *Process) threadOf(number, tid uint32) *thread {
	t := p.threads[number]
	if t == nil {
		t = &thread{number: number, tid: tid}
		p.threads[number] = t
	}
	return t
}

// play sees to it that the thread has a player.
func (p *Process) play(t *thread) {
	if t.player != nil {
		return
	}
	t.builder = summary.NewBuilder(p.rows, p.contexts)
	var v replay.Visitor = t.builder
	if p.options.Watch != nil {
		v = newWatcher(p, t.number, t.builder)
	}
	t.player = replay.NewPlayer(p.names.Set, replay.Uncalibrated, v)
	t.player.From(uint32(t.next))
}

// wait puts a slot in its place; false if it is there.
func (t *thread) wait(s *slot, now time.Time) bool {
	if len(t.waiting) == 0 {
		t.since = now
	}
	at := len(t.waiting)
	if at > 0 && t.waiting[at-1].Sequence >= s.Sequence {
		found := false
		at, found = slices.BinarySearchFunc(t.waiting, s.Sequence, func(o slot, sequence uint32) int {
			return int(int64(o.Sequence) - int64(sequence))
		})
		if found {
			return false
		}
	}
	t.waiting = slices.Insert(t.waiting, at, *s)
	return true
}

// pass takes the first n slots that wait away.
func (t *thread) pass(n int) {
	t.next = uint64(t.waiting[n-1].Sequence) + 1
	t.waiting = t.waiting[n:] // not moved: there may be a hundred thousand
}

// segment drains the first of the thread's waiting slots: as many as make a
// segment. They are in p.drained then, and the segment is still to be flushed.
func (p *Process) segment(w *Worker, t *thread) error {
	p.play(t)
	p.sumIfDue(w, t)
	first := &t.waiting[0]
	head := wire.Segment{Thread: t.number, TID: first.TID, Sequence: first.Sequence, Ticks: first.Ticks, Depth: first.Depth}
	var frames []byte
	var words [groupSlots][]byte
	taken := 0
	for taken < min(p.group, len(t.waiting)) {
		s := &t.waiting[taken]
		if taken > 0 && !joins(t, &t.waiting[taken-1], s) {
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
		head.Lost, head.Flags = s.Lost, head.Flags|min(s.Last, 1)*wire.SegmentLast
		taken++
	}
	head.Slots = uint32(taken)
	p.append(w, t, head, frames, words[:taken])
	t.ended = t.ended || head.Flags&wire.SegmentLast != 0
	t.covered.add(uint64(head.Sequence), uint64(head.Sequence)+uint64(taken))
	p.drained = append(p.drained, t.waiting[:taken]...)
	t.pass(taken)
	return nil
}

// joins reports whether slot b goes on where a ended, so that both can be in one
// segment.
func joins(t *thread, a, b *slot) bool {
	return b.Sequence == a.Sequence+1 && a.Lost == 0 && b.Ticks == t.player.Ticks()
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
	n := nodeOf(&head, out.size+int64(at), words...)
	p.out.node(&n, int(n.Slots))
	p.count(&n)
	t.open.add(&n)
}

func (p *Process) count(n *wire.Node) {
	p.stats.Events += n.Events
	p.stats.Slots += uint64(n.Slots)
}

// nodeOf returns the entry of a segment with these words.
func nodeOf(h *wire.Segment, offset int64, words ...[]byte) wire.Node {
	n := wire.Node{
		Thread: h.Thread, TID: h.TID, Sequence: h.Sequence, Slots: h.Slots, Offset: uint64(offset), Size: h.Size,
		Ticks: h.Ticks, EndTicks: h.EndTicks, Events: uint64(h.Events), Lost: uint64(h.Lost), Flags: h.Flags,
	}
	if h.Words == h.Events {
		return n
	}
	for _, b := range words {
		for ; len(b) >= 8; b = b[8:] {
			if w := wire.Event(binary.LittleEndian.Uint64(b)); w.Kind() == wire.Mark && w.Location() == wire.MarkGap {
				n.Lost += uint64(w.Delta())
			}
		}
	}
	return n
}

package trace

import (
	"math"
	"slices"

	"tracer/internal/replay"
	"tracer/internal/wire"
)

// tail is a thread that is followed: a cursor that goes on where the thread was when
// it was looked at last. Its place is a slot and how many of its words were visited, which
// holds wherever the slot is by now.
type tail struct {
	*cursor
	f     *follower
	order int
	event Event // the next
	at    int64 // of the last

	sequence uint64    // the slot at hand
	done     int       // words of it that were visited
	entered  bool      // its head was
	before   []visited // slots that were visited in raw, and may be in one segment with that at hand
	missed   int       // how often the slot at hand was not where it should be
}

// visited is a slot that was visited whole.
type visited struct {
	sequence uint64
	words    int
}

// newTail returns a thread from the first piece on that may have events from the
// follower's begin on.
func newTail(f *follower, th *Thread, order int) *tail {
	c := &cursor{}
	// Its times are ticks: the clock may become a better one.
	c.w = newWalkOf(th, 0, 0, c, replay.Uncalibrated, cursorWindow)
	c.w.Stray = c.stray
	l := &tail{cursor: c, f: f, order: order, at: math.MinInt64}
	first := th.Process.clock.Ticks(f.from)
	for i := range th.pieces {
		pc := &th.pieces[i]
		if i+1 == len(th.pieces) || th.pieces[i+1].ticks >= first {
			l.sequence = uint64(pc.sequence)
			if i > 0 {
				c.w.From(pc.sequence)
			}
			break
		}
		if pc.part == nil {
			l.before = append(l.before, visited{uint64(pc.sequence), int(pc.words)})
		}
	}
	return l
}

// advance goes to the next event; false if there is none yet.
func (l *tail) advance() bool {
	for l.i == len(l.batch) {
		l.i, l.batch = 0, l.batch[:0]
		if !l.step() {
			return false
		}
	}
	l.take()
	return true
}

func (l *tail) take() {
	l.event = l.batch[l.i]
	l.i++
	l.event.At = max(l.w.th.Process.clock.NS(uint64(l.event.At)), l.at)
	l.at = l.event.At
}

// ended reports whether no more events will come.
func (l *tail) ended() bool {
	pieces := l.w.th.pieces
	n := len(pieces)
	return n > 0 && pieces[n-1].last && pieces[n-1].behind() <= l.sequence && l.i == len(l.batch) && len(l.w.words) == 0 && l.w.lost == 0
}

// end goes to what is to be told after the last event: that some were lost.
func (l *tail) end() bool {
	if pc := l.piece(); l.i == len(l.batch) && pc != nil && pc.part == nil {
		l.i, l.batch = 0, l.batch[:0]
		l.w.Lost(pc.lost)
		l.sequence++
	}
	if l.i == len(l.batch) {
		return false
	}
	l.take()
	return true
}

// piece returns the piece that has the slot at hand, or the one after it; nil if
// there is none yet.
func (l *tail) piece() *piece {
	pieces := l.w.th.pieces
	at, _ := slices.BinarySearchFunc(pieces, l.sequence, func(pc piece, sequence uint64) int {
		if pc.behind() <= sequence {
			return -1
		}
		return 1
	})
	if at == len(pieces) {
		return nil
	}
	return &pieces[at]
}

// step visits the next words; false says that there are no more yet.
func (l *tail) step() bool {
	w := l.w
	if len(w.words) > 0 {
		n := min(len(w.words), w.window)
		if w.Words(w.words[:n]) < n {
			n = len(w.words)
		}
		if w.words = w.words[n:]; len(w.words) == 0 {
			w.words = nil // it is of a size that idle threads should not keep
		}
		return true
	}
	w.Lost(w.lost)
	w.lost = 0
	pc := l.piece()
	if pc == nil || w.failed != nil {
		return len(l.batch) > 0
	}
	if uint64(pc.sequence) > l.sequence {
		if l.entered {
			w.From(math.MaxUint32) // the rest of the slot is missing
		}
		l.next(uint64(pc.sequence))
		l.before = nil
	}
	if pc.part != nil {
		return l.segment(pc)
	}
	return l.slot(pc)
}

// next makes another slot the one at hand.
func (l *tail) next(sequence uint64) {
	l.sequence, l.done, l.entered, l.missed = sequence, 0, false, 0
}

// slot visits words of a slot of raw.
func (l *tail) slot(pc *piece) bool {
	w := l.w
	if !l.entered && !l.enter(pc) {
		return l.look(pc)
	}
	left := int(pc.words) - l.done
	if left <= 0 {
		if !pc.whole {
			return false
		}
		w.Lost(pc.lost)
		l.before = append(l.before, visited{l.sequence, l.done})
		l.next(l.sequence + 1)
		return true
	}
	if cap(w.buf) < w.window {
		w.buf = make([]byte, w.window)
	}
	b := w.buf[:min(w.window, 8*left)]
	at := pc.offset + int64(pc.size) + 8*int64(l.done)
	n, _ := w.th.Process.raw.ReadAt(b, at)
	if n < len(b) || !w.still(pc) {
		return l.look(pc)
	}
	w.Offset(at)
	if w.Words(b) < len(b) {
		l.done = int(pc.words) // a zero, which was none when it was counted
	} else {
		l.done += len(b) / 8
	}
	return true
}

// enter visits the head of a slot.
func (l *tail) enter(pc *piece) bool {
	w := l.w
	w.heads = slices.Grow(w.heads[:0], int(pc.size))[:pc.size]
	n, _ := w.th.Process.raw.ReadAt(w.heads, pc.offset)
	if n < len(w.heads) || !w.still(pc) {
		return false
	}
	var h wire.Slot
	h.Decode(w.heads)
	w.Offset(pc.offset + int64(pc.size))
	w.Enter(&replay.Head{Sequence: pc.sequence, Slots: 1, Ticks: h.Ticks, Depth: h.Depth, Frames: w.heads[wire.SlotBytes:]})
	l.entered = true
	return true
}

// maxMissed is how often a slot is looked for elsewhere.
const maxMissed = 3

// look finds out where a slot is that is not where it was. What is in no segment either
// a flight recorder has deleted: it is a gap.
func (l *tail) look(pc *piece) bool {
	if l.missed++; l.missed > maxMissed {
		if l.w.th.Process.ring {
			l.skip()
			return true
		}
		l.w.fail(&wire.CorruptError{Offset: pc.offset, What: "the slot that was here is nowhere"})
		return false
	}
	l.w.th.Process.look(l.f.t)
	return true
}

// skip passes over what is missing of the slot at hand.
func (l *tail) skip() {
	if l.entered {
		l.w.From(math.MaxUint32)
	}
	l.next(l.sequence + 1)
	l.before = nil
}

// segment goes on with a segment, of which the first words may have been visited.
func (l *tail) segment(pc *piece) bool {
	w := l.w
	skip, ok := l.visited(pc)
	w.decode, w.buf = l.f.decode, l.f.buf // one for all threads
	ok = ok && w.load(pc)
	l.f.buf, w.buf = w.buf, nil
	if !ok || 8*skip > len(w.words) {
		if w.failed == nil {
			w.fail(&wire.CorruptError{Offset: pc.offset, What: "the segment has fewer words than its slots had"})
		}
		w.words = nil
		return false
	}
	w.lost = w.head.Lost
	w.Offset(pc.offset)
	switch {
	case !w.Begun() && uint64(pc.sequence) < l.sequence:
		w.within(&piece{sequence: uint32(l.sequence)}, 8*skip)
		w.Enter(&w.head)
	case !l.entered && uint64(pc.sequence) == l.sequence:
		w.Enter(&w.head)
	}
	w.From(uint32(pc.behind()))
	w.words = slices.Clone(w.words[8*skip:])
	l.next(pc.behind())
	l.before = nil
	return true
}

// visited returns how many words of a segment were visited.
func (l *tail) visited(pc *piece) (words int, ok bool) {
	next := uint64(pc.sequence)
	for _, v := range l.before {
		if v.sequence == next && next < l.sequence {
			words += v.words
			next++
		}
	}
	if next != l.sequence {
		l.w.fail(&wire.CorruptError{Offset: pc.offset, What: "the segment begins within what was visited"})
	}
	return words + l.done, next == l.sequence
}

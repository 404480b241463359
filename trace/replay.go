package trace

import (
	"fmt"
	"io"
	"slices"

	"tracer/internal/wire"
)

// window is how many bytes of events Replay reads at a time: they stay in the
// core's cache until they are visited.
const window = 64 << 10

// Replay tells v the thread's events. If there is no slot, v is told nothing. The
// error says what could not be read, after all that could be was told and
// v.End was called.
func (th *Thread) Replay(v Visitor) error {
	r := newReplay(th, v, window)
	for r.step() {
	}
	return r.err()
}

// replay is a thread being visited. It reads by pread into its own buffer: a map
// of a file that its owner cuts off is a SIGBUS.
type replay struct {
	stack
	th    *Thread
	v     Visitor
	raw   io.ReaderAt
	clock clock
	buf   []byte
	heads []byte // the header of the slot at hand

	// stray is told the events that v is not: those of unknown locations and
	// what closes a frame that is not open. It may be nil.
	stray func(at int64, k wire.Kind, loc wire.Location)

	slot     int   // the next one, in th.slots
	off, end int64 // of the words in raw that are still to be visited
	ticks    uint64
	pending  uint64 // ticks of a time mark that ended a slot
	at       int64
	begun    bool
	calls    [256]*Code // by the lowest bits of Base: where the last calls went

	unknown   int64 // events of unknown locations or marks
	unknownAt int64 // the first of them
	failed    error // why reading ended early
}

func newReplay(th *Thread, v Visitor, window int) *replay {
	size := min(window, int(th.Process.control.SlotSize)) &^ 7
	r := &replay{th: th, v: v, clock: th.Process.clock, buf: make([]byte, size), unknownAt: -1}
	r.raw = th.Process.raw
	r.open = make([]int32, len(th.Process.Codes))
	return r
}

// step visits the next buffer of words; false says that it was the last.
func (r *replay) step() bool {
	if r.off == r.end && !r.nextSlot() {
		r.finish()
		return false
	}
	b := r.buf[:min(int64(len(r.buf)), r.end-r.off)]
	n, err := r.raw.ReadAt(b, r.off)
	if n < len(b) {
		r.fail(err)
	}
	if used := r.play(b[:n&^7]); used == len(b) {
		r.off += int64(used)
	} else {
		r.off = r.end // a zero, or the file is shorter than it was
	}
	return true
}

// nextSlot makes the next slot the current one, its stack and time included.
func (r *replay) nextSlot() bool {
	if r.slot == len(r.th.slots) || r.failed != nil {
		return false
	}
	s := r.th.slots[r.slot]
	at := int64(s.index) * int64(r.th.Process.control.SlotSize)
	r.heads = slices.Grow(r.heads[:0], int(s.header))[:s.header]
	b := r.heads
	if _, err := r.raw.ReadAt(b, at); err != nil {
		r.fail(err)
		return false
	}
	var h wire.Slot
	h.Decode(b)
	if h.Magic != wire.MagicSlot || h.Thread != uint32(r.th.Number) || h.Sequence != s.sequence || h.HeaderSize != s.header {
		r.fail(&wire.CorruptError{Offset: at, What: fmt.Sprintf("slot %d of thread %d was here when the trace was opened", s.sequence, r.th.Number)})
		return false
	}
	r.off = at + int64(s.header)
	r.end = r.off + 8*int64(s.words)
	r.enter(s, &h, b[wire.SlotBytes:])
	r.slot++
	return true
}

// enter takes over the time of a slot, and its stack where the slots before it
// do not tell.
func (r *replay) enter(s slotRef, h *wire.Slot, frames []byte) {
	continues := s.sequence == 0
	if r.slot > 0 {
		continues = r.th.slots[r.slot-1].sequence+1 == s.sequence
	}
	r.ticks = h.Ticks
	if continues {
		r.ticks += r.pending
	}
	r.pending = 0
	if at := r.clock.ns(h.Ticks); at > r.at || !r.begun {
		r.at = at
	}
	if !r.begun {
		r.begun = true
		r.v.Begin(r.at)
	}
	if !continues {
		r.v.Gap(r.at, 0)
	}
	if !continues || s.sequence == 0 {
		elided, head := r.head(h, frames)
		r.rebuild(elided, head, r.at, r.v)
	}
}

// head reads the frames of a slot's header. One of unknown code, and all below it,
// count as elided.
func (r *replay) head(h *wire.Slot, b []byte) (elided int, head []headFrame) {
	head = make([]headFrame, 0, h.Frames)
	for ; len(b) >= wire.FrameBytes; b = b[wire.FrameBytes:] {
		var f wire.Frame
		f.Decode(b)
		c := r.th.Process.Code(wire.Location(f.Code))
		if c == nil {
			r.bad(r.off)
			head = head[:0]
			continue
		}
		loc := wire.Location(f.Location)
		if loc < c.Base || loc >= c.End {
			loc = c.Base
		}
		head = append(head, headFrame{frame{c, f.EnteredTicks}, loc})
	}
	return int(h.Depth) - len(head), head
}

// finish closes what is open.
func (r *replay) finish() {
	if r.begun {
		r.closeTo(0, r.at, r.v)
		r.v.End(r.at)
		r.begun = false
	}
}

func (r *replay) bad(off int64) {
	if r.unknown == 0 {
		r.unknownAt = off
	}
	r.unknown++
}

// fail ends the reading. A file that is shorter than when it was opened is
// corruption, not io.EOF.
func (r *replay) fail(err error) {
	if err == io.EOF {
		err = &wire.CorruptError{Offset: r.off, What: "the file ends here, it was longer when the trace was opened"}
	}
	r.failed = err
}

// err returns what is to be said when all is visited.
func (r *replay) err() error {
	err := r.failed
	if err == nil && r.unknown > 0 {
		err = &wire.CorruptError{Offset: r.unknownAt, What: fmt.Sprintf("%d events of unknown locations, the first here", r.unknown)}
	}
	if err == nil {
		return nil
	}
	return fmt.Errorf("read thread %d of %s/raw: %w", r.th.Number, r.th.Process.Dir, err)
}

package trace

import (
	"fmt"
	"io"
	"path"
	"slices"

	"tracer/internal/names"
	"tracer/internal/replay"
	"tracer/internal/segment"
	"tracer/internal/store"
	"tracer/internal/wire"
)

// window is how many bytes of events Replay reads at a time: they stay in the
// core's cache until they are visited.
const window = 64 << 10

// Replay tells v the thread's events. If there is no slot, v is told nothing. The
// error says what could not be read, after all that could be was told and
// v.End was called.
func (th *Thread) Replay(v Visitor) error {
	w := newWalk(th, v, window)
	for w.step() {
	}
	w.Finish()
	return w.err()
}

// walk is a thread being visited. It reads by pread into its own buffers: a map
// of a file that its owner cuts off is a SIGBUS.
type walk struct {
	*replay.Player
	th     *Thread
	heads  []byte // the head of the slot at hand
	buf    []byte // words of a slot, or a segment
	probe  []byte // the head of the slot at hand as it is now
	decode *segment.Decoder
	head   replay.Head // of the segment at hand

	next      int    // the next piece
	stop      int    // the one behind the last
	limit     uint64 // ticks: events from there on are not visited; 0: none
	reached   bool   // the limit is, that was
	reachedAt uint64
	events    uint64 // visited, where there is a limit
	off, end  int64  // in raw: the words of the slot at hand that are still to be visited
	words     []byte // of a segment: the same
	window    int
	loaded    loaded
	lost      uint64 // after the piece at hand
	failed    error  // why reading ended early
	file      string // that an error is of
}

// newWalk visits all of a thread.
func newWalk(th *Thread, v Visitor, window int) *walk {
	return newWalkOf(th, 0, len(th.pieces), v, th.Process.clock, window)
}

// newWalkOf visits the pieces from a up to b. Frames that are open then stay open.
func newWalkOf(th *Thread, a, b int, v Visitor, clock replay.Clock, window int) *walk {
	w := &walk{Player: replay.NewPlayer(th.Process.names, clock, v), th: th, next: a, stop: b, window: window &^ 7}
	if a > 0 {
		w.From(th.pieces[a].sequence)
	}
	return w
}

// step visits the next words; false says that there were no more.
func (w *walk) step() bool {
	switch {
	case w.reached && !w.passed():
		return false
	case len(w.words) > 0:
		n := min(len(w.words), w.window)
		if used := w.play(w.words[:n]); used < n && !w.reached {
			n = len(w.words)
		} else {
			n = used
		}
		w.words = w.words[n:]
	case w.off < w.end:
		w.slotWords()
	default:
		w.Lost(w.lost)
		w.lost = 0
		if w.next == w.stop || w.failed != nil {
			return false
		}
		pc := &w.th.pieces[w.next]
		w.next++
		w.piece(pc)
	}
	return true
}

// play visits words up to the limit, and returns how many bytes of them.
func (w *walk) play(words []byte) int {
	if w.limit == 0 {
		return w.Words(words)
	}
	n, events := before(words, w.Ticks(), w.limit)
	w.reached, w.reachedAt = n < len(words), w.limit
	w.events += events
	return w.Words(words[:n])
}

// passed reports whether there is a new limit since the last was reached.
func (w *walk) passed() bool {
	if w.limit == w.reachedAt {
		return false
	}
	w.reached = false
	return true
}

func (w *walk) slotWords() {
	if cap(w.buf) < w.window {
		w.buf = make([]byte, w.window)
	}
	b := w.buf[:min(int64(w.window), w.end-w.off)]
	n, err := w.th.Process.raw.ReadAt(b, w.off)
	// What was read of a slot that is emptied meanwhile is not its words.
	if pc := &w.th.pieces[w.next-1]; !w.still(pc) {
		visited := int(w.off-pc.offset-int64(pc.size)) / 8
		at := w.off
		w.off = w.end
		if !w.elsewhere(pc, visited) && w.failed != nil && n < len(b) {
			w.off, w.end = at, at
			w.fail(err)
		}
		return
	}
	if n < len(b) {
		w.fail(err)
	}
	w.Offset(w.off)
	if used := w.play(b[:n&^7]); used == len(b) || w.reached {
		w.off += int64(used)
	} else {
		w.off = w.end // a zero, or the file is shorter than it was
	}
}

// piece makes the next piece the current one, its stack and time included.
func (w *walk) piece(pc *piece) {
	if w.Err() == nil { // else what is told is of the piece that it was met in
		w.file = pc.file()
	}
	if pc.part == nil {
		w.slot(pc)
	} else if w.load(pc) {
		w.lost = w.head.Lost // those within are told by marks
		w.Offset(pc.offset)
		w.Enter(&w.head)
	}
}

func (w *walk) slot(pc *piece) {
	w.heads = slices.Grow(w.heads[:0], int(pc.size))[:pc.size]
	_, err := w.th.Process.raw.ReadAt(w.heads, pc.offset)
	if !w.still(pc) {
		if w.elsewhere(pc, 0) {
			w.lost = pc.lost
			w.head.Slots = 1
			w.Enter(&w.head)
		} else if w.failed != nil && err != nil {
			w.off, w.end = pc.offset, pc.offset
			w.fail(err)
		}
		return
	}
	w.lost = pc.lost
	var h wire.Slot
	h.Decode(w.heads)
	w.off = pc.offset + int64(pc.size)
	w.end = w.off + 8*int64(pc.words)
	w.Offset(w.off)
	w.head = replay.Head{Sequence: pc.sequence, Slots: 1, Ticks: h.Ticks, Depth: h.Depth, Frames: w.heads[wire.SlotBytes:]}
	w.Enter(&w.head)
}

// load reads a segment: its words and its head.
func (w *walk) load(pc *piece) bool {
	if w.decode == nil {
		w.decode = segment.NewDecoder()
	}
	w.loaded = loaded{}
	var err error
	if w.buf, err = pc.part.readSegment(w.buf, pc); err != nil {
		w.fail(err)
		return false
	}
	h, frames, words, err := w.decode.Decode(w.buf)
	if err == nil && (h.Thread != uint32(w.th.Number) || h.Sequence != pc.sequence || h.Slots != pc.slots) {
		err = &wire.CorruptError{What: fmt.Sprintf("slots %d of thread %d, expected %d of thread %d", h.Sequence, h.Thread, pc.sequence, w.th.Number)}
	}
	if err != nil {
		w.fail(names.Moved(err, pc.offset))
		return false
	}
	w.words = words
	w.head = replay.Head{Sequence: pc.sequence, Slots: pc.slots, Ticks: h.Ticks, Depth: h.Depth, Frames: frames, Lost: uint64(h.Lost)}
	return true
}

// fail ends the reading. A file that is shorter than when it was opened is
// corruption, not io.EOF.
func (w *walk) fail(err error) {
	if err == io.EOF {
		err = &wire.CorruptError{Offset: w.off, What: "the file ends here, it was longer when the trace was opened"}
	}
	w.failed = err
}

// err returns what is to be said when all is visited.
func (w *walk) err() error {
	err := w.failed
	if err == nil {
		err = w.Err()
	}
	if err == nil {
		return nil
	}
	return fmt.Errorf("read thread %d of %s: %w", w.th.Number, path.Join(w.th.Process.Dir, w.file), err)
}

// file is the file that the piece is in.
func (pc *piece) file() string {
	if pc.part == nil {
		return store.RawName
	}
	return store.PartName(store.SegmentsName, pc.part.number)
}

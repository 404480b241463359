package trace

import (
	"io"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// count counts the words of the slots of raw that are events: any may be a mark, so
// it reads them all, once. It reports whether slots have been moved in the meantime.
func (x *index) count() (moved bool) {
	if x.p.raw == nil {
		return false
	}
	for _, th := range x.active {
		for i := th.found.from; i < len(th.pieces); i++ {
			pc := &th.pieces[i]
			if pc.part != nil || pc.whole {
				continue
			}
			before := *pc
			ok, err := x.countSlot(th, i)
			if err != nil {
				x.p.problem(store.RawName, err)
			}
			if pc.gone = !ok; pc.gone {
				moved = true
				continue
			}
			th.events += pc.events - before.events
			th.found.grew = th.found.grew || pc.words != before.words
		}
	}
	return moved
}

// countSlot counts slot i; false if it is not there any more.
func (x *index) countSlot(th *Thread, i int) (bool, error) {
	pieces, pc := th.pieces, &th.pieces[i]
	h := wire.Slot{Magic: wire.MagicSlot, HeaderSize: pc.size, Thread: uint32(th.Number), Sequence: pc.sequence}
	last := i+1 == len(pieces)
	if !last && pc.used == 0 { // it has been ended since its head was read
		now, ok, err := x.head(pc.offset)
		if err != nil || !ok || now.Thread != h.Thread || now.Sequence != h.Sequence {
			return err != nil, err
		}
		pc.used, pc.lost, pc.last = now.Used, uint64(now.Lost), now.Last != 0
	}
	limit := (x.slotSize - int64(pc.size)) / 8
	if u := int64(pc.used); u >= int64(pc.size) && u <= x.slotSize {
		limit = (u - int64(pc.size)) / 8
	}
	more := *pc
	if err := x.read(&more, limit); err != nil {
		return true, err
	}
	// Where nothing has come since an earlier look it does not matter whose zeros these are.
	if more.words > pc.words || !pc.counted {
		if still, err := x.still(pc.offset, &h); err != nil || !still {
			return err != nil, err
		}
	}
	more.counted = true
	*pc = more
	pc.whole = !last || pc.used != 0 && int64(pc.words) == limit
	return true, nil
}

// firstRead is how much of a slot is read at first: mostly nothing has come.
const firstRead = 512

// read counts a slot's words from those on that are counted, up to a limit or the
// first that is not written, and adds up their ticks.
func (x *index) read(pc *piece, limit int64) error {
	if x.buf == nil {
		x.buf = make([]byte, window)
	}
	for size := firstRead; int64(pc.words) < limit; size = len(x.buf) {
		b := x.buf[:min(int64(size), 8*(limit-int64(pc.words)))]
		n, err := x.p.raw.ReadAt(b, pc.offset+int64(pc.size)+8*int64(pc.words))
		if err != nil && err != io.EOF {
			return err
		}
		if used := pc.add(b[:n&^7]); used < len(b) {
			return nil // a zero, or the file is shorter than it was
		}
	}
	return nil
}

// add counts words, and returns how many bytes of them; it stops at a zero.
func (pc *piece) add(b []byte) int {
	for at := 0; at+8 <= len(b); at += 8 {
		w := wordAt(b, at)
		if w == 0 {
			return at
		}
		pc.words++
		switch {
		case w.Kind() != wire.Mark:
			pc.events++
			pc.end += uint64(w.Delta())
		case w.Location() == wire.MarkTime:
			pc.end += uint64(w.Delta()) << 32
		}
	}
	return len(b)
}

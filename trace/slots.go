package trace

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// Sizes of a slot that a reader believes.
const (
	minSlot = wire.SlotBytes + 8
	maxSlot = 64 << 20
)

// index finds what a process's threads have recorded: the segments, and the slots
// of raw that no segment has. It reads a slot's head and its last word; whole
// slots only where a mark can be.
type index struct {
	p        *Process
	size     int64 // of raw
	slotSize int64
	pieces   map[uint32][]piece
	nodes    map[uint32][]nodeRef
	last     wire.Slot // the one with the latest pair
	threads  map[uint32]*Thread
	buf      []byte
}

func newIndex(p *Process) *index {
	return &index{p: p, slotSize: int64(p.control.SlotSize), pieces: map[uint32][]piece{},
		nodes: map[uint32][]nodeRef{}, threads: map[uint32]*Thread{}}
}

// met makes the thread of a number.
func (x *index) met(number, tid uint32) *Thread {
	th := x.threads[number]
	if th == nil {
		th = &Thread{Process: x.p, Number: int(number), TID: int(tid)}
		x.threads[number] = th
	}
	return th
}

// readSlots finds the slots of raw.
func (x *index) readSlots(size int64) error {
	x.size = size
	if x.slotSize < minSlot || x.slotSize > maxSlot || x.slotSize%8 != 0 {
		return &wire.CorruptError{What: fmt.Sprintf("slots of %d bytes, expected %d to %d, a multiple of 8", x.slotSize, minSlot, maxSlot)}
	}
	err := x.scan()
	if rest := size % x.slotSize; err == nil && rest != 0 {
		err = &wire.CorruptError{Offset: size - rest, What: fmt.Sprintf("%d bytes, expected a whole slot of %d: the file was cut off", rest, x.slotSize)}
	}
	return err
}

// scan visits the slots in the order of the file. What one read brings is the
// last word of a slot and the head of the next.
func (x *index) scan() error {
	var b [8 + wire.SlotBytes]byte
	if n, err := x.p.raw.ReadAt(b[8:], 0); n < wire.SlotBytes {
		return shortRead(err)
	}
	for i := int64(0); ; i++ {
		var h wire.Slot
		h.Decode(b[8:])
		end := min((i+1)*x.slotSize, x.size)
		n, err := x.p.raw.ReadAt(b[:], end-8)
		if n < 8 {
			return shortRead(err)
		}
		if h.Magic != 0 {
			if err := x.add(i, end, &h, binary.LittleEndian.Uint64(b[:])); err != nil {
				return err
			}
		}
		if n < len(b) {
			return shortRead(err)
		}
	}
}

// shortRead lets the end of a file be: it may have been cut off meanwhile.
func shortRead(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// add takes slot i in; it ends at end with the word last.
func (x *index) add(i, end int64, h *wire.Slot, last uint64) error {
	at := i * x.slotSize
	if what := badSlot(h, x.slotSize); what != "" {
		// A slot that is emptied at this moment is none: look once more.
		var b [wire.SlotBytes]byte
		if _, err := x.p.raw.ReadAt(b[:], at); err != nil {
			return shortRead(err)
		}
		if h.Decode(b[:]); h.Magic == 0 {
			return nil
		}
		if what = badSlot(h, x.slotSize); what != "" {
			x.p.problem(store.RawName, &wire.CorruptError{Offset: at, What: what})
			return nil
		}
	}
	first := at + int64(h.HeaderSize)
	words := max(end-first, 0) / 8
	if last == 0 && words > 0 {
		n, err := x.firstZero(first, words)
		if err != nil {
			return err
		}
		words = n
	}
	x.met(h.Thread, h.TID)
	x.pieces[h.Thread] = append(x.pieces[h.Thread], piece{sequence: h.Sequence, slots: 1, offset: at, size: h.HeaderSize,
		words: uint32(words), ticks: h.Ticks, events: uint64(words), lost: uint64(h.Lost)})
	if h.PairMonoNs > x.last.PairMonoNs {
		x.last = *h
	}
	return nil
}

// badSlot says what is wrong with a slot's head, "" if nothing is.
func badSlot(h *wire.Slot, size int64) string {
	switch {
	case h.Magic != wire.MagicSlot:
		return fmt.Sprintf("slot magic %#x, expected %#x", h.Magic, wire.MagicSlot)
	case h.Thread == 0:
		return "slot of thread 0, expected a number from 1 on"
	case uint64(h.HeaderSize) != wire.SlotBytes+wire.FrameBytes*uint64(h.Frames):
		return fmt.Sprintf("slot header of %d bytes with %d frames", h.HeaderSize, h.Frames)
	case int64(h.HeaderSize) > size:
		return fmt.Sprintf("slot header of %d bytes in a slot of %d", h.HeaderSize, size)
	case h.Frames > h.Depth:
		return fmt.Sprintf("slot with %d frames of %d", h.Frames, h.Depth)
	}
	return ""
}

// firstZero searches the words from off on for the end of what is written: no
// word after a zero is written.
func (x *index) firstZero(off, words int64) (int64, error) {
	lo, hi := int64(0), words
	for lo < hi {
		var b [8]byte
		mid := (lo + hi) / 2
		if _, err := x.p.raw.ReadAt(b[:], off+8*mid); err != nil && err != io.EOF {
			return 0, err
		}
		if binary.LittleEndian.Uint64(b[:]) == 0 {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo, nil
}

// finish orders what each thread has recorded and counts its events.
func (x *index) finish() {
	for number, th := range x.threads {
		th.pieces = x.order(number)
		th.nodes = x.nodes[number]
		sortNodes(th.nodes)
		for i := range th.pieces {
			pc := &th.pieces[i]
			if pc.part == nil && x.mayMark(th.pieces, i) {
				marks, ticks, err := x.marks(pc)
				if err != nil {
					x.p.problem(store.RawName, err)
				}
				pc.events -= marks
				pc.end = pc.ticks + ticks
			} else if pc.part == nil {
				pc.end = th.pieces[i+1].ticks
			}
			th.events += pc.events
		}
	}
}

// order sorts a thread's pieces and leaves out slots that a segment has.
func (x *index) order(number uint32) []piece {
	all := x.pieces[number]
	slices.SortStableFunc(all, func(a, b piece) int {
		if a.sequence != b.sequence {
			return cmp.Compare(a.sequence, b.sequence)
		}
		return cmp.Compare(b.slots, a.slots) // the longer one first
	})
	kept := make([]piece, 0, len(all))
	for _, pc := range all {
		if n := len(kept); n > 0 && pc.sequence < kept[n-1].sequence+kept[n-1].slots {
			switch last := &kept[n-1]; {
			case last.part == nil && pc.part != nil:
				*last = pc
			case last.part == nil || pc.part != nil:
				x.twice(number, &pc)
			}
			continue
		}
		kept = append(kept, pc)
	}
	return kept
}

// twice notes a slot that there must not be.
func (x *index) twice(number uint32, pc *piece) {
	file := store.RawName
	if pc.part != nil {
		file = store.PartName(store.SegmentsName, pc.part.number)
	}
	x.p.problem(file, &wire.CorruptError{Offset: pc.offset, What: fmt.Sprintf("slot %d of thread %d once more", pc.sequence, number)})
}

// mayMark reports whether slot i can hold a mark. A time mark needs 2^32 ticks
// between the heads of two slots, a gap needs a loss that was counted.
func (x *index) mayMark(pieces []piece, i int) bool {
	if i+1 == len(pieces) || pieces[i+1].sequence != pieces[i].sequence+1 || x.p.Dropped != 0 {
		return true
	}
	return pieces[i+1].ticks-pieces[i].ticks > wire.MaxDelta
}

// marks counts the marks of a slot and adds up its ticks.
func (x *index) marks(pc *piece) (n, ticks uint64, err error) {
	if x.buf == nil {
		x.buf = make([]byte, min(x.slotSize, window))
	}
	off := pc.offset + int64(pc.size)
	for end := off + 8*int64(pc.words); off < end; {
		b := x.buf[:min(int64(len(x.buf)), end-off)]
		if _, err := x.p.raw.ReadAt(b, off); err != nil {
			return n, ticks, shortRead(err)
		}
		for i := 0; i+8 <= len(b); i += 8 {
			w := wire.Event(binary.LittleEndian.Uint64(b[i:]))
			if w.Kind() != wire.Mark {
				ticks += uint64(w.Delta())
				continue
			}
			n++
			if w.Location() == wire.MarkTime {
				ticks += uint64(w.Delta()) << 32
			}
		}
		off += int64(len(b))
	}
	return n, ticks, nil
}

// wordAt returns the word at an offset.
func wordAt(b []byte, at int) wire.Event { return wire.Event(binary.LittleEndian.Uint64(b[at:])) }

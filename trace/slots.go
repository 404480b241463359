package trace

import (
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

// slotRef is a slot of a thread: all that is kept of it between Open and Replay.
type slotRef struct {
	index    uint32 // in raw
	sequence uint32
	header   uint32 // bytes
	words    uint32 // that were written when the trace was opened
}

// slotScan is what Open notes of a slot until the events are counted.
type slotScan struct {
	slotRef
	ticks uint64
}

// index finds the slots of raw and counts the events. It reads a slot's head and its last
// word; whole slots only where a mark can be.
type index struct {
	p        *Process
	size     int64 // of raw
	slotSize int64
	slots    map[uint32][]slotScan
	last     wire.Slot // the one with the latest pair
	threads  map[uint32]*Thread
	ends     map[uint32]uint64 // by thread: the ticks of its last event
	buf      []byte
}

// readSlots fills the slots of p's threads.
func (p *Process) readSlots(size int64) (*index, error) {
	x := &index{p: p, size: size, slotSize: int64(p.control.SlotSize), slots: map[uint32][]slotScan{},
		threads: map[uint32]*Thread{}, ends: map[uint32]uint64{}}
	if x.slotSize < minSlot || x.slotSize > maxSlot || x.slotSize%8 != 0 {
		return x, &wire.CorruptError{What: fmt.Sprintf("slots of %d bytes, expected %d to %d, a multiple of 8", x.slotSize, minSlot, maxSlot)}
	}
	err := x.scan()
	if rest := size % x.slotSize; err == nil && rest != 0 {
		err = &wire.CorruptError{Offset: size - rest, What: fmt.Sprintf("%d bytes, expected a whole slot of %d: the file was cut off", rest, x.slotSize)}
	}
	for number, slots := range x.slots {
		x.thread(number, slots)
	}
	return x, err
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
		x.p.problem(store.RawName, &wire.CorruptError{Offset: at, What: what})
		return nil
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
	ref := slotRef{uint32(i), h.Sequence, h.HeaderSize, uint32(words)}
	x.slots[h.Thread] = append(x.slots[h.Thread], slotScan{ref, h.Ticks})
	th := x.threads[h.Thread]
	if th == nil {
		th = &Thread{Process: x.p, Number: int(h.Thread), TID: int(h.TID)}
		x.threads[h.Thread] = th
	}
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

// thread orders a thread's slots and counts its events.
func (x *index) thread(number uint32, slots []slotScan) {
	slices.SortStableFunc(slots, func(a, b slotScan) int { return int(int64(a.sequence) - int64(b.sequence)) })
	th := x.threads[number]
	kept := slots[:0]
	for _, s := range slots {
		if n := len(kept); n > 0 && kept[n-1].sequence == s.sequence {
			x.p.problem(store.RawName, &wire.CorruptError{Offset: int64(s.index) * x.slotSize, What: fmt.Sprintf("slot %d of thread %d once more", s.sequence, number)})
			continue
		}
		kept = append(kept, s)
	}
	th.slots = make([]slotRef, len(kept))
	for i, s := range kept {
		th.slots[i] = s.slotRef
	}
	for i, s := range kept {
		th.events += uint64(s.words)
		if x.mayMark(kept, i) {
			marks, ticks, err := x.marks(s.slotRef)
			if err != nil {
				x.p.problem(store.RawName, err)
			}
			th.events -= marks
			x.ends[number] = s.ticks + ticks
		}
	}
}

// mayMark reports whether slot i can hold a mark. A time mark needs 2^32 ticks
// between the heads of two slots, a gap needs a loss that was counted.
func (x *index) mayMark(slots []slotScan, i int) bool {
	if i+1 == len(slots) || slots[i+1].sequence != slots[i].sequence+1 || x.p.Dropped != 0 {
		return true
	}
	return slots[i+1].ticks-slots[i].ticks > wire.MaxDelta
}

// marks counts the marks of a slot and adds up its ticks.
func (x *index) marks(s slotRef) (n, ticks uint64, err error) {
	if x.buf == nil {
		x.buf = make([]byte, min(x.slotSize, window))
	}
	off := int64(s.index)*x.slotSize + int64(s.header)
	for end := off + 8*int64(s.words); off < end; {
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

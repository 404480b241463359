package trace

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"time"

	"tracer/internal/replay"
	"tracer/internal/store"
	"tracer/internal/wire"
)

// Sizes of a slot that a reader believes.
const (
	minSlot = wire.SlotBytes + 8
	maxSlot = 64 << 20
)

// index finds what a process's threads have recorded: the segments, and the slots
// of raw that no segment has.
//
// # A look at a process that runs
//
// While raw is read, slots are filled, moved into segments and used again. A look
// takes in what slots raw has (scan), then what segments there are, then counts
// the words of the slots that no segment has. A slot that was moved in between has
// its entry in the index before its magic is gone: it is found there.
//
// A slot that was begun where the scan had been already is missing, while a later one of
// its thread may be found further on. Where that happens raw is scanned once
// more, for slots below those that are known: they had been begun before.
type index struct {
	p        *Process
	slotSize int64
	threads  map[uint32]*Thread
	met      []*Thread   // the same, in the order in which they were met
	active   []*Thread   // those that this look may find more of
	last     replay.Pair // the latest that a slot or segment has
	buf      []byte
	keeps    bool // parts that were deleted meanwhile may be in use

	looks   uint32 // how many there were
	scanned bool   // this one has scanned raw
	again   bool   // it is for slots that were missing
	slots   uint64 // handed out at the last look
	changed time.Time
	full    time.Time // of the last scan
	listed  time.Time // when the process's directory was changed, as of when parts were listed
}

// found is what a look has found of a thread.
type found struct {
	slots, segments []piece
	from            int    // the first piece that may be another one than before
	active          bool   // it is in index.active
	grew            bool   // pieces are new or have more words
	nodes           bool   // nodes are new
	holes           uint64 // missing slots below this sequence were looked for
}

func newIndex(p *Process) *index {
	return &index{p: p, slotSize: int64(p.control.SlotSize), threads: map[uint32]*Thread{}}
}

// meet returns the thread of a number, of which something was found.
func (x *index) meet(number, tid uint32) *Thread {
	th := x.thread(number, tid)
	if !th.found.active {
		th.found.active, th.found.from = true, th.inSegments()
		x.active = append(x.active, th)
	}
	return th
}

// thread returns the thread of a number.
func (x *index) thread(number, tid uint32) *Thread {
	th := x.threads[number]
	if th == nil {
		th = &Thread{Process: x.p, Number: int(number), TID: int(tid)}
		x.threads[number] = th
		x.met = append(x.met, th)
	}
	return th
}

// settle leaves the threads alone of which all is in segments, until something is
// found of them again.
func (x *index) settle() {
	x.active = slices.DeleteFunc(x.active, func(th *Thread) bool {
		n := len(th.pieces)
		th.found.active = n > 0 && th.pieces[n-1].part == nil
		return !th.found.active
	})
}

// maxMoved bounds how often a look takes in what was moved while it counted. Each
// time there is less that can be.
const maxMoved = 100

// look takes in what was recorded since the last look.
func (x *index) look(d *store.Dir, first bool) {
	x.looks++
	for _, th := range x.active {
		th.found.from = th.inSegments()
	}
	if x.scanned = x.due(first); x.scanned {
		x.scan()
	}
	x.readParts(d)
	x.order()
	if x.scanned && x.p.live && x.holes() {
		x.again = true
		x.scan()
		x.readParts(d)
		x.order()
		x.again = false
	}
	for range maxMoved {
		if !x.count() {
			break
		}
		x.readParts(d)
		x.order()
	}
	x.drop()
}

// How long slots are looked for after one was handed out, and how often where none
// is: its thread may be stopped before it has written the head.
const (
	stayAwake = time.Second
	scanEvery = time.Second
)

// due reports whether raw may have slots that are not known.
func (x *index) due(first bool) bool {
	now := time.Now()
	if x.p.control.Slots != x.slots || first {
		x.slots, x.changed = x.p.control.Slots, now
	}
	if !x.p.live || now.Sub(x.changed) < stayAwake || now.Sub(x.full) > scanEvery {
		x.full = now
		return true
	}
	return false
}

// scan finds the slots of raw.
func (x *index) scan() {
	if x.p.raw == nil {
		return
	}
	info, err := x.p.raw.Stat()
	if err == nil {
		err = x.scanTo(info.Size())
	}
	if err != nil {
		x.p.problem(store.RawName, err)
	}
}

func (x *index) scanTo(size int64) error {
	if x.slotSize < minSlot || x.slotSize > maxSlot || x.slotSize%8 != 0 {
		return &wire.CorruptError{What: fmt.Sprintf("slots of %d bytes, expected %d to %d, a multiple of 8", x.slotSize, minSlot, maxSlot)}
	}
	for at := int64(0); at+wire.SlotBytes <= size; at += x.slotSize {
		h, ok, err := x.head(at)
		if err != nil {
			return err
		}
		if ok {
			h.Used = min(h.Used, uint32(min(size-at, x.slotSize))) // where the file was cut off
			x.add(at, &h)
		}
	}
	// Where raw cannot be mapped a slot is written in parts.
	if rest := size % x.slotSize; rest != 0 && !x.p.live {
		return &wire.CorruptError{Offset: size - rest, What: fmt.Sprintf("%d bytes, expected a whole slot of %d: the file was cut off", rest, x.slotSize)}
	}
	return nil
}

// head reads the head of a slot; false if there is none, or a bad one. Who empties a slot
// takes the magic away first: where it still stands after the head was read, the
// head was whole.
func (x *index) head(at int64) (h wire.Slot, ok bool, err error) {
	for {
		var b [wire.SlotBytes]byte
		if n, err := x.p.raw.ReadAt(b[:], at); n < len(b) {
			return h, false, shortRead(err)
		}
		if h.Decode(b[:]); h.Magic == 0 {
			return h, false, nil
		}
		what := h.Problem(x.slotSize)
		if still, err := x.still(at, &h); err != nil {
			return h, false, err
		} else if !still {
			continue // another slot by now, or none
		}
		if what != "" {
			x.p.problem(store.RawName, &wire.CorruptError{Offset: at, What: what})
		}
		return h, what == "", nil
	}
}

// still reports whether the slot of a head is still there.
func (x *index) still(at int64, h *wire.Slot) (bool, error) {
	var b [wire.OffSlotTicks]byte
	if n, err := x.p.raw.ReadAt(b[:], at); n < len(b) {
		return false, shortRead(err)
	}
	word := func(offset int) uint32 { return binary.LittleEndian.Uint32(b[offset:]) }
	return word(wire.OffSlotMagic) == h.Magic && word(wire.OffSlotHeaderSize) == h.HeaderSize &&
		word(wire.OffSlotThread) == h.Thread && word(wire.OffSlotSequence) == h.Sequence, nil
}

// shortRead lets the end of a file be: it may have been cut off meanwhile.
func shortRead(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// add takes a slot in.
func (x *index) add(at int64, h *wire.Slot) {
	if x.again {
		th := x.threads[h.Thread]
		if th == nil || uint64(h.Sequence) >= th.end() {
			return
		}
	}
	th := x.meet(h.Thread, h.TID)
	th.found.slots = append(th.found.slots, piece{sequence: h.Sequence, slots: 1, offset: at, size: h.HeaderSize,
		used: h.Used, last: h.Last != 0, seen: x.looks, ticks: h.Ticks, end: h.Ticks, lost: uint64(h.Lost)})
	if h.PairMonoNs > x.last.MonoNS {
		x.last = replay.Pair{Ticks: h.PairTicks, MonoNS: h.PairMonoNs}
	}
}

// end is the sequence behind the last slot that is known.
func (th *Thread) end() uint64 {
	if n := len(th.pieces); n > 0 {
		return th.pieces[n-1].behind()
	}
	return 0
}

// behind is the sequence of the slot that follows.
func (pc *piece) behind() uint64 { return uint64(pc.sequence) + uint64(pc.slots) }

// wordAt returns the word at an offset.
func wordAt(b []byte, at int) wire.Event { return wire.Event(binary.LittleEndian.Uint64(b[at:])) }

package verify

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"

	"tracer/internal/replay"
	"tracer/internal/store"
	"tracer/internal/wire"
)

// load reads a piece and tests all that can be seen of it alone. Its words are
// valid until the next call.
func (w *walk) load(pc *piece) (run, bool) {
	if pc.part == nil {
		return w.loadSlot(pc)
	}
	return w.loadSegment(pc)
}

// decode reads and unpacks a segment.
func (w *walk) decode(pc *piece) (h wire.Segment, r run, err error) {
	w.buf = slices.Grow(w.buf[:0], int(pc.size))[:pc.size]
	b, err := pc.part.segments.read(w.buf, pc.offset)
	if err != nil {
		return h, r, err
	}
	h, frames, words, err := w.decoder.Decode(b)
	if err != nil {
		return h, r, err
	}
	r = run{
		Head:  replay.Head{Sequence: h.Sequence, Slots: h.Slots, Ticks: h.Ticks, Depth: h.Depth, Frames: frames, Lost: uint64(h.Lost)},
		piece: pc, file: pc.part.segments.name, offset: pc.offset, at: pc.offset, words: words,
		tid: h.TID, last: h.Flags&wire.SegmentLast != 0,
	}
	return h, r, nil
}

func (w *walk) loadSegment(pc *piece) (run, bool) {
	w.p.v.step(int64(pc.size))
	h, r, err := w.decode(pc)
	if err != nil {
		w.lostSegment(pc, err)
		return r, false
	}
	if h.Size != pc.size || h.Thread != w.t.number || h.Sequence != pc.sequence || h.Slots != pc.slots {
		w.note(Damage, pc, h.Ticks, h.EndTicks, "segment of %d bytes with %d slots from %d on of thread %d, expected %d bytes, %d slots from %d on, thread %d",
			h.Size, h.Slots, h.Sequence, h.Thread, pc.size, pc.slots, pc.sequence, w.t.number)
		return r, false
	}
	marks := w.count(&r)
	if r.end != h.EndTicks || uint64(h.Events) != r.events {
		w.damage(&r, "segment of %d events up to %d ticks, expected %d up to %d", h.Events, h.EndTicks, r.events, r.end)
	}
	if int(h.Words) != int(r.events)+marks || h.Frames > h.Depth || h.Flags > wire.SegmentLast {
		w.damage(&r, "segment of %d words with %d frames of %d and flags %#x", h.Words, h.Frames, h.Depth, h.Flags)
	}
	w.checkEntry(&r, &h)
	w.checkCopies(&r)
	return r, true
}

// lostSegment tells of a segment that cannot be read, and what is lost with it.
func (w *walk) lostSegment(pc *piece, err error) {
	f := Finding{File: pc.part.segments.name, Offset: pc.offset, Severity: Damage, Thread: w.t.number, From: -1, To: -1}
	f.What = "segment: " + err.Error()
	if c, ok := errors.AsType[*wire.CorruptError](err); ok {
		f.Offset, f.What = pc.offset+c.Offset, "segment: "+c.What
	}
	if e := pc.entry; e != nil {
		f.From, f.To = w.p.ns(e.Ticks), w.p.ns(e.EndTicks)
		f.What += "; its events: " + decimal(e.Events)
		w.end = e.EndTicks
	}
	w.log.add(f)
}

// checkEntry compares the head of a segment with its entry of the index.
func (w *walk) checkEntry(r *run, h *wire.Segment) {
	pc := r.piece
	if pc.entry == nil {
		return
	}
	want := wire.Node{
		Magic: pc.entry.Magic, CRC: pc.entry.CRC, Thread: h.Thread, Sequence: h.Sequence, Slots: h.Slots,
		Offset: uint64(pc.offset), Size: h.Size, Ticks: h.Ticks, EndTicks: h.EndTicks, Events: uint64(h.Events),
		Lost: r.lost, Flags: h.Flags, TID: h.TID,
	}
	if *pc.entry != want {
		w.log.add(Finding{File: pc.part.index, Offset: -1, Severity: Damage, Thread: w.t.number, From: w.p.ns(h.Ticks), To: w.p.ns(h.EndTicks),
			What: "the entry of the segment at byte " + decimal(uint64(pc.offset)) + " is not as the segment's head"})
	}
}

// checkCopies compares a segment with slots that are in raw, too.
func (w *walk) checkCopies(r *run) {
	for _, at := range r.piece.copies {
		slot, h, ok := w.slot(at)
		if !ok || h.Thread != w.t.number || w.p.v.state == store.Recording {
			continue // it is emptied at this moment
		}
		words := w.p.slotWords(w.log, &h, at, slot)
		if !bytes.Contains(r.words, words) {
			w.log.damage(store.RawName, at, "slot %d of thread %d is in a segment, too, with other words", h.Sequence, h.Thread)
			continue
		}
		w.copies++
	}
}

// slot reads a slot of raw.
func (w *walk) slot(at int64) ([]byte, wire.Slot, bool) {
	var h wire.Slot
	b, err := w.p.raw.read(make([]byte, min(w.p.slotSize, w.p.raw.size-at)), at)
	if err != nil || len(b) < wire.SlotBytes {
		return nil, h, false
	}
	h.Decode(b)
	if w.p.v.state == store.Recording { // it may have been emptied meanwhile
		if now, err := w.p.slotHead(at); err != nil || now.Magic != h.Magic || now.Thread != h.Thread || now.Sequence != h.Sequence {
			return nil, h, false
		}
	}
	return b, h, h.Magic == wire.MagicSlot && badSlot(&h, int64(len(b))) == ""
}

func (w *walk) loadSlot(pc *piece) (run, bool) {
	slot, h, ok := w.slot(pc.offset)
	if !ok || h.Thread != w.t.number || h.Sequence != pc.sequence {
		if w.p.v.state != store.Recording {
			w.log.damage(store.RawName, pc.offset, "slot %d of thread %d cannot be read", pc.sequence, w.t.number)
		}
		return run{}, false
	}
	r := run{
		Head:  replay.Head{Sequence: h.Sequence, Slots: 1, Ticks: h.Ticks, Depth: h.Depth, Frames: slot[wire.SlotBytes:h.HeaderSize], Lost: uint64(h.Lost)},
		piece: pc, file: store.RawName, offset: pc.offset + int64(h.HeaderSize), at: pc.offset,
		words: w.p.slotWords(w.log, &h, pc.offset, slot), tid: h.TID, last: h.Last != 0,
	}
	w.count(&r)
	return r, true
}

// count adds up the words of a run and returns how many of them are marks.
func (w *walk) count(r *run) (marks int) {
	r.end, r.lost = r.Ticks, r.Lost
	for b := r.words; len(b) >= 8; b = b[8:] {
		e := wire.Event(binary.LittleEndian.Uint64(b))
		if e.Kind() != wire.Mark {
			r.end += uint64(e.Delta())
			continue
		}
		marks++
		switch e.Location() {
		case wire.MarkTime:
			r.end += uint64(e.Delta()) << 32
		case wire.MarkGap:
			r.lost += uint64(e.Delta())
		}
	}
	r.events = uint64(len(r.words)/8 - marks)
	return marks
}

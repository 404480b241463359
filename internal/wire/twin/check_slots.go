package twin

import (
	"encoding/binary"
	"slices"

	"tracer/internal/wire"
)

// checkedSlot is a slot with a sound head.
type checkedSlot struct {
	at int // in raw
	wire.Slot
}

func (c *checker) checkRaw(b []byte) {
	c.file = "raw"
	size := int(c.control.SlotSize)
	if len(b)%size != 0 {
		c.report(len(b)/size*size, "%d bytes, expected a whole slot", len(b)%size)
	}
	threads := map[uint32][]checkedSlot{}
	slots := uint64(0)
	for at := 0; at+size <= len(b); at += size {
		s := checkedSlot{at: at}
		s.Decode(b[at:])
		if s.Magic == 0 {
			continue // empty, or its thread was killed before it was begun
		}
		slots++
		if _, clean := readFixed("slot", b[at:]); !clean || s.Magic != wire.MagicSlot || int(s.Used) > size || s.Used%8 != 0 || s.Last > 1 ||
			uint64(s.HeaderSize) != wire.SlotBytes+wire.FrameBytes*uint64(s.Frames) || int(s.HeaderSize) > size || s.Frames > s.Depth {
			c.report(at, "slot head %+v in slots of %d bytes", s.Slot, size)
			continue
		}
		threads[s.Thread] = append(threads[s.Thread], s)
	}
	if slots > c.control.Slots {
		c.report(0, "%d slots are begun, the control page says %d", slots, c.control.Slots)
	}
	for number, slots := range threads {
		c.checkThread(b, number, slots)
	}
}

// checkThread walks a thread's slots in order.
func (c *checker) checkThread(b []byte, number uint32, slots []checkedSlot) {
	slices.SortStableFunc(slots, func(x, y checkedSlot) int { return int(int64(x.Sequence) - int64(y.Sequence)) })
	name, ok := c.names[number]
	if !ok || number == 0 || number > c.control.Threads {
		c.report(slots[0].at, "thread %d is not named; the control page knows %d", number, c.control.Threads)
	}
	w := walk{checker: c}
	for i, s := range slots {
		next := uint32(0)
		if i > 0 {
			next = slots[i-1].Sequence + 1
		}
		if s.Sequence != next && (!c.drained || s.Sequence < next) {
			c.report(s.at, "slot %d of thread %d, expected %d", s.Sequence, number, next)
			return
		}
		w.unsure = w.unsure || s.Sequence != next
		if i > 0 && slots[i-1].Last != 0 {
			c.report(s.at, "slot %d of thread %d, which had ended with slot %d", s.Sequence, number, slots[i-1].Sequence)
		}
		if ok && s.TID != name.TID {
			c.report(s.at, "slot of the system's thread %d, thread %d is %d", s.TID, number, name.TID)
		}
		w.slot(b[s.at:s.at+int(c.control.SlotSize)], s)
	}
}

// walk follows a thread's time and open frames through its slots.
type walk struct {
	*checker
	ticks   uint64
	frames  []uint32 // bases of the open frames, outermost first
	elided  int      // further out, unknown
	unsure  bool     // events are missing: the next slot tells the frames
	pending uint64   // the upper half of a delta that the next word completes
}

func (w *walk) slot(b []byte, s checkedSlot) {
	if s.Ticks < w.ticks {
		w.report(s.at, "slot %d begins at %d ticks, the one before it ended at %d", s.Sequence, s.Ticks, w.ticks)
	}
	w.ticks = s.Ticks
	w.head(b[wire.SlotBytes:s.HeaderSize], s)
	end := int(s.HeaderSize)
	for at := end; at < len(b); at += 8 {
		e := wire.Event(binary.LittleEndian.Uint64(b[at:]))
		if e != 0 && at != end {
			w.report(s.at+at, "event %#x after a word of zero", uint64(e))
			return
		}
		if e != 0 {
			w.event(s.at+at, e)
			end = at + 8
		}
	}
	if s.Used != 0 && int(s.Used) != end {
		w.report(s.at, "%d bytes are used, expected %d", s.Used, end)
	}
	w.unsure = w.unsure || s.Lost != 0
}

// head compares the frames in a slot's head with those that the events so far
// left open.
func (w *walk) head(b []byte, s checkedSlot) {
	var frames []uint32
	for ; len(b) > 0; b = b[wire.FrameBytes:] {
		var f wire.Frame
		f.Decode(b)
		r, ok := w.codes[f.Code]
		if !ok || f.Location < r.base || f.Location >= r.end {
			w.report(s.at, "frame of code %d at %d, which no record names", f.Code, f.Location)
		}
		if f.EnteredTicks > s.Ticks {
			w.report(s.at, "frame entered at %d ticks, after the slot's %d", f.EnteredTicks, s.Ticks)
		}
		frames = append(frames, f.Code)
	}
	if s.Sequence == 0 || w.unsure {
		w.frames, w.elided, w.unsure = frames, int(s.Depth)-len(frames), false
		return
	}
	known := w.frames
	if len(known) > len(frames) {
		known = known[len(known)-len(frames):]
	}
	if int(s.Depth) != w.elided+len(w.frames) || !slices.Equal(frames, known) {
		w.report(s.at, "slot %d of thread %d has frames %v of %d, the events before it leave %v of %d open",
			s.Sequence, s.Thread, frames, s.Depth, known, w.elided+len(w.frames))
		w.frames, w.elided = frames, int(s.Depth)-len(frames)
	}
}

func (w *walk) event(at int, e wire.Event) {
	kind, loc, delta := e.Unpack()
	if kind == wire.Mark {
		w.mark(at, loc, delta)
		return
	}
	w.ticks += w.pending + uint64(delta)
	w.pending = 0
	r, ok := w.codeAt(uint32(loc))
	switch {
	case !ok:
		w.report(at, "%s at location %d, which no record names", kind, loc)
		return
	case kind == wire.Line && uint32(loc) == r.base:
		w.report(at, "line at location %d, which is a code object", loc)
	case (kind == wire.Call || kind.Closes()) && uint32(loc) != r.base:
		w.report(at, "%s at location %d, expected a code object", kind, loc)
	}
	w.replay(kind, r.base)
}

// replay keeps the open frames.
func (w *walk) replay(kind wire.Kind, base uint32) {
	if kind.Opens() {
		w.frames = append(w.frames, base)
		return
	}
	i := len(w.frames) - 1
	for i >= 0 && w.frames[i] != base {
		i--
	}
	switch {
	case kind == wire.Line && i >= 0:
		w.frames = w.frames[:i+1]
	case kind == wire.Line:
		w.frames = append(w.frames, base)
	case i >= 0:
		w.frames = w.frames[:i]
	}
}

func (w *walk) mark(at int, loc wire.Location, delta uint32) {
	switch {
	case loc == wire.MarkTime && delta != 0 && w.pending == 0:
		w.pending = uint64(delta) << 32
	case loc == wire.MarkTask || loc == wire.MarkCollection:
	case (loc == wire.MarkOwn || loc == wire.MarkPace) && delta != 0:
	case loc == wire.MarkGap:
		w.unsure = true
	default:
		w.report(at, "mark %d of %d, expected one of the table, a time, own or pace mark not 0, and no two time marks in a row", loc, delta)
	}
}

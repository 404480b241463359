package trace

import (
	"fmt"
	"slices"
	"sync"

	"tracer/internal/replay"
	"tracer/internal/store"
	"tracer/internal/wire"
)

// moved finds what the controller has compacted since the last look. A slot that is
// not where it was is in a segment by now. Threads are replayed at the same time, so
// what is found is kept beside what they are replayed from.
type moved struct {
	mu    sync.Mutex
	dir   *store.Dir
	later *index // of the parts, from where the last look ended
}

// find returns the segment that holds a slot of a thread.
func (m *moved) find(p *Process, thread, sequence uint32) (*piece, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.later == nil {
		m.later = newIndex(&Process{Dir: p.Dir, control: p.control, live: true, ring: p.ring})
		m.later.keeps = true
	}
	if pc, ok := m.known(thread, sequence); ok {
		return pc, true
	}
	m.later.openFrom(p.parts, m.dir)
	m.later.readParts(m.dir) // what cannot be read is not found
	return m.known(thread, sequence)
}

func (m *moved) known(thread, sequence uint32) (*piece, bool) {
	th := m.later.threads[thread]
	if th == nil {
		return nil, false
	}
	for i := range slices.Backward(th.found.segments) {
		if pc := &th.found.segments[i]; pc.sequence <= sequence && uint64(sequence) < pc.behind() {
			seg := *pc
			return &seg, true
		}
	}
	return nil, false
}

// openFrom opens the parts of another index, to go on where that one is.
func (x *index) openFrom(parts []*part, d *store.Dir) {
	if len(x.p.parts) > 0 {
		return
	}
	for _, pt := range parts {
		if own, err := x.openPart(d, pt.number); err == nil && own != nil {
			own.read = pt.read
			x.p.parts = append(x.p.parts, own)
		}
	}
}

// forget closes what find has opened.
func (m *moved) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.later == nil {
		return
	}
	for _, pt := range m.later.p.parts {
		pt.close()
	}
	m.later = nil
}

// elsewhere goes on with the slot pc, of which the first words were visited, in
// the segment that it was moved into; false if it is in none.
func (w *walk) elsewhere(pc *piece, visited int) bool {
	gone := &wire.CorruptError{Offset: pc.offset, What: fmt.Sprintf("slot %d of thread %d was here when the trace was opened", pc.sequence, w.th.Number)}
	seg, ok := w.th.Process.moved.find(w.th.Process, uint32(w.th.Number), pc.sequence)
	if !ok {
		w.deleted(pc, visited, gone)
		return false
	}
	slot := pc
	skip := visited
	for i := w.next - 2; pc.sequence > seg.sequence; i-- {
		if i < 0 || w.th.pieces[i].part != nil || w.th.pieces[i].sequence+1 != pc.sequence {
			w.fail(gone)
			return false
		}
		pc = &w.th.pieces[i]
		skip += int(pc.words)
	}
	if !w.reload(seg) {
		return false
	}
	end := skip + int(slot.words) - visited
	if 8*end > len(w.words) {
		w.words = nil
		w.fail(gone)
		return false
	}
	if visited == 0 && slot.sequence != seg.sequence {
		w.within(slot, 8*skip)
	}
	w.words = w.words[8*skip : 8*end]
	return true
}

// reload is load for a segment that may have been the last one to be loaded: there are
// some slots in each.
func (w *walk) reload(seg *piece) bool {
	if l := &w.loaded; l.words != nil && l.part == seg.part && l.offset == seg.offset {
		w.words, w.head = l.words, l.head
		return true
	}
	if !w.load(seg) {
		return false
	}
	w.loaded = loaded{seg.part, seg.offset, w.words, w.head}
	w.loaded.head.Frames = slices.Clone(w.head.Frames)
	return true
}

// loaded is a segment that a walk has decoded.
type loaded struct {
	part   *part
	offset int64
	words  []byte
	head   replay.Head
}

// deleted passes over what a flight recorder has deleted: it is a gap.
func (w *walk) deleted(pc *piece, visited int, gone error) {
	if !w.th.Process.ring {
		w.fail(gone)
		return
	}
	if visited > 0 {
		w.Lost(uint64(int(pc.words) - visited))
	}
}

// within makes the head that a slot within the segment at hand has had. Its frames are
// those of what was visited before it; where that is nothing, they are looked for.
func (w *walk) within(slot *piece, before int) {
	seg := w.head
	w.head = replay.Head{Sequence: slot.sequence, Slots: 1, Ticks: slot.ticks}
	if w.Begun() {
		return
	}
	var open openFrames
	p := replay.NewPlayer(w.th.Process.names, replay.Uncalibrated, &open)
	p.From(seg.Sequence)
	p.Enter(&seg)
	p.Words(w.words[:before])
	w.head.Ticks = p.Ticks()
	w.head.Depth = uint32(p.Elided() + len(open.frames))
	for i := range open.frames {
		w.head.Frames = open.frames[i].Append(w.head.Frames)
	}
}

// openFrames is a visitor that keeps the stack, in ticks.
type openFrames struct{ frames []wire.Frame }

// Begin, Open, Line, Close, Gap and End are those of a Visitor.
func (o *openFrames) Begin(int64) {}

func (o *openFrames) Open(at int64, c *Code, loc wire.Location, _ wire.Kind) {
	o.frames = append(o.frames, wire.Frame{EnteredTicks: uint64(at), Code: uint32(c.Base), Location: uint32(loc)})
}

func (o *openFrames) Line(_ int64, loc wire.Location) {
	o.frames[len(o.frames)-1].Location = uint32(loc)
}

func (o *openFrames) Close(int64, wire.Kind) { o.frames = o.frames[:len(o.frames)-1] }

func (o *openFrames) Gap(int64, uint64) {}

func (o *openFrames) End(int64) {}

// still reports whether the slot at hand is where it was.
func (w *walk) still(pc *piece) bool {
	if w.probe == nil {
		w.probe = make([]byte, wire.SlotBytes)
	}
	if n, _ := w.th.Process.raw.ReadAt(w.probe, pc.offset); n < len(w.probe) {
		return false
	}
	var h wire.Slot
	h.Decode(w.probe)
	return h.Magic == wire.MagicSlot && h.Thread == uint32(w.th.Number) && h.Sequence == pc.sequence && h.HeaderSize == pc.size
}

package trace

import (
	"fmt"
	"sync"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// moved finds what the controller has compacted since the trace was opened. A
// slot that is not where it was is in a segment by now.
type moved struct {
	mu       sync.Mutex
	dir      *store.Dir
	segments map[uint32][]piece // by thread
}

// find returns the segment that holds a slot of a thread.
func (m *moved) find(p *Process, thread, sequence uint32) (*piece, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if pc, ok := m.known(thread, sequence); ok {
		return pc, true
	}
	x := newIndex(&Process{Dir: p.Dir, control: p.control})
	x.p.parts = nil
	_ = x.openParts(m.dir) // what cannot be read is not found
	m.segments = x.pieces
	p.keep(x.p.parts)
	return m.known(thread, sequence)
}

func (m *moved) known(thread, sequence uint32) (*piece, bool) {
	for i := range m.segments[thread] {
		if pc := &m.segments[thread][i]; pc.sequence <= sequence && sequence-pc.sequence < pc.slots {
			return pc, true
		}
	}
	return nil, false
}

// keep lets Close close the files of these parts too.
func (p *Process) keep(parts []*part) {
	p.later.Lock()
	defer p.later.Unlock()
	p.laterParts = append(p.laterParts, parts...)
}

// elsewhere goes on with the slot pc, of which the first words were visited, in
// the segment that it was moved into.
func (w *walk) elsewhere(pc *piece, visited int) {
	gone := &wire.CorruptError{Offset: pc.offset, What: fmt.Sprintf("slot %d of thread %d was here when the trace was opened", pc.sequence, w.th.Number)}
	seg, ok := w.th.Process.moved.find(w.th.Process, uint32(w.th.Number), pc.sequence)
	if !ok {
		w.fail(gone)
		return
	}
	skip := visited
	for i := w.next - 2; pc.sequence > seg.sequence; i-- {
		if i < 0 || w.th.pieces[i].part != nil || w.th.pieces[i].sequence+1 != pc.sequence {
			w.fail(gone)
			return
		}
		pc = &w.th.pieces[i]
		skip += int(pc.words)
	}
	slot := &w.th.pieces[w.next-1]
	if !w.load(seg) {
		return
	}
	if end := skip + int(slot.words) - visited; 8*end <= len(w.words) {
		w.words = w.words[8*skip : 8*end]
		return
	}
	w.words = nil
	w.fail(gone)
}

// still reports whether the slot at hand is where it was.
func (w *walk) still(pc *piece) bool {
	if w.probe == nil {
		w.probe = make([]byte, wire.SlotBytes)
	}
	if _, err := w.th.Process.raw.ReadAt(w.probe, pc.offset); err != nil {
		return false
	}
	var h wire.Slot
	h.Decode(w.probe)
	return h.Magic == wire.MagicSlot && h.Thread == uint32(w.th.Number) && h.Sequence == pc.sequence && h.HeaderSize == pc.size
}

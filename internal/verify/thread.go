package verify

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"tracer/internal/segment"
	"tracer/internal/store"
	"tracer/internal/zstd"
)

// tools are what a goroutine needs to look at threads.
type tools struct {
	decoder *segment.Decoder
	zstd    *zstd.Decoder
	buf     []byte
}

func newTools() *tools { return &tools{decoder: segment.NewDecoder(), zstd: zstd.NewDecoder()} }

// outcome is what came of a thread.
type outcome struct {
	log                                *log
	events, segments, slots, summaries uint64
	copies                             uint64 // slots that are in a segment, too
}

// walk goes through the pieces of a thread in their order.
type walk struct {
	*tools
	outcome
	p      *process
	t      *thread
	play   *play
	next   uint32 // the sequence that comes next
	end    uint64 // the clock at the last word so far
	ended  bool   // the thread has ended
	doubt  bool   // events are missing since the last head
	unsure bool   // frames may be open that were entered before the first event that there is
	elided bool   // and there are such that no head tells
	sums   sums
}

func (p *process) checkThread(t *thread, tools *tools) outcome {
	w := &walk{tools: tools, outcome: outcome{log: newLog(p.dir)}, p: p, t: t}
	t.pieces = w.order(t.pieces)
	w.sums.sort(w)
	for i := range t.pieces {
		pc := &t.pieces[i]
		w.follows(pc)
		w.sums.enter(w, i)
		if r, ok := w.load(pc); ok {
			w.compare(&r)
			w.run(&r)
		} else {
			w.play = nil
			w.sums.broken()
		}
		w.sums.leave(w, i)
		w.next = pc.sequence + pc.slots
	}
	w.sums.finish(w)
	return w.outcome
}

// last is the sequence of the slot after a piece.
func (pc *piece) last() uint64 { return uint64(pc.sequence) + uint64(pc.slots) }

// span names the slots of a piece.
func (pc *piece) span() string {
	if pc.slots == 1 {
		return fmt.Sprintf("slot %d", pc.sequence)
	}
	return fmt.Sprintf("slots %d to %d", pc.sequence, pc.last()-1)
}

// file is where a piece lies.
func (pc *piece) file() string {
	if pc.part == nil {
		return store.RawName
	}
	return pc.part.segments.name
}

func (w *walk) note(s Severity, pc *piece, from, to uint64, format string, args ...any) {
	w.log.add(Finding{File: pc.file(), Offset: pc.offset, Severity: s, What: fmt.Sprintf(format, args...),
		Thread: w.t.number, From: w.p.ns(from), To: w.p.ns(to)})
}

// damage notes damage in a run.
func (w *walk) damage(r *run, format string, args ...any) {
	w.note(Damage, r.piece, r.Ticks, r.end, format, args...)
}

// order sorts pieces by sequence and leaves out those that are there twice.
func (w *walk) order(all []piece) []piece {
	slices.SortStableFunc(all, func(a, b piece) int {
		return cmp.Or(cmp.Compare(a.sequence, b.sequence), cmp.Compare(b.slots, a.slots))
	})
	kept := all[:0]
	for _, pc := range all {
		n := len(kept)
		if n == 0 || uint64(pc.sequence) >= kept[n-1].last() {
			kept = append(kept, pc)
			continue
		}
		switch last := &kept[n-1]; {
		case last.part != nil && pc.part == nil: // it was about to be emptied
			last.copies = append(last.copies, pc.offset)
		case last.part == nil && pc.part != nil:
			pc.copies = append(last.copies, last.offset)
			*last = pc
		default:
			w.twice(last, &pc)
		}
	}
	return kept
}

// twice tells of a piece that there must not be.
func (w *walk) twice(a, b *piece) {
	how := "with other content"
	if x, ok := w.bytes(a); ok {
		if y, ok := w.bytes(b); ok && bytes.Equal(x, y) {
			how = "with the same content"
		}
	}
	w.log.add(Finding{File: b.file(), Offset: b.offset, Severity: Damage, Thread: w.t.number, From: -1, To: -1,
		What: fmt.Sprintf("slot %d once more, %s as at byte %d of %s", b.sequence, how, a.offset, a.file())})
}

// bytes reads a piece as it lies in its file.
func (w *walk) bytes(pc *piece) ([]byte, bool) {
	in, size := w.p.raw, int64(pc.size)
	if pc.part != nil {
		in = pc.part.segments
	} else {
		size = min(w.p.slotSize, in.size-pc.offset)
	}
	b, err := in.read(make([]byte, size), pc.offset)
	return b, err == nil && int64(len(b)) == size
}

// follows tests that no slot is missing before a piece.
func (w *walk) follows(pc *piece) {
	if pc.sequence == w.next {
		return
	}
	w.unsure, w.doubt = true, true
	s, why := Damage, ""
	switch {
	case w.p.v.state == store.Recording:
		s = Note
	case w.next == 0 && w.p.v.ring():
		s, why = Note, ": the trace has only the latest"
	}
	from := w.end
	w.log.add(Finding{File: pc.file(), Offset: pc.offset, Severity: s, Thread: w.t.number, From: w.p.ns(from), To: -1,
		What: fmt.Sprintf("slots %d to %d are missing before slot %d%s", w.next, pc.sequence-1, pc.sequence, why)})
	if w.next == 0 {
		w.play = nil
	}
}

// ring reports whether old slots are deleted.
func (v *verifier) ring() bool {
	m := v.manifest
	return m == nil || m.Settings.Ring != 0 || m.Settings.RingTime != 0 || m.Settings.WhenFull == "ring"
}

// from returns the sequence of what was a thread's first slot for those who added it
// up, of which pc is the first that can be read.
func (w *walk) from(pc *piece) uint32 {
	if pc == &w.t.pieces[0] {
		return w.p.from(pc)
	}
	return pc.sequence
}

// from is that for a piece that is the first there is: what was before it may have
// been deleted since.
func (p *process) from(pc *piece) uint32 {
	if pc.part != nil && p.parts[0].number > 0 {
		return pc.sequence
	}
	return 0
}

// run plays a run and counts it.
func (w *walk) run(r *run) {
	pc := r.piece
	if w.play == nil {
		if pc.sequence != 0 {
			w.unsure = true
		}
		w.play = w.p.newPlay(w.from(pc), w.sums.tree(pc))
	}
	w.scan(r)
	w.play.run(r)
	w.elided = w.elided || w.unsure && w.play.Elided() > 0
	w.sums.add(r)
	w.events += r.events
	w.end, w.ended = r.end, r.last
	if r.lost > 0 {
		w.note(Loss, pc, r.Ticks, r.end, "%d events were lost within or after %s", r.lost, pc.span())
	}
	w.doubt = w.doubt || r.Lost > 0
	if pc.part == nil {
		w.slots++
	} else {
		w.segments++
	}
}

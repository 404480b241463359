package drain

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"tracer/internal/replay"
	"tracer/internal/store"
	"tracer/internal/summary"
	"tracer/internal/wire"
)

// place is a thread and a level of summaries.
type place struct{ thread, level uint32 }

// rebuild makes the summaries that were in memory when an earlier drain was stopped:
// of segments that no summary covers, and of summaries that none above them covers.
func (p *Process) rebuild(w *Worker) {
	covered := map[place]*spans{} // the slots that the summaries of a level are of
	tops := map[uint32]int{}      // how many entries of a thread no other covers
	walk := func(f func(*wire.Node)) {
		pt := p.out
		written := pt.index.size
		_, _ = readIndex(pt.index.file, written, pt.segments.size, pt.summaries.size, f)
		for b := pt.index.buf; len(b) > 0; b = b[wire.NodeBytes:] { // of tail
			var n wire.Node
			n.Decode(b)
			f(&n)
		}
	}
	walk(func(n *wire.Node) {
		at := place{n.Thread, n.Level}
		if covered[at] == nil {
			covered[at] = new(spans)
		}
		covered[at].add(uint64(n.Sequence), uint64(n.Sequence)+uint64(n.Slots))
	})
	open := func(n *wire.Node) bool {
		above := covered[place{n.Thread, n.Level + 1}]
		return above == nil || !above.has(uint64(n.Sequence))
	}
	walk(func(n *wire.Node) {
		if open(n) {
			tops[n.Thread]++
		} else if n.Level == 0 {
			p.threads[n.Thread].last = &stretch{*n, p.out.number}
		}
	})
	var left []wire.Node
	walk(func(n *wire.Node) {
		t := p.threads[n.Thread]
		if t != nil && open(n) && !(t.ended && n.Level > 0 && tops[n.Thread] == 1) {
			left = append(left, *n)
		}
	})
	// Where a summary was left out, those before it were taken in later than those below it were written.
	slices.SortStableFunc(left, func(a, b wire.Node) int { return cmp.Compare(a.Sequence, b.Sequence) })
	at := map[uint32]uint64{}
	for i := range left {
		n := &left[i]
		err := p.revive(w, p.threads[n.Thread], n, at[n.Thread])
		if err != nil {
			p.problem(fmt.Errorf("resume thread %d of %s: %w", n.Thread, p.Dir, err))
		}
		at[n.Thread] = uint64(n.Sequence) + uint64(n.Slots)
	}
	for _, t := range p.threads {
		if !t.ended {
			p.prime(w, t)
		}
		t.last = nil
	}
}

// stretch is a segment and the part that it is in.
type stretch struct {
	wire.Node
	part int
}

// prime replays the last segment that a summary covers, so that what comes goes on
// where it ended: in its frames, at its time.
func (p *Process) prime(w *Worker, t *thread) {
	if t.player != nil || t.last == nil {
		return
	}
	f, size, err := p.trace.Open(p.Dir, store.PartName(store.SegmentsName, t.last.part))
	if err == nil {
		defer f.Close()
	}
	if err == nil && int64(t.last.Offset)+int64(t.last.Size) <= size {
		p.quiet = true
		err = p.replay(w, t, f, &t.last.Node)
		p.quiet = false
	}
	if err != nil {
		p.problem(fmt.Errorf("resume thread %d of %s: %w", t.number, p.Dir, err))
	}
	if t.builder != nil {
		t.builder.Cut(t.player.At())
	}
	t.open = tally{}
}

// revive takes an entry in that nothing covers. They come in their order.
func (p *Process) revive(w *Worker, t *thread, n *wire.Node, after uint64) error {
	if uint64(n.Sequence) < after || n.Level > 0 && t.open.children > 0 {
		return &wire.CorruptError{Offset: int64(n.Offset), What: fmt.Sprintf("slot %d of level %d out of its order", n.Sequence, n.Level)}
	}
	if n.Level == 0 {
		p.prime(w, t)
		return p.replay(w, t, p.out.segments.file, n)
	}
	return p.reload(w, t, n)
}

// from returns what was the first slot of a thread of which the first that is left has
// this sequence: others may have been forgotten.
func (p *Process) from(t *thread, sequence uint32) uint32 {
	if first := append(p.closed, closedPart{number: p.out.number})[0]; t.last == nil && first.number == 0 {
		return 0
	}
	return sequence
}

// replay adds up a segment.
func (p *Process) replay(w *Worker, t *thread, f io.ReaderAt, n *wire.Node) error {
	h, frames, words, err := w.read(f, int64(n.Offset), n.Size)
	if err != nil {
		return err
	}
	if got := nodeOf(&h, int64(n.Offset), words); got.Thread != n.Thread || got.Sequence != n.Sequence || got.Slots != n.Slots ||
		got.Ticks != n.Ticks || got.EndTicks != n.EndTicks || got.Events != n.Events {
		return &wire.CorruptError{Offset: int64(n.Offset), What: "a segment that is not what the index says"}
	}
	p.play(t)
	p.sumIfDue(w, t)
	if !t.player.Begun() {
		t.player.From(p.from(t, h.Sequence))
	}
	t.player.Enter(&replay.Head{Sequence: h.Sequence, Slots: h.Slots, Ticks: h.Ticks, Depth: h.Depth, Frames: frames})
	t.player.Words(words)
	t.player.Lost(uint64(h.Lost))
	t.open.add(n)
	return nil
}

// reload adds a summary to the one above it.
func (p *Process) reload(w *Worker, t *thread, n *wire.Node) error {
	b := make([]byte, n.Size)
	if _, err := p.out.summaries.file.ReadAt(b, int64(n.Offset)); err != nil {
		return err
	}
	_, s, err := summary.Decode(b, w.unzstd)
	if err != nil {
		return err
	}
	if k := len(s.Contexts); k > 0 && int(s.Contexts[k-1].Number) >= p.contexts.Len() {
		return &wire.CorruptError{Offset: int64(n.Offset), What: fmt.Sprintf("summary of context %d, there are %d", s.Contexts[k-1].Number, p.contexts.Len())}
	}
	p.raise(w, t, n, s)
	return nil
}

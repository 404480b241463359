package trace

import (
	"fmt"
	"path"

	"tracer/internal/replay"
	"tracer/internal/segment"
	"tracer/internal/wire"
)

// ReplayWhile is Replay that calls step now and then with how many events were told since
// the last time, and ends at once when that returns an error: without v.End.
func (p *Part) ReplayWhile(v PartVisitor, step func(events uint64) error) error {
	c := replay.NewPricer(p.th.Process.names.Costs, v)
	w := newWalkOf(p.th, p.a, p.b, c, replay.Uncalibrated, window)
	w.Waited(p.th.waited(p.a))
	w.decode = p.pool.Get().(*segment.Decoder)
	defer p.pool.Put(w.decode)
	r := partReplay{p, w, nil}
	if p.from > 0 {
		w.limit = p.from
		if err := r.walk(nil); err != nil {
			return err
		}
	} else if w.step(); w.failed != nil {
		w.behead(&p.th.pieces[p.a])
	}
	w.Start(p.begin, p.since)
	// Only the pieces at the window's end are looked through for where that is.
	if stop := p.within(); stop >= w.next {
		w.limit, w.stop = 0, stop
		if err := r.walk(step); err != nil {
			return err
		}
	}
	w.limit, w.stop = p.to, p.b
	if err := r.walk(step); err != nil {
		return err
	}
	if !p.last && w.Gapped(p.th.pieces[p.b].sequence) {
		w.stop++
		w.step() // what the next part begins with
	}
	w.Stop(p.end)
	return r.err()
}

// waited returns the ticks of a time mark that stands at the end of what is before piece i:
// it belongs to the first event of that.
func (th *Thread) waited(i int) uint64 {
	if i == 0 || th.pieces[i-1].behind() != uint64(th.pieces[i].sequence) || th.pieces[i-1].end < th.pieces[i].ticks {
		return 0
	}
	return (th.pieces[i-1].end - th.pieces[i].ticks) &^ wire.MaxDelta
}

// within returns the first piece that the window may end in.
func (p *Part) within() int {
	for i := p.a; i < p.b; i++ {
		if p.th.pieces[i].end >= p.to {
			return i
		}
	}
	return p.b
}

// left is how many words of the piece at hand are still to be visited.
func (w *walk) left() int { return len(w.words)/8 + int(w.end-w.off)/8 }

// partReplay goes on where reading fails: what follows a piece that cannot be read is
// told by the next one's head.
type partReplay struct {
	*Part
	w      *walk
	failed error
}

// walk visits what there is, up to the limit.
func (r *partReplay) walk(step func(events uint64) error) error {
	w := r.w
	for {
		for left := w.left(); w.step(); left = w.left() {
			if n := left - w.left(); n > 0 && step != nil {
				if err := step(uint64(n)); err != nil {
					return err
				}
			}
		}
		if w.failed == nil {
			return nil
		}
		if r.failed == nil {
			r.failed = r.wrap(w.failed)
		}
		w.failed = nil
		w.words, w.off, w.end, w.lost = nil, 0, 0, 0
		w.Miss()
		if w.next >= w.stop {
			return nil
		}
	}
}

func (r *partReplay) err() error {
	if r.failed != nil {
		return r.failed
	}
	return r.w.err()
}

func (r *partReplay) wrap(err error) error {
	return fmt.Errorf("read thread %d of %s: %w", r.th.Number, path.Join(r.th.Process.Dir, r.w.file), err)
}

// behead enters a segment that cannot be read with what its head says, if that can be: what
// stands before it is told to end so.
func (w *walk) behead(pc *piece) {
	if pc.part == nil || pc.part.segments == nil {
		return
	}
	b := make([]byte, wire.SegmentBytes)
	if _, err := pc.part.segments.ReadAt(b, pc.offset); err != nil {
		return
	}
	h, err := segment.ReadHead(b)
	if err != nil || h.Thread != uint32(w.th.Number) || h.Sequence != pc.sequence || uint64(h.Frames)*wire.FrameBytes > uint64(pc.size) {
		return
	}
	frames := make([]byte, h.Frames*wire.FrameBytes)
	if _, err := pc.part.segments.ReadAt(frames, pc.offset+wire.SegmentBytes); err == nil {
		w.Enter(&replay.Head{Sequence: h.Sequence, Slots: h.Slots, Ticks: h.Ticks, Depth: h.Depth, Frames: frames})
	}
}

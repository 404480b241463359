package trace

import (
	"math"
	"slices"
	"sync"

	"tracer/internal/replay"
	"tracer/internal/segment"
	"tracer/internal/wire"
)

// Moment is a point on a thread's two clocks: the time, and what recording had cost up
// to then. Times are ticks of the process's clock, see Process.NS; costs are in
// CostUnit-ths of a tick, from the begin of the part. An interval between two moments
// lasted b.At-a.At ticks, and b.Cost-a.Cost of it was the tracer: see Process.Corrected.
type Moment = replay.Moment

// PartVisitor is told the events of a part in their order. Costs are charged by the rules
// in package summary: at an event the moment is what holds after its cost before it was
// charged and before its cost after it is, so that differences of moments are right for
// the frame that ends there and for the one that begins there.
//
// What is open at a part's end stays open: the next part's Begin has the same frames, at
// the same time. Where events were lost before, a frame may be at a later line there: the
// next part's head tells it, which the events before do not. After a window's last part they are to be
// taken as closed.
type PartVisitor = replay.MomentVisitor

// TaskVisitor is a PartVisitor that is told, besides, which task the thread runs from a moment
// on: an Event's Task. What it runs where a part begins its open frames say.
type TaskVisitor = replay.MomentTaskVisitor

// CollectionVisitor is a PartVisitor that is told, besides, when garbage was collected: a
// collection of a generation, 0 to 2, has taken so many ticks of the time before the next event.
type CollectionVisitor = replay.MomentCollectionVisitor

// OpenFrame is a frame that is open at a part's begin.
type OpenFrame = replay.OpenFrame

// Part is a stretch of a thread's events that can be read by itself. Parts may be
// replayed at the same time.
type Part struct {
	th     *Thread
	a, b   int    // pieces
	from   uint64 // ticks: events before that are not told; 0: none are
	to     uint64 // ticks: events from there on are not told
	begin  int64  // ticks
	end    int64
	since  int64 // ticks: frames that were opened then or later are of an earlier part
	last   bool
	events uint64
	pool   *sync.Pool // of *segment.Decoder
}

// partEvents is how many events a part has at least, if there are more.
const partEvents = 400_000

// Parts returns the thread's events in a window as parts of some 100,000 to 1,000,000
// events each, in order, each beginning where the one before ends. Their ends are cut
// as Sum cuts them.
func (th *Thread) Parts(w Window) []*Part { return th.divide(w, partEvents) }

// Part returns the thread's events in a window as one part, nil if there is nothing.
func (th *Thread) Part(w Window) *Part {
	if parts := th.divide(w, math.MaxUint64); len(parts) > 0 {
		return parts[0]
	}
	return nil
}

// divide returns parts of so many events or more.
func (th *Thread) divide(w Window, least uint64) (parts []*Part) {
	from, to := w.ticks(th.Process)
	a := slices.IndexFunc(th.pieces, func(pc piece) bool { return pc.end >= from })
	if a < 0 {
		return nil
	}
	pool := &sync.Pool{New: func() any { return segment.NewDecoder() }}
	reached := max(th.pieces[a].ticks, from)
	var pt *Part
	i := a
	for ; i < len(th.pieces) && th.pieces[i].ticks < to; i++ {
		pc := &th.pieces[i]
		if pt == nil || pt.events >= least && th.complete(pc) {
			at := int64(max(reached, pc.ticks))
			pt = &Part{th: th, a: i, to: to, begin: at, since: math.MaxInt64, pool: pool}
			if len(parts) > 0 {
				parts[len(parts)-1].end = at
				pt.since = parts[0].begin
			}
			parts = append(parts, pt)
		}
		pt.b, pt.events = i+1, pt.events+pc.events
		reached = max(reached, pc.end)
	}
	if pt == nil {
		return nil
	}
	pt.last, pt.end = true, int64(min(reached, to))
	if from > th.pieces[a].ticks {
		parts[0].from = from
	}
	return parts
}

// complete reports whether a piece's head has all frames that are open. Of one that has
// only the innermost, what stands before it is needed to know what its events mean.
func (th *Thread) complete(pc *piece) bool {
	var b [wire.SegmentBytes]byte
	if pc.part == nil {
		var h wire.Slot
		if _, err := th.Process.raw.ReadAt(b[:wire.SlotBytes], pc.offset); err != nil {
			return false
		}
		h.Decode(b[:])
		return h.Magic == wire.MagicSlot && h.Thread == uint32(th.Number) && h.Sequence == pc.sequence && h.Depth == h.Frames
	}
	if pc.part.segments == nil {
		return false
	}
	if _, err := pc.part.segments.ReadAt(b[:], pc.offset); err != nil {
		return false
	}
	h, err := segment.ReadHead(b[:])
	return err == nil && h.Depth == h.Frames
}

// Thread returns the thread whose part it is.
func (p *Part) Thread() *Thread { return p.th }

// Events returns about how many events there are, for progress.
func (p *Part) Events() uint64 { return p.events }

// Replay tells v the part's events. The error says what could not be read, after all that
// could be was told and v.End was called.
func (p *Part) Replay(v PartVisitor) error { return p.ReplayWhile(v, nil) }

// NS returns the time of a reading of the process's clock: ns since the trace began.
func (p *Process) NS(ticks int64) int64 { return p.clock.NS(uint64(max(ticks, 0))) }

package verify

import (
	"encoding/binary"
	"strconv"

	"tracer/internal/names"
	"tracer/internal/wire"
)

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }

// compare tests that a run goes on where the one before it ended: its thread, its
// time, and the frames in its head.
func (w *walk) compare(r *run) {
	if r.tid != w.t.tid {
		w.damage(r, "thread %d has the system's id %d, and %d before", w.t.number, r.tid, w.t.tid)
	}
	if w.ended {
		w.damage(r, "slot %d of thread %d, which had ended", r.Sequence, w.t.number)
	}
	if r.Ticks < w.end {
		w.damage(r, "slot %d begins at %d ticks, the one before it ended at %d", r.Sequence, r.Ticks, w.end)
	}
	if !w.p.unnamed {
		w.checkFrames(r)
	}
	// Frames that a replay does not know are not closed in it.
	if w.play != nil && !w.doubt && !w.p.unnamed && r.Sequence == w.next && w.play.Elided() == 0 {
		w.checkStack(r)
	}
	w.doubt = false
}

// checkFrames tests that the frames in a head are named and entered before it.
func (w *walk) checkFrames(r *run) {
	for b := r.Frames; len(b) > 0; b = b[wire.FrameBytes:] {
		var f wire.Frame
		f.Decode(b)
		c := w.p.names.Code(wire.Location(f.Code))
		if c == nil || c.Base != wire.Location(f.Code) || wire.Location(f.Location) < c.Base || wire.Location(f.Location) >= c.End {
			w.damage(r, "slot %d has a frame of code %d at location %d, which is not named", r.Sequence, f.Code, f.Location)
		}
		if f.EnteredTicks > r.Ticks {
			w.damage(r, "slot %d begins at %d ticks with a frame that was entered at %d", r.Sequence, r.Ticks, f.EnteredTicks)
		}
	}
}

// checkStack compares the frames in a head with those that the events before it
// leave open.
func (w *walk) checkStack(r *run) {
	open, n := w.play.frames.open, len(r.Frames)/wire.FrameBytes
	if int(r.Depth) != len(open) || n < w.stored(r) {
		w.damage(r, "slot %d has %d open frames and tells %d, the events before it leave %d", r.Sequence, r.Depth, n, len(open))
		return
	}
	for i := 1; i <= min(n, len(open)); i++ {
		var f wire.Frame
		f.Decode(r.Frames[(n-i)*wire.FrameBytes:])
		have := open[len(open)-i]
		if uint32(have.code.Base) != f.Code || uint32(have.loc) != f.Location || have.entered != f.EnteredTicks {
			w.damage(r, "slot %d has a frame of code %d at %d, entered at %d; the events before it leave one of code %d at %d, entered at %d",
				r.Sequence, f.Code, f.Location, f.EnteredTicks, have.code.Base, have.loc, have.entered)
			return
		}
	}
}

// stored is how many of the open frames a head has at least: a quarter of a slot of
// them, if there are so many.
func (w *walk) stored(r *run) int {
	return min(int(r.Depth), int(w.p.slotSize)/4/wire.FrameBytes)
}

// scan tests each event of a run: that its location is known, and of its kind.
func (w *walk) scan(r *run) {
	var c *names.Code
	bad, first, what := 0, int64(0), ""
	for i := 0; i+8 <= len(r.words); i += 8 {
		e := wire.Event(binary.LittleEndian.Uint64(r.words[i:]))
		k, loc := e.Kind(), e.Location()
		wrong := ""
		if e == 0 {
			wrong = "a word of 0"
		} else if k == wire.Mark {
			if loc < wire.MarkTime || loc > wire.MarkCollection {
				wrong = "an unknown mark"
			}
			w.doubt = w.doubt || loc == wire.MarkGap
		} else if !w.p.unnamed {
			if c == nil || loc < c.Base || loc >= c.End {
				c = w.p.names.Code(loc)
			}
			switch {
			case c == nil:
				wrong = "an event of a location that is not named"
			case k == wire.Line && loc == c.Base, (k == wire.Call || k.Closes()) && loc != c.Base:
				wrong = "an event whose location is not of its kind"
			}
		}
		if wrong == "" {
			continue
		}
		if bad++; bad == 1 {
			first, what = int64(i/8), wrong
		}
	}
	if bad > 0 {
		w.damage(r, "%s at word %d of slot %d; such words: %d", what, first, r.Sequence, bad)
	}
}

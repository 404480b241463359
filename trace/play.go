package trace

import (
	"encoding/binary"

	"tracer/internal/wire"
)

// play visits words and returns how many bytes of them; it stops at a zero. This
// is the loop that everything waits for: no allocation, no call but the visitor's, the
// innermost frame's locations in registers.
func (r *replay) play(words []byte) int {
	v, k, ticks, at := r.v, r.clock, r.ticks, r.at
	base, span := r.top()
	b := words
loop:
	for ; len(b) >= 8; b = b[8:] {
		w := wire.Event(binary.LittleEndian.Uint64(b))
		kind, loc := w.Kind(), w.Location()
		if kind == wire.Mark {
			ticks += r.mark(w, at, r.off+int64(len(words)-len(b)))
			continue
		}
		ticks += uint64(w.Delta())
		if t := k.ns(ticks); t > at {
			at = t
		}
		switch {
		case kind == wire.Line && loc-base < span:
			v.Line(at, loc)
			continue
		case kind == wire.Call && r.calls[loc%256] != nil && r.calls[loc%256].Base == loc:
			r.push(r.calls[loc%256], ticks)
			v.Open(at, r.calls[loc%256], loc, kind)
		case kind.Closes() && loc-base < span:
			v.Close(at, kind)
			r.pop()
		case w == 0:
			break loop
		default:
			r.odd(kind, loc, ticks, at, r.off+int64(len(words)-len(b)))
		}
		base, span = r.top()
	}
	r.ticks, r.at = ticks, at
	if n := len(words) - len(b); n > 0 {
		r.carry(wire.Event(binary.LittleEndian.Uint64(words[n-8:])))
	}
	return len(words) - len(b)
}

// carry keeps the upper half of a delta whose lower half comes with the next slot.
func (r *replay) carry(last wire.Event) {
	r.pending = 0
	if last.Kind() == wire.Mark && last.Location() == wire.MarkTime {
		r.pending = uint64(last.Delta()) << 32
	}
}

// mark returns the ticks of a time mark, 0 for others.
func (r *replay) mark(w wire.Event, at, off int64) uint64 {
	switch w.Location() {
	case wire.MarkTime:
		return uint64(w.Delta()) << 32
	case wire.MarkGap:
		r.v.Gap(at, uint64(w.Delta()))
	default:
		r.bad(off)
	}
	return 0
}

// odd is an event that is not of the innermost frame, opens one for the first
// time in a while, or is of no code at all.
func (r *replay) odd(k wire.Kind, loc wire.Location, ticks uint64, at, off int64) {
	c := r.th.Process.Code(loc)
	switch {
	case c == nil:
		r.bad(off)
	case k.Opens():
		if k == wire.Call {
			loc = c.Base
			r.calls[loc%256] = c
		}
		r.push(c, ticks)
		r.v.Open(at, c, loc, k)
		return
	case k == wire.Line:
		if !r.unwindTo(c, at, r.v) {
			r.push(c, ticks)
			r.v.Open(at, c, c.Base, Adopted)
		}
		r.v.Line(at, loc)
		return
	case r.unwindTo(c, at, r.v):
		r.v.Close(at, k)
		r.pop()
		return
	}
	if r.stray != nil {
		r.stray(at, k, loc)
	}
}

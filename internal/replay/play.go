package replay

import (
	"encoding/binary"

	"tracer/internal/wire"
)

// Words visits words and returns how many bytes of them; it stops at a zero. This
// is the loop that everything waits for: no allocation, no call but the visitor's, the
// innermost frame's locations in registers.
func (p *Player) Words(words []byte) int {
	if p.priced != nil && !p.priced.silent {
		return p.moments(words)
	}
	v, k, ticks, at := p.v, p.clock, p.ticks, p.at
	base, span := p.top()
	b := words
loop:
	for ; len(b) >= 8; b = b[8:] {
		w := wire.Event(binary.LittleEndian.Uint64(b))
		kind, loc := w.Kind(), w.Location()
		if kind == wire.Mark {
			ticks += p.mark(w, at, p.off+int64(len(words)-len(b)))
			continue
		}
		ticks += uint64(w.Delta())
		if t := k.NS(ticks); t > at {
			at = t
		}
		switch {
		case kind == wire.Line && loc-base < span:
			v.Line(at, loc)
			continue
		case kind.Opens() && p.opened[loc%256].loc == loc:
			m := p.opened[loc%256].met
			if kind == wire.Call {
				loc = m.base
			}
			p.push(m, ticks)
			v.Open(at, m.code, loc, kind)
		case kind.Closes() && loc-base < span:
			v.Close(at, kind)
			p.pop()
		case w == 0:
			break loop
		default:
			p.odd(kind, loc, ticks, at, p.off+int64(len(words)-len(b)))
		}
		base, span = p.top()
	}
	p.ticks, p.at = ticks, at
	if n := len(words) - len(b); n > 0 {
		p.carry(wire.Event(binary.LittleEndian.Uint64(words[n-8:])))
	}
	return len(words) - len(b)
}

// carry keeps the upper half of a delta whose lower half comes with the next slot.
func (p *Player) carry(last wire.Event) {
	p.pending = 0
	if last.Kind() == wire.Mark && last.Location() == wire.MarkTime {
		p.pending = uint64(last.Delta()) << 32
	}
}

// mark returns the ticks of a time mark, 0 for others.
func (p *Player) mark(w wire.Event, at, off int64) uint64 {
	switch w.Location() {
	case wire.MarkTime:
		return uint64(w.Delta()) << 32
	case wire.MarkGap:
		p.v.Gap(at, uint64(w.Delta()))
	case wire.MarkOwn:
		if p.own != nil {
			p.own.Own(at, uint64(w.Delta()))
		}
	case wire.MarkPace:
		if p.pace != nil {
			p.pace.Pace(at, uint64(w.Delta()))
		}
	case wire.MarkTask:
		if p.task != nil {
			p.task.Task(at, w.Delta())
		}
	case wire.MarkCollection:
		if p.collected != nil {
			ticks, generation := wire.Collection(w.Delta())
			p.collected.Collection(at, ticks, generation)
		}
	default:
		p.bad(off)
	}
	return 0
}

// odd is an event that is not of the innermost frame, opens one for the first
// time in a while, or is of no code at all.
func (p *Player) odd(k wire.Kind, loc wire.Location, ticks uint64, at, off int64) {
	c := p.names.Code(loc)
	if c == nil {
		p.bad(off)
		p.stray(at, k, loc)
		return
	}
	m := p.meet(c)
	switch {
	case k.Opens():
		p.opened[loc%256] = opened{loc, m}
		if k == wire.Call {
			loc = c.Base
		}
		p.push(m, ticks)
		p.v.Open(at, c, loc, k)
	case k == wire.Line:
		if !p.unwindTo(m, at, p.v) {
			p.push(m, ticks)
			p.v.Open(at, c, loc, Adopted)
		}
		p.v.Line(at, loc)
	case p.unwindTo(m, at, p.v):
		p.v.Close(at, k)
		p.pop()
	default:
		p.stray(at, k, loc)
	}
}

func (p *Player) stray(at int64, k wire.Kind, loc wire.Location) {
	if p.Stray != nil {
		p.Stray(at, k, loc)
	}
}

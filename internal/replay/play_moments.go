package replay

import (
	"encoding/binary"

	"tracer/internal/wire"
)

// moments is Words for a pricer that has started, without a call in between: what is
// common is told to its visitor at once.
func (p *Player) moments(words []byte) int {
	c, v, ticks, at := p.priced, p.priced.v, p.ticks, p.at
	cost, fresh, line := c.cost, c.fresh, c.after[wire.Line]
	base, span := p.top()
	b := words
loop:
	for ; len(b) >= 8; b = b[8:] {
		w := wire.Event(binary.LittleEndian.Uint64(b))
		kind, loc := w.Kind(), w.Location()
		if kind == wire.Mark {
			c.cost = cost
			ticks += p.mark(w, at, p.off+int64(len(words)-len(b)))
			cost, line = c.cost, c.after[wire.Line]
			continue
		}
		ticks += uint64(w.Delta())
		at = max(at, int64(ticks))
		switch {
		case kind == wire.Line && loc-base < span:
			if at == fresh {
				cost -= c.after[wire.Call]
				v.Line(Moment{at, cost}, loc)
				cost += c.first
				fresh = never
				continue
			}
			v.Line(Moment{at, cost}, loc)
			cost += line
			continue
		case kind.Opens() && p.opened[loc%256].loc == loc:
			m := p.opened[loc%256].met
			fresh = never
			if kind == wire.Call {
				loc, fresh = m.base, at
			}
			p.push(m, ticks)
			cost += c.before[kind]
			v.Open(Moment{at, cost}, m.code, loc, kind)
			cost += c.after[kind]
		case kind.Closes() && loc-base < span:
			cost += c.before[kind]
			v.Close(Moment{at, cost}, kind)
			cost += c.after[kind]
			fresh = never
			p.pop()
		case w == 0:
			break loop
		default:
			c.cost, c.fresh = cost, fresh
			p.odd(kind, loc, ticks, at, p.off+int64(len(words)-len(b)))
			cost, fresh = c.cost, c.fresh
		}
		base, span = p.top()
	}
	p.ticks, p.at, c.cost, c.fresh = ticks, at, cost, fresh
	if n := len(words) - len(b); n > 0 {
		p.carry(wire.Event(binary.LittleEndian.Uint64(words[n-8:])))
	}
	return len(words) - len(b)
}

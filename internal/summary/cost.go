package summary

import (
	"math"

	"tracer/internal/names"
	"tracer/internal/wire"
)

// prices are what events cost, in the way in which it is added up: nothing for each
// line but its hit. So the cost of a row is its hits at the price of a line, and its
// extra; that of all is the events at the price of a line, and the rest.
type prices struct {
	line  int64
	first int64     // beyond a line
	call  int64     // after a call, which a first line takes back
	kinds [16]price // by kind, of what opens and closes
}

// price is what an event costs the line before it, and the one after it.
type price struct {
	before, after int64
	moved         int64 // before, without the price of a line if the event counts
}

func newPrices(c *names.Costs) prices {
	p := prices{line: int64(c.After[wire.Line]), first: int64(c.First) - int64(c.After[wire.Line]), call: int64(c.After[wire.Call])}
	for k := range wire.Mark {
		if k.Opens() || k.Closes() {
			p.kinds[k] = price{int64(c.Before[k]), int64(c.After[k]), int64(c.Before[k]) - p.line}
		}
	}
	return p
}

// never is a time at which nothing is called.
const never = math.MinInt64

// cost is what all events have cost so far, also those before the last Cut.
func (b *Builder) cost() int64 { return int64(b.events)*b.price.line + b.rest }

// costOf is what was charged to a row.
func (b *Builder) costOf(row uint32) int64 {
	return int64(b.lines[row].hits)*b.price.line + b.below[row].extra
}

// first is the first line of a call, before it is the current one. The clock was read
// once for both.
func (b *Builder) first(row uint32) {
	b.fresh = never
	b.below[b.row].extra -= b.price.call
	b.below[row].extra += b.price.first
	b.rest += b.price.first - b.price.call
}

// Own implements replay.OwnVisitor.
func (b *Builder) Own(_ int64, ticks uint64) {
	cost := int64(ticks * names.CostUnit)
	b.below[b.row].extra += cost
	b.rest += cost
}

// Pace implements replay.PaceVisitor: what events cost from here on is another price. What
// was charged stays.
func (b *Builder) Pace(_ int64, ticks uint64) {
	pace := b.costs.PaceOf(ticks)
	if pace == b.pace {
		return
	}
	b.pace = pace
	costs := b.costs.At(pace)
	cheaper := b.price.line
	b.price = newPrices(&costs)
	cheaper -= b.price.line
	b.rest += int64(b.events) * cheaper
	for row := range b.lines {
		b.below[row].extra += int64(b.lines[row].hits) * cheaper
	}
}

// longest notes an activation that is not shorter than the longest so far.
func (f *functionSum) longest(ticks uint64, cost int64) {
	if ticks > f.max || cost < f.maxCost {
		f.max, f.maxCost = ticks, cost
	}
}

// shortest notes one that is not longer than the shortest so far.
func (f *functionSum) shortest(ticks uint64, cost int64) {
	if ticks < f.min || cost > f.minCost {
		f.min, f.minCost = ticks, cost
	}
}

package summary

import (
	"encoding/binary"
	"math/rand/v2"
	"strconv"
	"testing"

	"tracer/internal/names"
	"tracer/internal/replay"
	"tracer/internal/wire"
)

// priced gives the events of a process random costs: a third of all processes has none.
func priced(rnd *rand.Rand, set *names.Set) *names.Set {
	if rnd.IntN(3) == 0 {
		return set
	}
	cost := func() int32 { return rnd.Int32N(20_000) - 4000 }
	c := &set.Costs
	for k := range wire.Mark {
		c.Before[k], c.After[k] = cost(), cost()
	}
	c.Before[wire.Line], c.First, c.Pace = 0, cost(), 1+rnd.Uint32N(50)
	return set
}

// world makes code of all shapes: pairs of code objects that are one function, functions
// that share lines of a file, one that lists its lines, and one too large to
// have rows at once.
func world(tb testing.TB) *names.Set {
	var records []wire.CodeRecord
	base := uint32(1)
	add := func(count, i int, lines []byte) {
		records = append(records, wire.CodeRecord{
			Base: base, Count: uint32(count), File: uint32(1 + i%2), FirstLine: uint32(100 * (i / 3)), MinLine: uint32(100 * (i / 3)),
			Module: []byte("m" + strconv.Itoa(i%4)), Qualname: []byte("f" + strconv.Itoa(i)), Lines: lines,
		})
		base += uint32(count) + 1
	}
	for i := range 10 {
		add(7, i/2, nil)
		base += uint32(i % 3)
	}
	add(3, 5, []byte{100, 0, 0, 0, 102, 0, 0, 0, 100, 0, 0, 0})
	add(900, 6, nil)
	return codes(tb, records...)
}

// random plays a thread of any events: with frames that nobody opened, events of no code,
// gaps and missing slots. One in five has functions only.
func random(rnd *rand.Rand, set *names.Set, p *replay.Player) {
	h := replay.Head{Ticks: rnd.Uint64N(1 << 20), Slots: 1}
	scale := uint32(1) << rnd.IntN(16)
	calls := 20 + rnd.IntN(20) // of a hundred events
	closes := 54
	if rnd.IntN(5) == 0 {
		calls, closes = 50, 100
	}
	var open []*names.Code // about so
	for range 1 + rnd.IntN(8) {
		if rnd.IntN(3) == 0 {
			h.Sequence += uint32(rnd.IntN(3))
			h.Frames = h.Frames[:0]
			for range rnd.IntN(5) {
				c := set.Codes()[rnd.IntN(len(set.Codes()))]
				loc := c.Base + wire.Location(rnd.IntN(int(c.End-c.Base)))
				h.Frames = (&wire.Frame{EnteredTicks: rnd.Uint64N(1 << 10), Code: uint32(c.Base), Location: uint32(loc)}).Append(h.Frames)
				open = append(open, c)
			}
			h.Depth = uint32(len(h.Frames) / wire.FrameBytes)
		}
		p.Enter(&h)
		h.Sequence++
		var words []byte
		for range rnd.IntN(200) {
			delta := rnd.Uint32N(3) * rnd.Uint32N(scale)
			h.Ticks += uint64(delta)
			words = binary.LittleEndian.AppendUint64(words, uint64(event(rnd, set, &open, calls, closes, delta)))
		}
		p.Words(words)
		if rnd.IntN(4) == 0 {
			p.Lost(rnd.Uint64N(10))
		}
	}
	p.Finish()
}

// event makes an event, mostly one that fits the open frames.
func event(rnd *rand.Rand, set *names.Set, open *[]*names.Code, calls, closes int, delta uint32) wire.Event {
	c := set.Codes()[rnd.IntN(len(set.Codes()))]
	n := len(*open)
	any := func(c *names.Code) wire.Location { return c.Base + wire.Location(rnd.IntN(int(c.End-c.Base))) }
	switch r := rnd.IntN(100); {
	case r < 2 && closes < 100:
		return wire.Pack(wire.Kind(rnd.IntN(7)), any(c), delta)
	case r < 3 && closes < 100:
		return wire.Pack(wire.Line, 2000, delta) // of no code
	case r < 4:
		return wire.Pack(wire.Mark, []wire.Location{wire.MarkGap, wire.MarkOwn, wire.MarkPace}[rnd.IntN(3)], delta)
	case r < calls || n == 0:
		*open = append(*open, c)
		if k := []wire.Kind{wire.Call, wire.Call, wire.Call, wire.Resume, wire.Throw}[rnd.IntN(5)]; k != wire.Call {
			return wire.Pack(k, any(c), delta)
		}
		return wire.Pack(wire.Call, c.Base, delta)
	case r < closes:
		c = (*open)[n-1]
		*open = (*open)[:n-1]
		return wire.Pack([]wire.Kind{wire.Return, wire.Yield, wire.Unwind}[rnd.IntN(3)], c.Base, delta)
	default:
		return wire.Pack(wire.Line, any((*open)[n-1]), delta)
	}
}

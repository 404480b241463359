package segment_test

import (
	"encoding/binary"
	"math/rand/v2"

	"tracer/internal/wire"
)

// program makes the words of a thread that runs a program of made-up functions:
// loops, calls, and branches that depend on data.
type program struct {
	rng   *rand.Rand
	words []wire.Event
	most  int
	unit  uint32 // of the clock's ticks
	part  uint64 // of a step that the clock has not shown yet
}

// emit adds an event that took about so many ns, now and then much more.
func (p *program) emit(kind wire.Kind, location, ns int) {
	const perNs = 2600 // ticks in 1000 ns
	ticks := uint64(ns)*perNs/1000 + p.rng.Uint64N(uint64(ns)/2+8)
	switch p.rng.Uint32N(4000) {
	case 0: // the program was interrupted
		ticks += p.rng.Uint64N(1 << 20)
	case 1, 2, 3: // the cache missed
		ticks += p.rng.Uint64N(1 << 11)
	}
	p.part += ticks
	delta := p.part / uint64(p.unit) * uint64(p.unit)
	p.part -= delta
	p.words = append(p.words, wire.Pack(kind, wire.Location(location), uint32(delta)))
}

// call runs a function: its lines, a loop over some of them, and functions below it.
func (p *program) call(function int) {
	base := 1 + function*40
	p.emit(wire.Call, base, 60)
	for line := 1; line < 6; line++ {
		p.emit(wire.Line, base+line, 15+function%5*7)
	}
	for range 3 + function%4*3 {
		for line := 6; line < 10 && len(p.words) < p.most; line++ {
			p.emit(wire.Line, base+line, 20+line)
		}
		if p.rng.Uint32N(4) == 0 {
			p.emit(wire.Line, base+11, 30)
		}
		if function < 12 && len(p.words) < p.most {
			p.call(function*2 + 1 + p.rng.IntN(8)/7)
		}
	}
	p.emit(wire.Return, base, 40)
}

// realistic returns n words of such a program, on a clock with steps of unit ticks.
func realistic(n int, unit uint32) []wire.Event {
	p := &program{rng: rand.New(rand.NewPCG(uint64(unit), 1)), most: n, unit: unit}
	for len(p.words) < n {
		p.call(0)
	}
	return p.words[:n]
}

// random returns n words of any places and ticks.
func random(n int) []wire.Event {
	rng := rand.New(rand.NewPCG(uint64(n), 2))
	words := make([]wire.Event, n)
	for i := range words {
		words[i] = wire.Event(rng.Uint64()>>rng.Uint32N(64)) | 1
	}
	return words
}

// repeat returns n words made of the given ones.
func repeat(n int, words ...wire.Event) []wire.Event {
	all := make([]wire.Event, n)
	for i := range all {
		all[i] = words[i%len(words)]
	}
	return all
}

// shapes are the sequences that the tests pack.
func shapes() map[string][]wire.Event {
	line := func(n int, delta uint32) wire.Event { return wire.Pack(wire.Line, wire.Location(n), delta) }
	m := map[string][]wire.Event{
		"no words":                     {},
		"one word":                     {line(7, 1000)},
		"a word of no ticks":           {line(7, 0)},
		"the largest word":             {^wire.Event(0)},
		"no place":                     {1 << 32, 2 << 32, 1 << 32},
		"one place, no ticks":          repeat(1000, line(1, 0)),
		"one place, the same ticks":    repeat(100_000, line(1, 26)),
		"two places":                   repeat(999, line(1, 10), line(2, 20)),
		"largest ticks":                repeat(300, line(1, wire.MaxDelta), line(2, wire.MaxDelta-1)),
		"large and small ticks":        repeat(300, line(1, 1<<31), line(1, 1), line(2, 0), line(3, 3<<29)),
		"only marks":                   repeat(200, wire.Pack(wire.Mark, wire.MarkGap, 5)),
		"long waits":                   repeat(500, line(1, 52), wire.Pack(wire.Mark, wire.MarkTime, 3), line(2, 26), line(3, 260)),
		"gaps":                         repeat(500, line(1, 52), wire.Pack(wire.Mark, wire.MarkGap, 77), line(2, 26)),
		"unknown marks":                repeat(50, line(1, 52), wire.Pack(wire.Mark, 9, 77)),
		"a unit with a power of two":   repeat(500, line(1, 24<<10), line(2, 48<<10), line(3, 96<<10)),
		"the largest unit":             repeat(500, line(1, 1<<31)),
		"few that are not of the unit": repeat(5000, append(repeat(200, line(1, 26), line(2, 52)), line(3, 27))...),
		"random":                       random(10_000),
		"more than zstd's window":      random(200_000),
		"a second place every time":    repeat(9999, line(1, 5), line(2, 5), line(3, 5), line(4, 5), line(1, 5), line(2, 5), line(3, 5), line(5, 5)),
	}
	every := make([]wire.Event, 20_000)
	for i := range every {
		every[i] = line(i+1, 100)
	}
	m["every place is new"] = every
	var widths []wire.Event
	for bit := range uint32(32) {
		widths = append(widths, repeat(200, line(1, 1<<bit), line(2, 1), line(3, 1<<bit-1))...)
		widths = append(widths, random(64)...)
	}
	m["every width"] = widths
	for _, unit := range []uint32{1, 26} {
		for _, n := range []int{127, 128, 129, 1000, 32_768} {
			m[name("program of", n, "words in steps of", unit)] = realistic(n, unit)
		}
	}
	return m
}

// raw returns words as they lie in a slot.
func raw(words []wire.Event) []byte {
	var b []byte
	for _, w := range words {
		b = binary.LittleEndian.AppendUint64(b, uint64(w))
	}
	return b
}

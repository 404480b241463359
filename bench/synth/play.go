package synth

import "tracer/internal/wire"

// How deep inner functions call each other.
const (
	leastDepth = 5
	mostDepth  = 30
)

// Lines of the functions' bodies.
const (
	innerLines     = 11
	leafLines      = 8
	generatorLines = 5
)

// play runs the program until all events are there.
func (p *player) play() {
	root := p.program.root
	p.call(root)
	p.line(root, 1)
	for !p.done() {
		p.line(root, 2)
		p.line(root, 3)
		p.inner(p.program.inner[p.draw()%(inners/group)*group], 1)
	}
	p.end()
}

// inner is what the program's structure lies in.
func (p *player) inner(f *function, depth int) {
	p.call(f)
	p.line(f, 1)
	p.line(f, 2)
	if depth < leastDepth || depth < mostDepth && p.draw()&255 < f.chance {
		p.line(f, 3)
		p.inner(f.callees[0], depth+1)
	} else {
		p.line(f, 4)
	}
	if depth < mostDepth && p.draw()&255 < 96 {
		p.line(f, 5)
		p.inner(f.callees[1], depth+1)
	}
	for i := range 1 + p.draw()%4 {
		p.line(f, 6)
		if raised := p.leafOf(f.leaves[i&1]); raised {
			p.line(f, 8)
			p.line(f, 9)
		}
		if p.draw()&15 == 0 {
			p.line(f, 7)
		}
	}
	if f.each != nil {
		p.each(f, f.each)
	}
	p.line(f, 11)
	p.exit(wire.Return, f)
}

// leafOf runs a leaf, which may raise.
func (p *player) leafOf(f *function) (raised bool) {
	p.call(f)
	p.line(f, 1)
	r := p.draw()
	if r&255 < f.chance {
		p.line(f, 2)
	} else {
		p.line(f, 3)
		p.line(f, 4)
	}
	if f.index&1 == 0 {
		for range 1 + r>>8&3 {
			p.line(f, 5)
			p.line(f, 6)
		}
	}
	if r>>16&511 == 0 {
		p.line(f, 7)
		p.exit(wire.Unwind, f)
		return true
	}
	p.line(f, 8)
	p.exit(wire.Return, f)
	return false
}

// each goes through a generator g in f.
func (p *player) each(f, g *function) {
	p.line(f, 9)
	p.call(g)
	p.line(g, 1)
	for range 1 + p.draw()%6 {
		p.line(g, 2)
		p.line(g, 3)
		p.exit(wire.Yield, g)
		p.line(f, 10)
		p.line(f, 9)
		p.resume(g, 3)
	}
	p.line(g, 4)
	p.exit(wire.Return, g)
}

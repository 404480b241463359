package verify

import (
	"tracer/internal/summary"
	"tracer/internal/wire"
)

// maxContexts bounds the contexts of a process.
const maxContexts = 1 << 20

// checkContexts reads the calling context tree of each part.
func (p *process) checkContexts() {
	for _, pt := range p.parts {
		// What is not in the file is not made up: it counts for the one that calls it, as
		// in a tree that is full.
		pt.tree = summary.NewContexts(0)
		in := pt.contexts
		if in == nil {
			pt.partial = true
			continue
		}
		if in.size > maxContexts*wire.ContextBytes {
			p.log.damage(in.name, maxContexts*wire.ContextBytes, "%d contexts, expected at most %d", in.size/wire.ContextBytes, maxContexts)
		}
		b, err := in.read(make([]byte, min(in.size, maxContexts*wire.ContextBytes)), 0)
		if err != nil {
			p.log.damage(in.name, -1, "%v", err)
		}
		p.v.step(in.size)
		for at := 0; at < len(b); at += wire.ContextBytes {
			p.checkContext(pt, at, b[at:])
		}
		_ = pt.tree.Load(b) // what it stops at is told
		p.findTwice(pt)
		pt.partial = pt.partial || p.log.damaged(in.name)
	}
}

// checkContext tests one entry.
func (p *process) checkContext(pt *part, at int, b []byte) {
	file, off := pt.contexts.name, int64(at)
	if len(b) < wire.ContextBytes {
		p.log.at(p.v.unfinished(), file, off, "%d bytes, expected a context of %d", len(b), wire.ContextBytes)
		return
	}
	var c wire.Context
	if problem := c.DecodeSealed(b); problem != "" {
		p.log.damage(file, off, "%s", problem)
		return
	}
	number := uint32(at/wire.ContextBytes) + 1
	code, site := p.names.Code(wire.Location(c.Code)), p.names.Code(wire.Location(c.Site))
	switch {
	case c.Parent >= number:
		p.log.damage(file, off, "context %d has the parent %d, expected one before it", number, c.Parent)
	case p.unnamed:
	case code == nil || code.Base != wire.Location(c.Code):
		p.log.damage(file, off, "context %d is of code %d, which is not named", number, c.Code)
	case site == nil && c.Site != 0:
		p.log.damage(file, off, "context %d is called at %d, which is not named", number, c.Site)
	}
	p.v.result.Contexts++
}

// findTwice tests that no context has two numbers.
func (p *process) findTwice(pt *part) {
	for i := 1; i < pt.tree.Len(); i++ {
		c := pt.tree.At(i)
		if first := pt.tree.Child(c.Parent, wire.Location(c.Site), wire.Location(c.Code)); first != uint32(i) {
			p.log.damage(pt.contexts.name, int64(i-1)*wire.ContextBytes, "context %d is the same as context %d", i, first)
		}
	}
}

package synth

import (
	"fmt"
	"math/rand/v2"

	"tracer/internal/wire"
)

// How many functions of each kind there are, in how many modules.
const (
	inners     = 42
	group      = 7 // of inner ones
	leaves     = 56
	generators = 14
	modules    = 7
)

// function is one of the program's. Its lines are locations behind its base, from
// 1 on; the base stands for its def line, which has no events.
type function struct {
	index        int
	module, name string
	file, first  uint32 // id of the file, line of the def
	lines        uint32
	base         wire.Location

	callees [2]*function // of an inner one: what it may call
	leaves  [2]*function // and calls
	each    *function    // the generator that it goes through, nil: none
	chance  uint64       // of 256: a branch
}

// program is what all threads run.
type program struct {
	root       *function // what never returns
	inner      []*function
	leaf       []*function
	generator  []*function
	all        []*function
	cost       []uint32 // steps of the clock, by location
	pathOfFile []string // from id 1 on
}

func newProgram(seed uint64) *program {
	p := &program{cost: []uint32{0}}
	rnd := rand.New(rand.NewPCG(seed, 0))
	for i := range modules {
		p.pathOfFile = append(p.pathOfFile, fmt.Sprintf("/app/synthetic/m%d.py", i))
	}
	p.root = p.add(rnd, "main", 4)
	for i := range inners {
		p.inner = append(p.inner, p.add(rnd, fmt.Sprintf("Inner.step%d", i), innerLines))
	}
	for i := range leaves {
		p.leaf = append(p.leaf, p.add(rnd, fmt.Sprintf("leaf%d", i), leafLines))
	}
	for i := range generators {
		p.generator = append(p.generator, p.add(rnd, fmt.Sprintf("each%d", i), generatorLines))
	}
	pick := func(from []*function) *function { return from[rnd.IntN(len(from))] }
	for i, f := range p.inner {
		f.callees = p.callees(rnd, i)
		f.leaves = [2]*function{pick(p.leaf), pick(p.leaf)}
		if i%4 == 0 {
			f.each = pick(p.generator)
		}
	}
	return p
}

// callees are the inner functions that inner i may call: the next of its group, and an
// earlier one of it or the first of another. So the calling contexts are some thousands, as a
// large program has them, and do not grow with the number of events.
func (p *program) callees(rnd *rand.Rand, i int) [2]*function {
	first, at := i/group*group, i%group
	head := func(step int) *function { return p.inner[(first+step*group)%inners] }
	next := p.inner[first+(at+1)%group]
	switch at {
	case 3:
		return [2]*function{next, head(1)}
	case 5:
		return [2]*function{next, head(2)}
	}
	return [2]*function{next, p.inner[first+rnd.IntN(at+1)]}
}

// add makes a function and its locations.
func (p *program) add(rnd *rand.Rand, name string, lines uint32) *function {
	n := len(p.all)
	module := n % modules
	f := &function{
		index: n, module: fmt.Sprintf("synthetic.m%d", module), name: name,
		file: uint32(module + 1), first: uint32(10 + 20*(n/modules)), lines: lines,
		base: wire.Location(len(p.cost)), chance: uint64(64 + rnd.IntN(128)),
	}
	for range lines + 1 {
		p.cost = append(p.cost, 1+uint32(rnd.IntN(3)))
	}
	p.all = append(p.all, f)
	return f
}

// names returns the content of the file names.
func (p *program) names() []byte {
	head := wire.NamesHead{Magic: wire.MagicNames, Version: wire.Version}
	b := head.Append(nil)
	process := wire.ProcessRecord{
		Python: []byte("3.14.0"), Executable: []byte("/usr/bin/python3"), Cwd: []byte("/app"),
		Argv: [][]byte{[]byte("python3"), []byte("-m"), []byte("synthetic")},
	}
	b = process.Append(b)
	for i, path := range p.pathOfFile {
		b = (&wire.FileRecord{ID: uint32(i + 1), Name: []byte(path), Path: []byte(path)}).Append(b)
	}
	for _, f := range p.all {
		b = (&wire.CodeRecord{
			Base: uint32(f.base), Count: f.lines, File: f.file, FirstLine: f.first, MinLine: f.first + 1,
			Module: []byte(f.module), Qualname: []byte(f.name),
		}).Append(b)
	}
	for i := range threads {
		name := "MainThread"
		if i > 0 {
			name = fmt.Sprintf("Thread-%d (main)", i)
		}
		b = (&wire.ThreadRecord{Thread: uint32(i + 1), TID: firstTID + uint32(i), Ident: uint64(0x7f00_0000_0000 + i<<20), Name: []byte(name)}).Append(b)
	}
	return b
}

package tree

import (
	"cmp"
	"slices"

	"tracer/trace"
)

// functions are the functions of all processes, by number. The first two are none that
// runs.
type functions struct {
	list  []*Function
	known map[functionKey]uint32
}

const (
	outside uint32 = iota // of the root
	deeper
	firstFunction
)

type functionKey struct {
	module, name, file string
	line               int
}

func newFunctions() *functions {
	return &functions{list: []*Function{nil, {Name: Deeper}}, known: map[functionKey]uint32{}}
}

// of returns the number of the function of a code object.
func (f *functions) of(p *trace.Process, c *trace.Code) uint32 {
	k := functionKey{c.Module, c.Qualname, c.File.Label(), c.FirstLine}
	n, ok := f.known[k]
	if !ok {
		n = uint32(len(f.list))
		f.known[k] = n
		f.list = append(f.list, &Function{Module: k.module, Name: k.name, File: k.file, FirstLine: k.line, Code: c, Process: p})
	}
	return n
}

// ranks returns the places of the functions in an order that depends on nothing but
// their names.
func (f *functions) ranks() []int {
	order := make([]uint32, len(f.list)-int(firstFunction))
	for i := range order {
		order[i] = firstFunction + uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return compareFunctions(f.list[a], f.list[b]) })
	ranks := make([]int, len(f.list))
	ranks[deeper] = 1
	for i, n := range order {
		ranks[n] = i + int(firstFunction)
	}
	return ranks
}

func compareFunctions(a, b *Function) int {
	return cmp.Or(cmp.Compare(a.Module, b.Module), cmp.Compare(a.Name, b.Name), cmp.Compare(a.File, b.File), cmp.Compare(a.FirstLine, b.FirstLine))
}

package summary

import (
	"cmp"
	"maps"
	"slices"

	"tracer/internal/wire"
)

// Joint puts the pieces of a thread together, which come in their order.
type Joint struct {
	sums  *Summary
	open  []activation // costs are from the thread's begin
	cost  int64        // of all so far
	ended map[wire.Location]*Function
}

// Add adds the next piece.
func (j *Joint) Add(p *Piece) {
	if j.sums == nil {
		j.sums, j.ended = &Summary{}, map[wire.Location]*Function{}
		*j.sums = *p.sums
	} else {
		j.sums.Add(p.sums)
	}
	if len(p.opened) != len(j.open) { // the first piece, or the one before could not be read whole
		j.adopt(p)
	}
	for _, c := range p.closed {
		a := j.open[len(j.open)-1]
		j.open = j.open[:len(j.open)-1]
		j.end(a, c.at.At, j.cost+c.at.Cost, c.implied)
	}
	for _, a := range p.open[p.kept:] {
		a.cost += j.cost
		j.open = append(j.open, a)
	}
	j.cost += p.cost
}

// adopt makes what is open where a piece begins the frames of the thread. Those that were
// open before are, as it says, of no known begin.
func (j *Joint) adopt(p *Piece) {
	j.open = make([]activation, len(p.opened))
	for i := range j.open {
		j.open[i] = activation{entered: p.opened[i], cost: j.cost, cut: true}
	}
	for i, a := range p.open[:p.kept] {
		j.open[i].function = a.function
	}
	for i, c := range p.closed {
		j.open[len(j.open)-1-i].function = c.function
	}
}

// end counts an activation.
func (j *Joint) end(a activation, at, cost int64, implied bool) {
	f := j.ended[a.function]
	if f == nil {
		f = &Function{Function: a.function, Min: NoMin}
		j.ended[a.function] = f
	}
	one := Function{Min: NoMin, Max: uint64(at - a.entered), MaxCost: cost - a.cost}
	if !a.cut && !implied {
		one.Min, one.MinCost = one.Max, one.MaxCost
	}
	f.add(&one)
}

// Sum returns what all pieces add up to. What is open at their end ends there, unseen.
func (j *Joint) Sum() *Summary {
	if j.sums == nil {
		return &Summary{}
	}
	for _, a := range j.open {
		j.end(a, j.sums.End, j.cost, true)
	}
	j.open = nil
	ended := slices.SortedFunc(maps.Values(j.ended), func(a, b *Function) int { return cmp.Compare(a.Function, b.Function) })
	functions := make([]Function, len(ended))
	for i, f := range ended {
		functions[i] = *f
	}
	j.sums.Functions = join(j.sums.Functions, functions, (*Function).compare, (*Function).add)
	return j.sums
}

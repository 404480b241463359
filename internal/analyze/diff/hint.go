package diff

import (
	"cmp"
	"slices"
)

// Hints are for functions of some size, of which most lines are the same.
const (
	hintLines = 3
	hintAlike = .6
	hintMost  = 500 // functions on either side: each is compared with each
)

// hints finds functions that are gone, and look like some that are new.
func hints(functions []Function, pairs []pair) (list []Hint) {
	var gone, come []int
	for i, p := range pairs {
		switch {
		case p.new == nil && len(p.base.text) >= hintLines:
			gone = append(gone, i)
		case p.base == nil && len(p.new.text) >= hintLines:
			come = append(come, i)
		}
	}
	heavy := func(a, b int) int { return cmp.Compare(functions[b].heaviest(), functions[a].heaviest()) }
	for _, list := range []*[]int{&gone, &come} {
		slices.SortStableFunc(*list, heavy)
		*list = (*list)[:min(len(*list), hintMost)]
	}
	for _, i := range gone {
		best, alike := -1, hintAlike
		for at, j := range come {
			// The first line names the function.
			if s := similarity(pairs[i].base.text[1:], pairs[j].new.text[1:]); s >= alike {
				best, alike = at, s
			}
		}
		if best < 0 {
			continue
		}
		b, n := functions[i], functions[come[best]]
		list = append(list, Hint{b.Module, b.Function, n.Module, n.Function, alike, b.Total.BaseNS, n.Total.NewNS})
		come = slices.Delete(come, best, best+1)
	}
	return list
}

// heaviest is the larger of the total times.
func (f Function) heaviest() int64 { return max(f.Total.BaseNS, f.Total.NewNS) }

package diff

import (
	"cmp"
	"slices"
	"strings"
)

// side is the functions of the runs of a side, those of a name together.
type side struct {
	runs  []*Run
	named map[name][]*function // one of each, by order of file and line
}

// name is by what functions are matched.
type name struct{ module, function string }

func newSide(runs []*Run) *side {
	s := &side{runs, map[name][]*function{}}
	seen := map[functionKey]*function{}
	for _, r := range runs {
		for i := range r.functions {
			f := &r.functions[i]
			old := seen[f.key]
			if old == nil {
				all := *f
				all.lines = map[int]sample{}
				old = &all
				seen[f.key] = old
				n := name{f.key.module, f.key.name}
				s.named[n] = append(s.named[n], old)
			}
			if old.text == nil {
				old.text, old.file = f.text, f.file
			}
			old.last = max(old.last, f.last)
			for line := range f.lines {
				old.lines[line] = sample{hits: 1} // the line is there: times are each run's own
			}
		}
	}
	for _, list := range s.named {
		slices.SortFunc(list, func(a, b *function) int {
			return cmp.Or(strings.Compare(a.key.file, b.key.file), cmp.Compare(a.key.line, b.key.line))
		})
	}
	return s
}

// pair is a function before and after, nil where there is none.
type pair struct{ base, new *function }

// state says how the function was found.
func (p pair) state() State {
	switch {
	case p.base == nil:
		return Added
	case p.new == nil:
		return Removed
	case !slices.Equal(p.base.text, p.new.text):
		return Changed
	}
	return Same
}

// match pairs the functions of two sides, in the order of their names.
func match(b, n *side) (pairs []pair) {
	var names []name
	for key := range b.named {
		names = append(names, key)
	}
	for key := range n.named {
		if b.named[key] == nil {
			names = append(names, key)
		}
	}
	slices.SortFunc(names, func(a, b name) int {
		return cmp.Or(strings.Compare(a.module, b.module), strings.Compare(a.function, b.function))
	})
	for _, key := range names {
		pairs = append(pairs, matchNamed(b.named[key], n.named[key])...)
	}
	return pairs
}

// matchNamed pairs functions of one name: the same text in the same file, the same text,
// the same file, and then what is left, each in order.
func matchNamed(b, n []*function) (pairs []pair) {
	sameText := func(p, q *function) bool { return p.text != nil && slices.Equal(p.text, q.text) }
	sameFile := func(p, q *function) bool { return p.key.file == q.key.file }
	left := slices.Clone(n)
	found := make([]*function, len(b))
	for _, fits := range []func(p, q *function) bool{
		func(p, q *function) bool { return sameText(p, q) && sameFile(p, q) },
		sameText,
		sameFile,
		func(p, q *function) bool { return true },
	} {
		for i, p := range b {
			if found[i] != nil {
				continue
			}
			if j := slices.IndexFunc(left, func(q *function) bool { return fits(p, q) }); j >= 0 {
				found[i] = left[j]
				left = slices.Delete(left, j, j+1)
			}
		}
	}
	for i, p := range b {
		pairs = append(pairs, pair{p, found[i]})
	}
	for _, q := range left {
		pairs = append(pairs, pair{nil, q})
	}
	return pairs
}

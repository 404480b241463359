package diff

import (
	"fmt"
	"math"
	"slices"
)

// about says what the runs of a side are.
func about(runs []*Run) Side {
	a := Side{Program: runs[0].Program, Python: runs[0].Python, LeftOut: []string{}}
	for _, r := range runs {
		a.Runs = append(a.Runs, r.Path)
	}
	return a
}

// What makes a run odd among those of its side.
const (
	oddOf     = 4  // runs, at least
	oddShare  = .1 // away from their median
	oddSpread = 6  // standard deviations of the others
)

// odd returns the index of the value that is unlike all others of a list, -1 if none is.
func odd(list []float64) int {
	if len(list) < oddOf {
		return -1
	}
	middle := middleOf(list)
	most := 0
	for i, x := range list {
		if math.Abs(x-middle) > math.Abs(list[most]-middle) {
			most = i
		}
	}
	others := slices.Delete(slices.Clone(list), most, most+1)
	away := math.Abs(list[most] - mean(others))
	if math.Abs(list[most]-middle) > oddShare*math.Abs(middle) && away > oddSpread*math.Sqrt(pooled(others)) {
		return most
	}
	return -1
}

// even leaves the run out that is unlike the others: mostly the first after the files or
// the machine have changed, when nothing is in a cache. It would hide what the others
// tell.
func (s *Side) even(runs []*Run) []*Run {
	times := make([]float64, len(runs))
	for i, r := range runs {
		times[i] = float64(r.total.self)
	}
	i := odd(times)
	if i < 0 {
		return runs
	}
	s.LeftOut = []string{runs[i].Path}
	return slices.Delete(slices.Clone(runs), i, i+1)
}

// problems says what a comparison may be wrong by.
func problems(base, new []*Run) []string {
	list := []string{}
	for _, side := range []struct {
		name string
		runs []*Run
	}{{"base", base}, {"new", new}} {
		for _, r := range side.runs[1:] {
			if name := differing(side.runs[0], r); name != "" {
				list = append(list, fmt.Sprintf("the %s runs are not of the same source: %s", side.name, name))
				break
			}
		}
	}
	all := slices.Concat(base, new)
	if i := slices.IndexFunc(all, func(r *Run) bool { return r.Python != all[0].Python }); i >= 0 {
		list = append(list, fmt.Sprintf("the runs are of Python %s and %s", all[0].Python, all[i].Python))
	}
	if i := slices.IndexFunc(all, func(r *Run) bool { return r.recorded != all[0].recorded }); i >= 0 {
		list = append(list, fmt.Sprintf("not the same was recorded: %s, and %s", all[0].recorded, all[i].recorded))
	}
	if slices.ContainsFunc(all, func(r *Run) bool { return !r.measured }) {
		list = append(list, "what tracing took was not measured in all runs: it is in their times")
	}
	return list
}

// strangers says so where the sides have next to nothing in common.
func strangers(functions []Function, whole Time) []string {
	const little = 10 // matched functions take less than 1/little of the whole
	var base, next int64
	for _, f := range functions {
		if f.State == Same || f.State == Changed {
			base += f.Self.BaseNS
			next += f.Self.NewNS
		}
	}
	if base*little >= whole.BaseNS || next*little >= whole.NewNS {
		return nil
	}
	return []string{"next to no function is on both sides: are these runs of the same program?"}
}

// differing names a function with another text in two runs, "" if none has.
func differing(a, b *Run) string {
	for _, f := range a.functions {
		if i, ok := b.byKey[f.key]; ok {
			if g := b.functions[i]; f.text != nil && g.text != nil && !slices.Equal(f.text, g.text) {
				return f.key.module + "." + f.key.name
			}
		}
	}
	return ""
}

package diff

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// A program compared with itself: in 19 of 20 tries nothing may be said of it. What is
// promised is for five runs on each side; the fewer, the less is said. Some programs are
// run often, with different noise, and their runs are split again and again.
func TestNothingIsSaidOfAProgramComparedWithItself(t *testing.T) {
	const programs, runs, splits = 10, 24, 20
	tries, wrong := map[int]int{}, map[int]int{}
	for number := range programs {
		rnd := rand.New(rand.NewPCG(1, uint64(number)))
		n := noise{run: .03 + .012*float64(number), function: .01 + .04*rnd.Float64(), pauses: 3, cold: number%4 == 0}
		all := n.runs(t, rnd, program(rnd, 20+6*number), runs)
		for _, sides := range []int{5, 3, 2, 1} {
			times := splits
			if sides < 5 {
				times /= 4
			}
			split := rand.New(rand.NewPCG(2, uint64(sides*programs+number)))
			for range times {
				split.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
				tries[sides]++
				if list := said(Compare(all[:sides], all[sides:2*sides])); len(list) > 0 {
					wrong[sides]++
					t.Logf("%d runs a side, %+v: %v", sides, n, list)
				}
			}
		}
	}
	for sides, n := range tries {
		t.Logf("%d runs a side: %d of %d tries say that something changed", sides, wrong[sides], n)
		if wrong[sides]*20 > n {
			t.Errorf("%d runs a side: %d of %d tries say that something changed", sides, wrong[sides], n)
		}
	}
	if tries[5] < 200 {
		t.Errorf("%d tries", tries[5])
	}
}

// TestPlantedSlowdownIsNamedFirst makes one function of 200 slower by a tenth.
func TestPlantedSlowdownIsNamedFirst(t *testing.T) {
	const tries = 20
	sure := 0
	for try := range tries {
		rnd := rand.New(rand.NewPCG(7, uint64(try)))
		n := noise{run: .1, function: .01, cold: try%2 == 0}
		functions := program(rnd, 200)
		at := rnd.IntN(len(functions))
		for i := range functions { // of much the same weight
			ns := 300e3 + 400e3*rnd.Float64()
			functions[i].ns = []float64{0, ns * .6, ns * .3, ns * .1}
			functions[i].calls = 1
		}
		base := n.runs(t, rnd, functions, 5)
		functions = slices.Clone(functions)
		functions[at].ns = slices.Clone(functions[at].ns)
		for l := range functions[at].ns {
			functions[at].ns[l] *= 1.1
		}
		n.cold = false
		d := Compare(base, n.runs(t, rnd, functions, 5))
		Sort(d.Functions, BySelf)
		first := d.Functions[0]
		if first.Function != functions[at].name {
			t.Errorf("try %d: %s is named first, expected %s", try, first.Function, functions[at].name)
		}
		if first.Self.Verdict == Slower {
			sure++
		}
	}
	if sure < tries*7/10 {
		t.Errorf("sure of it in %d of %d tries", sure, tries)
	}
	t.Logf("sure of it in %d of %d tries", sure, tries)
}

// TestSlowdownOfEverythingIsTheWholes makes all functions slower by a fifth.
func TestSlowdownOfEverythingIsTheWholes(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 9))
	functions := program(rnd, 60)
	n := noise{run: .01, function: .01}
	base := n.runs(t, rnd, functions, 5)
	for i := range functions {
		for l := range functions[i].ns {
			functions[i].ns[l] *= 1.2
		}
	}
	d := Compare(base, n.runs(t, rnd, functions, 5))
	if d.Whole.Verdict != Slower || d.Common < 1.17 || d.Common > 1.23 {
		t.Errorf("the whole %+v, in common %v", d.Whole, d.Common)
	}
	if list := said(d); len(list) != 1 {
		t.Errorf("more is said: %v", list[1:])
	}
}

func TestPace(t *testing.T) {
	whole := &row{base: []float64{100, 200}, new: []float64{110}}
	var rows []*row
	for range fewRows - 1 {
		rows = append(rows, &row{base: []float64{10, 20}, new: []float64{11}})
	}
	if m := newModel(rows, whole); m.common != 1 || !slices.Equal(m.base, []float64{1, 1}) {
		t.Errorf("of too few functions: %+v", m)
	}
	rows = append(rows, &row{base: []float64{10, 20}, new: []float64{110}})
	m := newModel(rows, whole)
	if want := []float64{10. / 15, 20. / 15}; !near(m.base, want) || !near(m.new, []float64{11. / 15}) || !near([]float64{m.common}, m.new) {
		t.Errorf("%+v, expected %v", m, want)
	}
	if b, n := m.at(rows[4]); !near(b, []float64{15, 15}) || !near(n, []float64{150}) {
		t.Errorf("at the base's pace: %v, %v", b, n)
	}
}

func near(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x-y < 1e-9 && y-x < 1e-9 })
}

// The odd run is left out, and said.
func TestOddRun(t *testing.T) {
	of := func(times ...int64) (runs []*Run) {
		for i, ns := range times {
			runs = append(runs, &Run{Path: fmt.Sprint(i), total: sample{self: ns}})
		}
		return runs
	}
	for name, c := range map[string]struct {
		times []int64
		want  int
	}{
		"the first is cold":           {[]int64{150, 100, 101, 99, 102}, 0},
		"one is fast":                 {[]int64{100, 101, 99, 50, 102}, 3},
		"two are slow: that is noise": {[]int64{150, 100, 150, 99, 102}, -1},
		"a little":                    {[]int64{106, 100, 100, 100, 100}, -1},
		"all differ":                  {[]int64{150, 100, 80, 120, 130}, -1},
		"too few":                     {[]int64{150, 100, 100}, -1},
	} {
		s := Side{}
		left := s.even(of(c.times...))
		got := slices.IndexFunc(of(c.times...), func(r *Run) bool { return slices.Contains(s.LeftOut, r.Path) })
		if got != c.want || len(left) != len(c.times)-len(s.LeftOut) || (c.want >= 0) != (len(s.LeftOut) == 1) {
			t.Errorf("%s: %d, expected %d; left out %v", name, got, c.want, s.LeftOut)
		}
	}
}

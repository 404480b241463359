package diff

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestMatch pairs functions, which are written as module.name@file:line text.
func TestMatch(t *testing.T) {
	for name, c := range map[string]struct{ base, new, want []string }{
		"by name, wherever it is": {
			[]string{"m.f@a.py:1 x", "m.g@a.py:5 y"}, []string{"m.g@b.py:3 y", "m.f@b.py:9 x"},
			[]string{"m.f 1 9 same", "m.g 5 3 same"},
		},
		"another text":        {[]string{"m.f@a.py:1 x"}, []string{"m.f@a.py:1 y"}, []string{"m.f 1 1 changed"}},
		"another module":      {[]string{"m.f@a.py:1 x"}, []string{"n.f@a.py:1 x"}, []string{"m.f 1 - removed", "n.f - 1 added"}},
		"without a text":      {[]string{"m.f@a.py:1"}, []string{"m.f@a.py:7"}, []string{"m.f 1 7 same"}},
		"lambdas by text":     {[]string{"m.l@a.py:1 x", "m.l@a.py:2 y"}, []string{"m.l@a.py:1 new", "m.l@a.py:2 x", "m.l@a.py:3 y"}, []string{"m.l 1 2 same", "m.l 2 3 same", "m.l - 1 added"}},
		"the rest in order":   {[]string{"m.l@a.py:1 p", "m.l@a.py:2 q"}, []string{"m.l@a.py:4 r", "m.l@a.py:5 s"}, []string{"m.l 1 4 changed", "m.l 2 5 changed"}},
		"its own file first":  {[]string{"m.l@a.py:1 x", "m.l@b.py:1 x"}, []string{"m.l@b.py:3 x", "m.l@a.py:2 x"}, []string{"m.l 1 2 same", "m.l 1 3 same"}},
		"no functions before": {nil, []string{"m.f@a.py:1 x"}, []string{"m.f - 1 added"}},
	} {
		var got []string
		for _, p := range match(newSide([]*Run{runOf(c.base)}), newSide([]*Run{runOf(c.new)})) {
			any, lines := p.base, [2]string{"-", "-"}
			if any == nil {
				any = p.new
			}
			for i, f := range []*function{p.base, p.new} {
				if f != nil {
					lines[i] = fmt.Sprint(f.key.line)
				}
			}
			got = append(got, fmt.Sprintf("%s.%s %s %s %s", any.key.module, any.key.name, lines[0], lines[1], p.state()))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, expected %v", name, got, c.want)
		}
	}
}

func runOf(functions []string) *Run {
	r := &Run{byKey: map[functionKey]int{}}
	for _, text := range functions {
		name, body, has := strings.Cut(text, " ")
		var k functionKey
		k.module, name, _ = strings.Cut(name, ".")
		k.name, name, _ = strings.Cut(name, "@")
		k.file, name, _ = strings.Cut(name, ":")
		fmt.Sscan(name, &k.line)
		f := r.at(k, k.file)
		if has {
			f.text = []string{body}
		}
	}
	return r
}

// TestCompare looks at what a real pair of traces gives: a function that is renamed, one whose
// lines have moved, one that is called more often.
func TestCompare(t *testing.T) {
	work1 := []work{
		{"app", "load", []string{"def load():", "    a = read(1)", "    b = parse(a)", "    c = sort(b)", "    return c"}, []float64{0, 10e6, 20e6, 30e6, 1e6}, 1},
		{"app", "old", []string{"def old():", "    one(1)", "    two(2)", "    three(3)"}, []float64{0, 5e6, 5e6, 5e6}, 1},
		{"app", "again", []string{"def again():", "    pass"}, []float64{0, 1e6}, 2},
	}
	work2 := []work{
		{"app", "again", []string{"def again():", "    pass"}, []float64{0, 1e6}, 50},
		{"app", "load", []string{"def load():", "    c = sort(b)", "    a = read(1)", "    b = parse(a, 2)", "    return c"}, []float64{0, 130e6, 10e6, 20e6, 1e6}, 1},
		{"app", "new", []string{"def new():", "    one(1)", "    two(2)", "    three(3)"}, []float64{0, 5e6, 5e6, 5e6}, 1},
	}
	d := Compare([]*Run{run(t, work1)}, []*Run{run(t, work2)})
	var functions, lines []string
	Sort(d.Functions, BySelf)
	for _, f := range d.Functions {
		if Notable(f) {
			functions = append(functions, fmt.Sprintf("%s %s %s %d→%d calls", f.Function, f.State, f.Self.Verdict, f.Calls.Base, f.Calls.New))
		}
	}
	for _, l := range d.Lines {
		if l.Function == "load" {
			lines = append(lines, fmt.Sprintf("%q→%q %s %d→%d ms", l.BaseSource, l.NewSource, l.State, l.Self.BaseNS/1e6, l.Self.NewNS/1e6))
		}
	}
	wantFunctions := []string{
		"load changed slower 1→1 calls", "again same slower 2→50 calls", "new added unknown 0→1 calls", "old removed unknown 1→0 calls",
	}
	wantLines := []string{
		`"c = sort(b)"→"c = sort(b)" moved 30→130 ms`, `"a = read(1)"→"a = read(1)" same 10→10 ms`,
		`"b = parse(a)"→"b = parse(a, 2)" changed 20→20 ms`, `"return c"→"return c" same 1→1 ms`,
	}
	slices.Sort(lines)
	slices.Sort(wantLines)
	if !slices.Equal(functions[:4], wantFunctions) {
		t.Errorf("functions %q, expected %q", functions, wantFunctions)
	}
	if !slices.Equal(lines, wantLines) {
		t.Errorf("lines %q, expected %q", lines, wantLines)
	}
	if len(d.Hints) != 1 || d.Hints[0].Function != "old" || d.Hints[0].NewFunction != "new" || d.Hints[0].Alike != 1 {
		t.Errorf("hints %+v", d.Hints)
	}
}

func TestCounts(t *testing.T) {
	for name, c := range map[string]struct {
		base, new []uint64
		changed   bool
		middle    [2]uint64
	}{
		"the same":          {[]uint64{5}, []uint64{5}, false, [2]uint64{5, 5}},
		"one more":          {[]uint64{5, 5}, []uint64{6, 6}, true, [2]uint64{5, 6}},
		"ranges overlap":    {[]uint64{5, 7, 9}, []uint64{8, 8, 8}, false, [2]uint64{7, 8}},
		"ranges are apart":  {[]uint64{9, 5, 7}, []uint64{12, 10, 11}, true, [2]uint64{7, 11}},
		"ranges just touch": {[]uint64{5, 7}, []uint64{7, 9}, false, [2]uint64{7, 9}},
	} {
		sideOf := func(counts []uint64) *side {
			s := &side{}
			for _, n := range counts {
				s.runs = append(s.runs, &Run{total: sample{calls: n}})
			}
			return s
		}
		x := &comparer{base: sideOf(c.base), new: sideOf(c.new)}
		got := x.count(func(r *Run, _ bool) sample { return r.total }, calls)
		if got.Changed != c.changed || got.Base != c.middle[0] || got.New != c.middle[1] {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

package profile

import (
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"tracer/internal/wire"
	"tracer/trace"
)

// reference is the definitions in the package's documentation, word by word: after
// each step it looks at all open frames.
type reference struct {
	w         *world
	functions map[functionKey]*Function
	lines     map[refLine]*Line
	modules   map[string]*Group
	files     map[string]*Group
	whole     map[functionKey][]int64 // durations of activations
	cut       map[functionKey][]int64
	outside   int64
}

type refLine struct {
	functionKey
	at int
}

type refFrame struct {
	function functionKey
	line     int
	entered  int64
	adopted  bool
}

func newReference(w *world) *reference {
	return &reference{w, map[functionKey]*Function{}, map[refLine]*Line{}, map[string]*Group{}, map[string]*Group{},
		map[functionKey][]int64{}, map[functionKey][]int64{}, 0}
}

func get[K comparable, V any](m map[K]*V, k K) *V {
	if m[k] == nil {
		m[k] = new(V)
	}
	return m[k]
}

// spend charges a piece of time in which the stack was so.
func (r *reference) spend(stack []refFrame, ns int64) {
	if len(stack) == 0 {
		r.outside += ns
		return
	}
	lines, functions := map[refLine]bool{}, map[functionKey]bool{}
	modules, files := map[string]bool{}, map[string]bool{}
	for _, f := range stack {
		lines[refLine{f.function, f.line}] = true
		functions[f.function] = true
		modules[f.function.module] = true
		files[f.function.file] = true
	}
	for k := range lines {
		get(r.lines, k).TotalNS += ns
	}
	for k := range functions {
		get(r.functions, k).TotalNS += ns
	}
	for k := range modules {
		get(r.modules, k).TotalNS += ns
	}
	for k := range files {
		get(r.files, k).TotalNS += ns
	}
	top := stack[len(stack)-1]
	get(r.lines, refLine{top.function, top.line}).SelfNS += ns
	get(r.functions, top.function).SelfNS += ns
	get(r.modules, top.function.module).SelfNS += ns
	get(r.files, top.function.file).SelfNS += ns
}

func (r *reference) add(steps []step, begin, end int64) {
	var stack []refFrame
	last := begin
	for _, s := range steps {
		r.spend(stack, s.at-last)
		last = s.at
		if closes(s.kind) {
			f := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			list := r.whole
			if s.kind == trace.Implied || f.adopted {
				list = r.cut
			}
			list[f.function] = append(list[f.function], s.at-f.entered)
			continue
		}
		c, line := r.w.code(s.loc)
		key := functionKey{c.Module, c.Qualname, FileName(c.File), c.FirstLine}
		switch {
		case opens(s.kind):
			stack = append(stack, refFrame{key, line, s.at, s.kind == trace.Adopted})
			if s.kind == wire.Call {
				get(r.functions, key).Calls++
				get(r.modules, key.module).Calls++
				get(r.files, key.file).Calls++
			}
		default:
			stack[len(stack)-1].line = line
			get(r.lines, refLine{key, line}).Hits++
			get(r.functions, key).Hits++
			get(r.modules, key.module).Hits++
			get(r.files, key.file).Hits++
		}
	}
	r.spend(stack, end-last)
}

// compare reports where p is not what the reference says.
func (r *reference) compare(t *testing.T, p *Profile) {
	t.Helper()
	for k, f := range r.functions {
		f.Module, f.Function, f.File, f.Line = k.module, k.name, k.file, k.line
		activations := slices.Concat(r.whole[k], r.cut[k])
		f.MaxNS = slices.Max(activations)
		f.MinNS = f.MaxNS
		if whole := r.whole[k]; len(whole) > 0 {
			f.MinNS = slices.Min(whole)
		}
	}
	for k, l := range r.lines {
		l.Module, l.Function, l.File, l.Line = k.module, k.name, k.file, k.at
	}
	maps.DeleteFunc(r.lines, func(_ refLine, l *Line) bool { return l.Hits == 0 && l.TotalNS == 0 })
	for name, g := range r.modules {
		g.Name = name
	}
	for name, g := range r.files {
		g.Name = name
	}
	for i := range p.Modules {
		p.Modules[i].Modules = nil
	}
	for i := range p.Files {
		p.Files[i].Modules = nil
	}
	same(t, "functions", p.Functions, r.functions)
	same(t, "lines", p.Lines, r.lines)
	same(t, "modules", p.Modules, r.modules)
	same(t, "files", p.Files, r.files)
}

func same[R Row, K comparable](t *testing.T, axis string, got []R, want map[K]*R) {
	t.Helper()
	var list []R
	for _, w := range want {
		list = append(list, *w)
	}
	seen := func(r R) bool { return !reflect.ValueOf(r).FieldByName("TotalNS").IsZero() || counted(r) }
	list = slices.DeleteFunc(list, func(r R) bool { return !seen(r) })
	Sort(list, Self)
	got = slices.Clone(got)
	Sort(got, Self)
	if len(got) != len(list) {
		t.Fatalf("%s: %d rows, want %d", axis, len(got), len(list))
	}
	for i := range got {
		if !reflect.DeepEqual(got[i], list[i]) {
			t.Fatalf("%s: %+v\nwant %+v", axis, got[i], list[i])
		}
	}
}

func counted(r Row) bool {
	calls, _ := r.Measure(Calls)
	hits, _ := r.Measure(Hits)
	return calls > 0 || hits > 0
}

func TestAgainstTheDefinitions(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for round := range 300 {
		w := newWorld()
		ref := newReference(w)
		table := newTable(byFunction)
		workers := []*sums{newSums(table), newSums(table)}
		var duration int64
		for range rnd.IntN(4) {
			steps, begin, end := w.random(rnd, rnd.IntN(400))
			s := workers[rnd.IntN(2)]
			s.rows, s.code = newLocations(w.codes[len(w.codes)-1].End), w.code
			w.tell(s, steps, begin, end)
			ref.add(steps, begin, end)
			duration += end - begin
		}
		workers[0].add(workers[1])
		workers[0].fit()
		p := table.profile(workers[0])
		outside := workers[0].lines[0].self
		if outside != ref.outside {
			t.Fatalf("round %d: outside %d, want %d", round, outside, ref.outside)
		}
		if p.SelfNS+outside != duration {
			t.Fatalf("round %d: self %d and outside %d are not the duration %d", round, p.SelfNS, outside, duration)
		}
		ref.compare(t, p)
	}
}

package profile

import (
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"tracer/internal/wire"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// reference is the definitions in the package's documentation, word by word: at
// each event it looks at all open frames.
type reference struct {
	byFile    bool // rows of lines are by file
	process   *trace.Process
	stack     []refFrame
	last      int64
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

func newReference(files bool) *reference {
	return &reference{files, nil, nil, 0, map[functionKey]*Function{}, map[refLine]*Line{}, map[string]*Group{}, map[string]*Group{},
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
		lines[r.line(f.function, f.line)] = true
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
	get(r.lines, r.line(top.function, top.line)).SelfNS += ns
	get(r.functions, top.function).SelfNS += ns
	get(r.modules, top.function.module).SelfNS += ns
	get(r.files, top.function.file).SelfNS += ns
}

// move charges the time up to at.
func (r *reference) move(at int64) {
	r.spend(r.stack, at-r.last)
	r.last = at
}

func (r *reference) Begin(at int64) { r.last, r.stack = at, nil }

func (r *reference) Open(at int64, c *trace.Code, loc wire.Location, k wire.Kind) {
	r.move(at)
	key := keyOf(c)
	r.stack = append(r.stack, refFrame{key, c.Line(loc), at, k == trace.Adopted})
	if k == wire.Call {
		get(r.functions, key).Calls++
		get(r.modules, key.module).Calls++
		get(r.files, key.file).Calls++
	}
}

func (r *reference) Line(at int64, loc wire.Location) {
	r.move(at)
	c := r.process.Code(loc)
	key := keyOf(c)
	r.stack[len(r.stack)-1].line = c.Line(loc)
	get(r.lines, r.line(key, c.Line(loc))).Hits++
	get(r.functions, key).Hits++
	get(r.modules, key.module).Hits++
	get(r.files, key.file).Hits++
}

func (r *reference) Close(at int64, k wire.Kind) {
	r.move(at)
	f := r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
	list := r.whole
	if k == trace.Implied || f.adopted {
		list = r.cut
	}
	list[f.function] = append(list[f.function], at-f.entered)
}

func (r *reference) Gap(int64, uint64) {}

func (r *reference) End(at int64) { r.move(at) }

// line is the row of a line.
func (r *reference) line(key functionKey, line int) refLine {
	if r.byFile {
		key = functionKey{file: key.file}
	}
	return refLine{key, line}
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

// TestAgainstTheDefinitions compares what summaries and sums make of random traces,
// as they were recorded and compacted, with the definitions.
func TestAgainstTheDefinitions(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for round := range 120 {
		path := randomTrace(t, rnd, 1+rnd.IntN(3), rnd.IntN(3000))
		for _, compact := range []bool{false, true} {
			if compact {
				tracetest.Compact(t, path)
			}
			tr := openSynth(t, path)
			for _, files := range []bool{false, true} {
				ref := newReference(files)
				var duration int64
				for _, p := range tr.Processes() {
					ref.process = p
					for _, th := range p.Threads {
						if err := th.Replay(ref); err != nil {
							t.Fatal(err)
						}
					}
				}
				p, err := build(tr.Processes(), trace.Window{}, files)
				if err != nil {
					t.Fatal(err)
				}
				var outside int64
				for _, th := range p.Threads {
					duration += th.DurationNS
					outside += th.OutsideNS
				}
				if outside != ref.outside || p.SelfNS+outside != duration {
					t.Fatalf("round %d: self %d and outside %d (expected %d) of %d", round, p.SelfNS, outside, ref.outside, duration)
				}
				ref.compare(t, p)
			}
		}
	}
}

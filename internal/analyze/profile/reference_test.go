package profile

import (
	"cmp"
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
	whole     map[functionKey][]times // durations of activations
	cut       map[functionKey][]times
	outside   times
	called    int64 // when the latest event was a call, else -1
}

type refLine struct {
	functionKey
	at int
}

type refFrame struct {
	function functionKey
	line     int
	entered  int64
	cost     int64 // of the events since then
	adopted  bool
}

func newReference(files bool) *reference {
	return &reference{files, nil, nil, 0, map[functionKey]*Function{}, map[refLine]*Line{}, map[string]*Group{}, map[string]*Group{},
		map[functionKey][]times{}, map[functionKey][]times{}, times{}, -1}
}

func get[K comparable, V any](m map[K]*V, k K) *V {
	if m[k] == nil {
		m[k] = new(V)
	}
	return m[k]
}

// spend charges a piece of time in which the stack was so, or what an event cost then.
func (r *reference) spend(stack []refFrame, raw, cost int64) {
	took := times{raw - cost, raw}
	if len(stack) == 0 {
		took.to(1, &r.outside.ns, &r.outside.raw)
		return
	}
	for i := range stack {
		stack[i].cost += cost
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
		l := get(r.lines, k)
		took.to(1, &l.TotalNS, &l.RawTotalNS)
	}
	for k := range functions {
		f := get(r.functions, k)
		took.to(1, &f.TotalNS, &f.RawTotalNS)
	}
	for k := range modules {
		g := get(r.modules, k)
		took.to(1, &g.TotalNS, &g.RawTotalNS)
	}
	for k := range files {
		g := get(r.files, k)
		took.to(1, &g.TotalNS, &g.RawTotalNS)
	}
	top := stack[len(stack)-1]
	l, f := get(r.lines, r.line(top.function, top.line)), get(r.functions, top.function)
	m, g := get(r.modules, top.function.module), get(r.files, top.function.file)
	took.to(1, &l.SelfNS, &l.RawSelfNS)
	took.to(1, &f.SelfNS, &f.RawSelfNS)
	took.to(1, &m.SelfNS, &m.RawSelfNS)
	took.to(1, &g.SelfNS, &g.RawSelfNS)
}

// pay charges the cost of an event, in ticks: they are ns.
func (r *reference) pay(cost int32) { r.spend(r.stack, 0, int64(cost)/trace.CostUnit) }

func (r *reference) costs() *trace.Costs {
	c, _ := r.process.Costs()
	return &c
}

func (r *reference) Own(_ int64, ticks uint64) { r.spend(r.stack, 0, int64(ticks)) }

// move charges the time up to at.
func (r *reference) move(at int64) {
	r.spend(r.stack, at-r.last, 0)
	r.last = at
}

func (r *reference) Begin(at int64) { r.last, r.stack = at, nil }

func (r *reference) Open(at int64, c *trace.Code, loc wire.Location, k wire.Kind) {
	r.move(at)
	key := keyOf(c)
	if k != trace.Adopted {
		r.pay(r.costs().Before[k])
	}
	r.stack = append(r.stack, refFrame{key, c.Line(loc), at, 0, k == trace.Adopted})
	if k != trace.Adopted {
		r.pay(r.costs().After[k])
	}
	if r.called = -1; k == wire.Call {
		r.called = at
		get(r.functions, key).Calls++
		get(r.modules, key.module).Calls++
		get(r.files, key.file).Calls++
	}
}

func (r *reference) Line(at int64, loc wire.Location) {
	r.move(at)
	c := r.process.Code(loc)
	key := keyOf(c)
	first := r.called == at
	if r.called = -1; first {
		r.pay(-r.costs().After[wire.Call])
	}
	r.stack[len(r.stack)-1].line = c.Line(loc)
	if first {
		r.pay(r.costs().First)
	} else {
		r.pay(r.costs().After[wire.Line])
	}
	get(r.lines, r.line(key, c.Line(loc))).Hits++
	get(r.functions, key).Hits++
	get(r.modules, key.module).Hits++
	get(r.files, key.file).Hits++
}

func (r *reference) Close(at int64, k wire.Kind) {
	r.move(at)
	if k != trace.Implied {
		r.pay(r.costs().Before[k])
	}
	f := r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
	if k != trace.Implied {
		r.pay(r.costs().After[k])
	}
	r.called = -1
	list := r.whole
	if k == trace.Implied || f.adopted {
		list = r.cut
	}
	list[f.function] = append(list[f.function], times{at - f.entered - f.cost, at - f.entered})
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
		longer := func(a, b times) int { return cmp.Or(cmp.Compare(a.raw, b.raw), cmp.Compare(a.ns, b.ns)) }
		longest := slices.MaxFunc(append(activations, times{}), longer) // at least nothing
		shortest := longest
		if whole := r.whole[k]; len(whole) > 0 {
			shortest = slices.MinFunc(whole, longer)
		}
		f.MaxNS, f.RawMaxNS, f.MinNS, f.RawMinNS = longest.ns, longest.raw, shortest.ns, shortest.raw
	}
	for k, l := range r.lines {
		l.Module, l.Function, l.File, l.Line = k.module, k.name, k.file, k.at
	}
	maps.DeleteFunc(r.lines, func(_ refLine, l *Line) bool { return l.Hits == 0 && l.RawTotalNS == 0 && l.SelfNS == 0 })
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
	seen := func(r R) bool {
		return !reflect.ValueOf(r).FieldByName("RawTotalNS").IsZero() || !reflect.ValueOf(r).FieldByName("SelfNS").IsZero() || counted(r)
	}
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
				var duration, corrected int64
				for _, p := range tr.Processes() {
					ref.process = p
					for _, th := range p.Threads {
						if err := th.Replay(ref); err != nil {
							t.Fatal(err)
						}
					}
				}
				p, err := build(threadsOf(tr.Processes()), trace.Window{}, files)
				if err != nil {
					t.Fatal(err)
				}
				var outside times
				for _, th := range p.Threads {
					duration += th.DurationNS
					corrected += th.SelfNS
					times{th.OutsideNS, th.RawOutsideNS}.to(1, &outside.ns, &outside.raw)
				}
				if outside != ref.outside || p.RawSelfNS+outside.raw != duration || p.SelfNS != corrected {
					t.Fatalf("round %d: self %d (expected %d), raw %d, and outside %+v (expected %+v) of %d",
						round, p.SelfNS, corrected, p.RawSelfNS, outside, ref.outside, duration)
				}
				ref.compare(t, p)
			}
		}
	}
}

package profile

import (
	"cmp"
	"slices"

	"tracer/internal/analyze/rounding"
	"tracer/internal/wire"
	"tracer/trace"
)

// table gathers the rows of all axes, over all processes: each names its rows by
// locations of its own.
type table struct {
	files     bool // a line belongs to its file, and not to a function
	functions rows[functionKey, Function]
	lines     rows[lineKey, Line]
	modules   rows[string, Group]
	byFile    rows[string, Group]
	threads   []Thread
	processes []Process
	self      times
	// It is not known of every process what its events cost.
	unmeasured bool
}

type functionKey struct {
	module, name, file string
	line               int
}

type lineKey struct {
	functionKey
	at int
}

// rows are the rows of an axis in the order in which they were first met.
type rows[K comparable, R any] struct {
	list  []R
	index map[K]int
}

// at returns the row of key, a new one of the given value if there is none.
func (r *rows[K, R]) at(key K, value func() R) *R {
	i, ok := r.index[key]
	if !ok {
		if r.index == nil {
			r.index = map[K]int{}
		}
		i = len(r.list)
		r.index[key] = i
		r.list = append(r.list, value())
	}
	return &r.list[i]
}

func newTable(files bool) *table { return &table{files: files} }

// keyOf says what a code object is counted for.
func keyOf(c *trace.Code) functionKey {
	return functionKey{c.Module, c.Qualname, FileName(c.File), c.FirstLine}
}

// FileName is what a file is called in the rows: its path, if it has one.
func FileName(f *trace.File) string { return f.Label() }

// unknown is what is counted for code that no name tells of.
var unknown = trace.Code{File: &trace.File{Name: "?"}, Qualname: "?"}

func codeOf(p *trace.Process, loc wire.Location) *trace.Code {
	if c := p.Code(loc); c != nil {
		return c
	}
	return &unknown
}

// times is a time, corrected and raw, in ns.
type times struct{ ns, raw int64 }

// timesOf returns the times of so many ticks in which events cost so much.
func timesOf(p *trace.Process, ticks uint64, cost int64) times {
	return times{p.Corrected(ticks, cost), p.Span(ticks)}
}

// to adds t to a row's times, sign times.
func (t times) to(sign int64, ns, raw *int64) {
	*ns += sign * t.ns
	*raw += sign * t.raw
}

// add adds what the threads of a process add up to. Their self times are self
// together: what rounding takes from the single rows is shared out among them.
func (t *table) add(p *trace.Process, s *trace.Sums, self times) {
	self.to(1, &t.self.ns, &t.self.raw)
	selves := apportion(p, s, self)
	for _, f := range s.Functions {
		t.function(p, &f)
	}
	for i, l := range s.Lines {
		t.line(p, &l, selves[i])
	}
	if t.files {
		for _, o := range s.Overlaps {
			c := codeOf(p, o.Of)
			key := lineKey{functionKey{file: FileName(c.File)}, int(o.Line)}
			l := t.lines.at(key, func() Line { return Line{File: key.file, Line: key.at} })
			timesOf(p, o.Ticks, o.Cost).to(-1, &l.TotalNS, &l.RawTotalNS)
		}
	}
	for _, g := range s.Modules {
		row := t.module(codeOf(p, g.Of).Module)
		timesOf(p, g.Total, g.Cost).to(1, &row.TotalNS, &row.RawTotalNS)
	}
	for _, g := range s.Files {
		row := t.file(FileName(codeOf(p, g.Of).File))
		timesOf(p, g.Total, g.Cost).to(1, &row.TotalNS, &row.RawTotalNS)
	}
}

func (t *table) module(name string) *Group {
	return t.modules.at(name, func() Group { return Group{Name: name} })
}

func (t *table) file(name string) *Group {
	return t.byFile.at(name, func() Group { return Group{Name: name} })
}

func (t *table) row(key functionKey) *Function {
	return t.functions.at(key, func() Function {
		return Function{Module: key.module, Function: key.name, File: key.file, Line: key.line, RawMinNS: unwhole}
	})
}

// unwhole is the raw minimum of a function without a whole activation.
const unwhole = -1

func (t *table) function(p *trace.Process, f *trace.FunctionSum) {
	key := keyOf(codeOf(p, f.Function))
	row := t.row(key)
	row.Calls += f.Calls
	timesOf(p, f.Total, f.Cost).to(1, &row.TotalNS, &row.RawTotalNS)
	if most := timesOf(p, f.Max, f.MaxCost); most.raw > row.RawMaxNS || most.raw == row.RawMaxNS && most.ns > row.MaxNS {
		row.MaxNS, row.RawMaxNS = most.ns, most.raw
	}
	if f.Min != trace.NoMin {
		if least := timesOf(p, f.Min, f.MinCost); row.RawMinNS == unwhole || least.raw < row.RawMinNS || least.raw == row.RawMinNS && least.ns < row.MinNS {
			row.MinNS, row.RawMinNS = least.ns, least.raw
		}
	}
	t.module(key.module).add(f.Calls, key.module)
	t.file(key.file).add(f.Calls, key.module)
}

func (t *table) line(p *trace.Process, l *trace.LineSum, self times) {
	key := keyOf(codeOf(p, l.Of))
	f := t.row(key)
	m, g := t.module(key.module), t.file(key.file)
	for _, sum := range []struct {
		hits    *uint64
		ns, raw *int64
	}{{&f.Hits, &f.SelfNS, &f.RawSelfNS}, {&m.Hits, &m.SelfNS, &m.RawSelfNS}, {&g.Hits, &g.SelfNS, &g.RawSelfNS}} {
		*sum.hits += l.Hits
		self.to(1, sum.ns, sum.raw)
	}
	if t.files {
		key = functionKey{file: key.file}
	}
	row := t.lines.at(lineKey{key, int(l.Line)}, func() Line {
		return Line{Module: key.module, Function: key.name, File: key.file, Line: int(l.Line)}
	})
	row.Hits += l.Hits
	self.to(1, &row.SelfNS, &row.RawSelfNS)
	self.to(1, &row.TotalNS, &row.RawTotalNS)
	timesOf(p, l.Below, l.BelowCost).to(1, &row.TotalNS, &row.RawTotalNS)
}

// apportion returns the self times of the lines, which all together are self.
func apportion(p *trace.Process, s *trace.Sums, self times) []times {
	sums := make([]rounding.Sum, len(s.Lines))
	for i, l := range s.Lines {
		sums[i] = rounding.Sum{Ticks: l.Self, Cost: l.Cost}
	}
	selves := make([]times, len(s.Lines))
	for i, t := range rounding.Share(p, rounding.Time{NS: self.ns, RawNS: self.raw}, sums, func(a, b int) int {
		k, l := keyOf(codeOf(p, s.Lines[a].Of)), keyOf(codeOf(p, s.Lines[b].Of))
		return cmp.Or(cmp.Compare(k.module, l.module), cmp.Compare(k.name, l.name), cmp.Compare(k.file, l.file), cmp.Compare(k.line, l.line), cmp.Compare(s.Lines[a].Line, s.Lines[b].Line))
	}) {
		selves[i] = times{t.NS, t.RawNS}
	}
	return selves
}

// profile returns the rows of what was seen.
func (t *table) profile() *Profile {
	p := &Profile{
		Functions: t.functions.list, Lines: t.lines.list, Modules: t.modules.list, Files: t.byFile.list, Threads: t.threads, Processes: t.processes,
		SelfNS: t.self.ns, RawSelfNS: t.self.raw, Measured: !t.unmeasured,
	}
	p.Functions = slices.DeleteFunc(p.Functions, func(f Function) bool {
		return f.Calls == 0 && f.Hits == 0 && f.RawTotalNS == 0 && f.SelfNS == 0
	})
	for i := range p.Functions {
		if f := &p.Functions[i]; f.RawMinNS == unwhole {
			f.MinNS, f.RawMinNS = f.MaxNS, f.RawMaxNS
		}
	}
	p.Lines = slices.DeleteFunc(p.Lines, func(l Line) bool { return l.Hits == 0 && l.RawTotalNS == 0 && l.SelfNS == 0 })
	p.Modules = slices.DeleteFunc(p.Modules, Group.unseen)
	p.Files = slices.DeleteFunc(p.Files, Group.unseen)
	return p
}

// add counts a function of the group.
func (g *Group) add(calls uint64, module string) {
	g.Calls += calls
	if !slices.Contains(g.Modules, module) {
		g.Modules = append(g.Modules, module)
	}
}

func (g Group) unseen() bool {
	return g.Calls == 0 && g.Hits == 0 && g.RawTotalNS == 0 && g.SelfNS == 0
}

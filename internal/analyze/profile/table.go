package profile

import (
	"cmp"
	"slices"

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
	selfNS    int64
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

// add adds what the threads of a process add up to. Their self times are selfNS
// together: what rounding takes from the single rows is shared out among them.
func (t *table) add(p *trace.Process, s *trace.Sums, selfNS int64) {
	t.selfNS += selfNS
	selves := apportion(p, s, selfNS)
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
			l.TotalNS -= p.Span(o.Ticks)
		}
	}
	for _, g := range s.Modules {
		t.module(codeOf(p, g.Of).Module).TotalNS += p.Span(g.Total)
	}
	for _, g := range s.Files {
		t.file(FileName(codeOf(p, g.Of).File)).TotalNS += p.Span(g.Total)
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
		return Function{Module: key.module, Function: key.name, File: key.file, Line: key.line, MinNS: unwhole}
	})
}

// unwhole is the minimum of a function without a whole activation.
const unwhole = -1

func (t *table) function(p *trace.Process, f *trace.FunctionSum) {
	key := keyOf(codeOf(p, f.Function))
	row := t.row(key)
	row.Calls += f.Calls
	row.TotalNS += p.Span(f.Total)
	row.MaxNS = max(row.MaxNS, p.Span(f.Max))
	if f.Min != trace.NoMin {
		if least := p.Span(f.Min); row.MinNS == unwhole || least < row.MinNS {
			row.MinNS = least
		}
	}
	t.module(key.module).add(f.Calls, key.module)
	t.file(key.file).add(f.Calls, key.module)
}

func (t *table) line(p *trace.Process, l *trace.LineSum, self int64) {
	key := keyOf(codeOf(p, l.Of))
	f := t.row(key)
	m, g := t.module(key.module), t.file(key.file)
	for _, sum := range []struct {
		hits *uint64
		self *int64
	}{{&f.Hits, &f.SelfNS}, {&m.Hits, &m.SelfNS}, {&g.Hits, &g.SelfNS}} {
		*sum.hits += l.Hits
		*sum.self += self
	}
	if t.files {
		key = functionKey{file: key.file}
	}
	row := t.lines.at(lineKey{key, int(l.Line)}, func() Line {
		return Line{Module: key.module, Function: key.name, File: key.file, Line: int(l.Line)}
	})
	row.Hits += l.Hits
	row.SelfNS += self
	row.TotalNS += self + p.Span(l.Below)
}

// apportion returns the self times of the lines in ns. Each is its ticks, rounded down
// or up, and all together are selfNS.
func apportion(p *trace.Process, s *trace.Sums, selfNS int64) []int64 {
	selves := make([]int64, len(s.Lines))
	order := make([]int, len(s.Lines))
	for i, l := range s.Lines {
		selves[i], order[i] = p.Span(l.Self), i
		selfNS -= selves[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.Lines[b].Self, s.Lines[a].Self) })
	for n := 0; selfNS > 0 && len(order) > 0; n = (n + 1) % len(order) {
		selves[order[n]]++
		selfNS--
	}
	return selves
}

// profile returns the rows of what was seen.
func (t *table) profile() *Profile {
	p := &Profile{Functions: t.functions.list, Lines: t.lines.list, Modules: t.modules.list, Files: t.byFile.list, Threads: t.threads, Processes: t.processes, SelfNS: t.selfNS}
	p.Functions = slices.DeleteFunc(p.Functions, func(f Function) bool { return f.Calls == 0 && f.Hits == 0 && f.TotalNS == 0 })
	for i := range p.Functions {
		if f := &p.Functions[i]; f.MinNS == unwhole {
			f.MinNS = f.MaxNS
		}
	}
	p.Lines = slices.DeleteFunc(p.Lines, func(l Line) bool { return l.Hits == 0 && l.SelfNS == 0 && l.TotalNS == 0 })
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

func (g Group) unseen() bool { return g.Calls == 0 && g.Hits == 0 && g.TotalNS == 0 }

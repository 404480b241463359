package calls

import (
	"cmp"
	"slices"

	"tracer/internal/export/settle"
	"tracer/trace"
)

// totals are the sums of all processes, which grow process by process.
type totals struct {
	functions []*Function
	numbers   map[functionKey]int32
	lines     map[rowKey]*Line
	edges     map[linkKey]*Edge
}

type functionKey struct {
	module, name, file string
	line               int
}

type linkKey struct{ caller, line, callee int32 }

func newTotals() *totals {
	return &totals{numbers: map[functionKey]int32{}, lines: map[rowKey]*Line{}, edges: map[linkKey]*Edge{}}
}

// number returns the number of a code object's function.
func (t *totals) number(c *trace.Code) int32 {
	key := functionKey{c.Module, c.Qualname, c.File.Label(), c.FirstLine}
	n, ok := t.numbers[key]
	if !ok {
		n = int32(len(t.functions))
		t.numbers[key] = n
		t.functions = append(t.functions, &Function{Module: key.module, Name: key.name, File: key.file, FirstLine: key.line})
	}
	return n
}

// sums puts the rows together.
func (t *totals) sums() *Sums {
	s := &Sums{}
	for key, l := range t.lines {
		f := t.functions[key.function]
		l.Line = int(key.line)
		f.Lines = append(f.Lines, *l)
		f.Own.NS += l.Own.NS
		f.Own.Hits += l.Own.Hits
		s.SelfNS += l.Own.NS
		s.Hits += l.Own.Hits
	}
	for key, e := range t.edges {
		e.Caller, e.Line, e.Callee = t.functions[key.caller], int(key.line), t.functions[key.callee]
		e.Caller.Callees = append(e.Caller.Callees, e)
		e.Callee.Callers = append(e.Callee.Callers, e)
		e.Own.NS, e.Total.NS = max(e.Own.NS, 0), max(e.Total.NS, 0)
	}
	for _, f := range t.functions {
		if len(f.Lines) == 0 {
			continue // it was named, and is not in what was asked for
		}
		slices.SortFunc(f.Lines, func(a, b Line) int { return cmp.Compare(a.Line, b.Line) })
		slices.SortFunc(f.Callees, func(a, b *Edge) int { return cmp.Or(cmp.Compare(a.Line, b.Line), compare(a.Callee, b.Callee)) })
		slices.SortFunc(f.Callers, func(a, b *Edge) int { return cmp.Or(compare(a.Caller, b.Caller), cmp.Compare(a.Line, b.Line)) })
		s.Functions = append(s.Functions, f)
	}
	s.settle()
	return s
}

// settle leaves no time below zero.
func (s *Sums) settle() {
	var functions []*int64
	for _, f := range s.Functions {
		functions = append(functions, &f.Own.NS)
	}
	s.SelfNS = max(s.SelfNS, 0)
	settle.Settle(s.SelfNS, functions...)
	for _, f := range s.Functions {
		var lines []*int64
		for i := range f.Lines {
			l := &f.Lines[i]
			lines = append(lines, &l.Own.NS)
			l.Total.NS = max(l.Total.NS, 0)
		}
		settle.Settle(f.Own.NS, lines...)
		f.Total.NS = max(f.Total.NS, 0)
	}
}

func compare(a, b *Function) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.FirstLine, b.FirstLine), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Module, b.Module))
}

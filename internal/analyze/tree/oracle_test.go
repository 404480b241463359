package tree

import (
	"fmt"

	"tracer/internal/wire"
	"tracer/trace"
)

// oracle is the definitions in the package's documentation, word by word: at each event
// it looks at all open frames, and has a string for each path. A tick is a ns.
type oracle struct {
	process *trace.Process
	options Options
	stack   []oracleFrame
	last    int64
	called  int64 // when the latest event was a call, else -1
	nodes   map[string]*oracleNode
}

type oracleFrame struct {
	code *trace.Code
	path string
	line int
}

type oracleNode struct {
	calls uint64
	lines map[int]*Line
}

func newOracle(o Options) *oracle {
	return &oracle{options: o, called: -1, nodes: map[string]*oracleNode{}}
}

func (o *oracle) node(path string) *oracleNode {
	n := o.nodes[path]
	if n == nil {
		n = &oracleNode{lines: map[int]*Line{}}
		o.nodes[path] = n
	}
	return n
}

// line is that on which time is spent now.
func (o *oracle) line() *Line {
	path, line := "", 0
	if n := len(o.stack); n > 0 {
		path, line = o.stack[n-1].path, o.stack[n-1].line
	}
	n := o.node(path)
	if o.options.Functions {
		line = 0
	}
	if n.lines[line] == nil {
		n.lines[line] = &Line{Line: line}
	}
	return n.lines[line]
}

// move charges the time up to at.
func (o *oracle) move(at int64) {
	o.line().Self.Add(Time{NS: at - o.last, RawNS: at - o.last})
	o.last = at
}

// pay charges what an event cost, in ticks.
func (o *oracle) pay(ticks int64) { o.line().Self.NS -= ticks }

func (o *oracle) costs() *trace.Costs {
	c, _ := o.process.Costs()
	return &c
}

func (o *oracle) before(k wire.Kind) { o.pay(int64(o.costs().Before[k]) / trace.CostUnit) }
func (o *oracle) after(k wire.Kind)  { o.pay(int64(o.costs().After[k]) / trace.CostUnit) }

func (o *oracle) Begin(at int64) { o.last, o.stack = at, nil }

func (o *oracle) Open(at int64, c *trace.Code, loc wire.Location, k wire.Kind) {
	o.move(at)
	if k != trace.Adopted {
		o.before(k)
	}
	o.stack = append(o.stack, oracleFrame{c, o.pathOf(c), c.Line(loc)})
	if k != trace.Adopted {
		o.after(k)
	}
	if o.called = -1; k == wire.Call {
		o.called = at
		o.node(o.stack[len(o.stack)-1].path).calls++
	}
}

// pathOf is the path of a call.
func (o *oracle) pathOf(c *trace.Code) string {
	path, site := "", 0
	for _, f := range o.stack {
		if f.code == c && o.options.FoldRecursion {
			return f.path
		}
		path, site = f.path, f.line
	}
	if o.options.AnySite {
		site = 0
	}
	return path + step(c.Module, c.Qualname, c.FirstLine, site)
}

func step(module, name string, line, site int) string {
	return fmt.Sprintf("/%d:%s.%s.%d", site, module, name, line)
}

func (o *oracle) Line(at int64, loc wire.Location) {
	o.move(at)
	first := o.called == at
	if o.called = -1; first {
		o.pay(-int64(o.costs().After[wire.Call]) / trace.CostUnit)
	}
	o.stack[len(o.stack)-1].line = o.process.Code(loc).Line(loc)
	if !o.options.Functions {
		o.line().Hits++
	}
	if first {
		o.pay(int64(o.costs().First) / trace.CostUnit)
	} else {
		o.after(wire.Line)
	}
}

func (o *oracle) Close(at int64, k wire.Kind) {
	o.move(at)
	if k != trace.Implied {
		o.before(k)
	}
	o.stack = o.stack[:len(o.stack)-1]
	if k != trace.Implied {
		o.after(k)
	}
	o.called = -1
}

func (o *oracle) Own(_ int64, ticks uint64) { o.pay(int64(ticks)) }
func (o *oracle) Gap(int64, uint64)         {}
func (o *oracle) End(at int64)              { o.move(at) }

// flat are the nodes of a tree by their paths.
func flat(t *Tree) map[string]*oracleNode {
	nodes := map[string]*oracleNode{}
	var walk func(n *Node, path string)
	walk = func(n *Node, path string) {
		if n.Function != nil {
			path += step(n.Function.Module, n.Function.Name, n.Function.FirstLine, n.Site)
		}
		flat := &oracleNode{calls: n.Calls, lines: map[int]*Line{}}
		if nodes[path] != nil {
			panic("two nodes " + path)
		}
		nodes[path] = flat
		for _, l := range n.Lines {
			flat.lines[l.Line] = &l
		}
		if len(n.Lines) == 0 {
			flat.lines[0] = &Line{Self: n.Self}
		}
		for _, c := range n.Children {
			walk(c, path)
		}
	}
	walk(t.Root, "")
	return nodes
}

// difference says where nodes by path differ, "" if nowhere. What is nothing is not there.
func difference(got, want map[string]*oracleNode) string {
	for _, list := range []map[string]*oracleNode{got, want} {
		for path := range list {
			g, w := got[path], want[path]
			if g == nil {
				g = &oracleNode{}
			}
			if w == nil {
				w = &oracleNode{}
			}
			if g.calls != w.calls {
				return fmt.Sprintf("%s: %d calls, expected %d", path, g.calls, w.calls)
			}
			for line := range union(g.lines, w.lines) {
				a, b := Line{Line: line}, Line{Line: line}
				if l := g.lines[line]; l != nil {
					a = *l
				}
				if l := w.lines[line]; l != nil {
					b = *l
				}
				if a != b {
					return fmt.Sprintf("%s: line %+v, expected %+v", path, a, b)
				}
			}
		}
	}
	return ""
}

func union(a, b map[int]*Line) map[int]bool {
	all := map[int]bool{}
	for line := range a {
		all[line] = true
	}
	for line := range b {
		all[line] = true
	}
	return all
}

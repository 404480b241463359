package tree

import (
	"tracer/internal/analyze/rounding"
	"tracer/trace"
)

// process adds up the threads of a process, in ticks.
type process struct {
	*trace.Process
	functions *functions
	known     []uint32 // numbers of functions by Code.Index, 0: not known yet
	tree      *table
	rows      set[row] // of all nodes together; where cells are lines, they are made of these
	options   Options
	whole     whole
}

// row is a line of a function.
type row struct {
	function, line uint32
	sum            rounding.Sum
}

func (r row) key() key { return key{r.function, r.line} }

// whole is what threads add up to. Its times are rounded thread by thread, as package
// profile shows them.
type whole struct {
	self, outside rounding.Time

	thread     *trace.Thread // that is being added up
	begin, end int64         // of it
	off        rounding.Sum  // of that in no traced frame
	cost       int64         // of its events in traced frames
}

func newProcess(p *trace.Process, f *functions, o Options, limit int) *process {
	return &process{Process: p, functions: f, known: make([]uint32, len(p.Codes)), tree: newTable(limit), rows: newSet(row{}), options: o}
}

// function returns the number of a code object's function.
func (p *process) function(c *trace.Code) uint32 {
	if c.Index >= len(p.known) || p.Codes[c.Index] != c {
		return p.functions.of(p.Process, c)
	}
	if p.known[c.Index] == 0 {
		p.known[c.Index] = p.functions.of(p.Process, c)
	}
	return p.known[c.Index]
}

// add adds what a part of a thread adds up to. The parts of a thread come in order.
func (p *process) add(th *trace.Thread, r *part) {
	if th != p.whole.thread {
		p.endThread()
		p.whole.thread, p.whole.begin = th, r.begin
	}
	p.whole.end = r.at
	functions := make([]uint32, len(r.codes))
	functions[noCode], functions[deeperCode] = outside, deeper
	for i, c := range r.codes[deeperCode+1:] {
		functions[int(deeperCode)+1+i] = p.function(c.code)
	}
	numbers := make([]uint32, len(r.nodes.list))
	for i, n := range r.nodes.list[1:] {
		site := uint32(0)
		if caller := r.codes[r.nodes.list[n.parent].code].code; caller != nil && !p.options.AnySite {
			site = uint32(caller.Line(n.site))
		}
		number := p.tree.child(numbers[n.parent], site, functions[n.code])
		p.tree.nodes.list[number].calls += n.calls
		numbers[i+1] = number
	}
	for _, b := range r.blocks {
		c := &r.codes[r.nodes.list[b.node].code]
		for i, s := range r.cells[b.first : b.first+b.size] {
			if s != (sum{}) {
				p.addCell(numbers[b.node], c, int(b.row)+i, s)
			}
		}
	}
	outside := r.cells[0] // the root's only one
	p.whole.off.Ticks += uint64(outside.ticks)
	p.whole.off.Cost += outside.cost
	p.whole.cost += r.cost - r.beginCost - outside.cost
}

// addCell adds a row of a part's node to a node.
func (p *process) addCell(node uint32, c *code, number int, s sum) {
	line := uint32(0)
	if c.code != nil {
		line = uint32(c.code.Line(c.locs[number]))
	}
	line = p.tree.lineOf(node, line)
	function := p.tree.nodes.list[node].function
	if function != outside && p.options.Functions {
		p.addRow(function, line, rounding.Sum{Ticks: uint64(s.ticks), Cost: s.cost})
	}
	if p.options.Functions {
		line = 0
	}
	p.tree.add(node, line, s.hits, uint64(s.ticks), s.cost)
}

func (p *process) addRow(function, line uint32, s rounding.Sum) {
	n := p.rows.find(key{function, line})
	if n == 0 {
		n = p.rows.add(row{function: function, line: line})
	}
	r := &p.rows.list[n]
	r.sum.Ticks += s.Ticks
	r.sum.Cost += s.Cost
}

// endThread takes the times of the thread that was added up.
func (p *process) endThread() {
	w := &p.whole
	if w.thread != nil {
		p.addThread(w.end-w.begin, w.off, w.cost)
	}
	w.thread, w.off, w.cost = nil, rounding.Sum{}, 0
}

// addThread takes the times of a thread: so many ticks, what of them was in no traced
// frame, and what the events in traced frames cost.
func (p *process) addThread(ticks int64, off rounding.Sum, cost int64) {
	duration := p.Span(uint64(ticks))
	raw := min(p.Span(off.Ticks), duration)
	p.whole.outside.Add(rounding.Time{NS: raw - p.CostNS(off.Cost), RawNS: raw})
	p.whole.self.Add(rounding.Time{NS: duration - raw - p.CostNS(cost), RawNS: duration - raw})
}

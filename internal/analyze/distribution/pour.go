package distribution

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"tracer/internal/analyze/rounding"
	"tracer/trace"
)

// key names a row: of a function line is 0.
type key struct {
	functionKey
	at int
}

func (k key) compare(l key) int {
	return cmp.Or(cmp.Compare(k.module, l.module), cmp.Compare(k.name, l.name), cmp.Compare(k.file, l.file), cmp.Compare(k.line, l.line), cmp.Compare(k.at, l.at))
}

func keyOf(c *trace.Code, at int) key {
	return key{functionKey{c.Module, c.Qualname, c.File.Label(), c.FirstLine}, at}
}

// rowSet are the rows of all processes so far.
type rowSet struct {
	functions, lines map[key]*builtRow
	options          Options
	scale            float64
}

// builtRow is a row and what it takes to add another process's to it.
type builtRow struct {
	Row
	least, rawLeast   int64 // the minimum of whole samples; always: there is none
	lowest, rawLowest int64 // of all
	own, raw          moments
	bins              []Bin
}

func newRowSet(o Options, scale float64) *rowSet {
	return &rowSet{map[key]*builtRow{}, map[key]*builtRow{}, o, scale}
}

// pour adds what the accumulators of a process add up to. Their self times are self together.
func (rows *rowSet) pour(p *trace.Process, all []*accumulator, self rounding.Time) {
	functions, lines := map[key]*sum{}, map[key]*sum{}
	for i, a := range all {
		a.settle()
		for row := range a.of[1:] {
			of := a.of[row+1]
			to := functions
			if of.function != 0 {
				to = lines
			}
			k := of.key()
			if to[k] == nil {
				to[k] = newSum()
			}
			to[k].add(a, uint32(row+1))
		}
		all[i] = nil // its counters take the most memory
	}
	selves := rows.pourLines(p, lines, self)
	for k, x := range functions {
		r := rows.row(rows.functions, k)
		r.Line = k.line
		r.Count += x.n - x.resumed
		r.SelfNS += selves[k.functionKey].NS
		r.RawSelfNS += selves[k.functionKey].RawNS
		r.TotalNS += p.Corrected(uint64(x.total.ticks), x.total.cost)
		r.RawTotalNS += p.Span(uint64(x.total.ticks))
		rows.pourSamples(p, r, x)
	}
}

// pourLines adds the lines, and returns the self times of the functions.
func (rows *rowSet) pourLines(p *trace.Process, lines map[key]*sum, self rounding.Time) map[functionKey]rounding.Time {
	order := slices.SortedFunc(maps.Keys(lines), key.compare)
	sums := make([]rounding.Sum, len(order))
	for i, k := range order {
		x := lines[k]
		sums[i] = rounding.Sum{Ticks: uint64(x.on.ticks + x.rest.ticks), Cost: x.on.cost + x.rest.cost}
	}
	selves := map[functionKey]rounding.Time{}
	for i, own := range rounding.Share(p, self, sums, nil) {
		k := order[i]
		f := selves[k.functionKey]
		f.Add(own)
		selves[k.functionKey] = f
		x, r := lines[k], rows.row(rows.lines, k)
		r.Line = k.at
		r.Count += x.n
		r.SelfNS += own.NS
		r.RawSelfNS += own.RawNS
		r.TotalNS += own.NS + p.Corrected(uint64(x.total.ticks), x.total.cost)
		r.RawTotalNS += own.RawNS + p.Span(uint64(x.total.ticks))
		rows.pourSamples(p, r, x)
	}
	return selves
}

func (rows *rowSet) row(of map[key]*builtRow, k key) *builtRow {
	r := of[k]
	if r == nil {
		r = &builtRow{
			Row:   Row{Module: k.module, Function: k.name, File: k.file, FirstLine: k.line},
			least: always, rawLeast: always, lowest: always, rawLowest: always,
		}
		of[k] = r
	}
	return r
}

// pourSamples adds what a process has of a row's samples.
func (rows *rowSet) pourSamples(p *trace.Process, r *builtRow, x *sum) {
	if x.n == 0 {
		return
	}
	if r.Samples == 0 {
		r.MinNS, r.RawMinNS, r.MaxNS, r.RawMaxNS = always, always, never, never
		r.FirstNS, r.LastNS = always, never
	}
	r.Samples += x.n
	r.MaxNS, r.RawMaxNS = max(r.MaxNS, unitsNS(p, x.maxUnits)), max(r.RawMaxNS, p.Span(uint64(x.max)))
	if x.min != always {
		r.least, r.rawLeast = min(r.least, unitsNS(p, x.minUnits)), min(r.rawLeast, p.Span(uint64(x.min)))
	} else {
		r.MinNS, r.RawMinNS = min(r.MinNS, unitsNS(p, x.cutMinUnits)), min(r.RawMinNS, p.Span(uint64(x.cutMin)))
	}
	r.lowest = min(r.lowest, unitsNS(p, min(x.minUnits, x.cutMinUnits)))
	r.rawLowest = min(r.rawLowest, p.Span(uint64(min(x.min, x.cutMin))))
	if first := p.NS(x.first); first < r.FirstNS {
		r.FirstNS = first
		r.first, r.rawFirst = p.Corrected(uint64(x.firstTicks), x.firstCost), p.Span(uint64(x.firstTicks))
	}
	r.LastNS = max(r.LastNS, p.NS(x.last))
	if r.Histogram == nil {
		r.Histogram, r.RawHistogram = x.histogram, x.rawHistogram
	} else {
		r.Histogram.Merge(x.histogram)
		r.RawHistogram.Merge(x.rawHistogram)
	}
	tick := float64(p.Span(1<<40)) / (1 << 40)
	units := x.on.ticks*unit - int64(math.Round(float64(x.on.cost)*rows.scale))
	r.own.add(moments{float64(x.n), float64(units) / float64(x.n) / unit * tick, deviation(x.n, units, x.unitSquare) / unit * tick})
	r.raw.add(moments{float64(x.n), float64(x.on.ticks) / float64(x.n) * tick, deviation(x.n, x.on.ticks, x.square) * tick})
	r.pourBins(p, &x.bins)
	for _, c := range x.longest(rows.options.Worst) {
		r.Worst = append(r.Worst, c.call(p, &r.Row))
	}
}

// unitsNS returns how many ns so many units are: of whole ticks as many as Span.
func unitsNS(p *trace.Process, units int64) int64 {
	if units < 0 {
		return -(p.Span(-uint64(units)) / unit)
	}
	return p.Span(uint64(units)) / unit
}

// moments are those of a distribution.
type moments struct{ n, mean, deviation float64 }

// add makes m those of both together, as Chan, Golub and LeVeque do it.
func (m *moments) add(o moments) {
	if m.n == 0 {
		*m = o
		return
	}
	n, apart := m.n+o.n, o.mean-m.mean
	square := m.deviation*m.deviation*m.n + o.deviation*o.deviation*o.n + apart*apart*m.n*o.n/n
	*m = moments{n, m.mean + apart*o.n/n, math.Sqrt(square / n)}
}

// pourBins adds bins in the process's ticks.
func (r *builtRow) pourBins(p *trace.Process, b *bins) {
	for _, x := range b.list {
		r.bins = append(r.bins, Bin{
			FromNS: max(p.NS(x.number<<b.shift), 0), ToNS: p.NS((x.number + 1) << b.shift), Samples: x.n,
			TimeNS: p.Corrected(uint64(x.ticks), x.cost), RawTimeNS: p.Span(uint64(x.ticks)),
		})
	}
}

// call returns one of the worst calls of a row.
func (c *call) call(p *trace.Process, r *Row) Call {
	out := Call{
		Module: r.Module, Function: r.Function, File: r.File, Line: r.FirstLine,
		PID: p.PID, TID: c.thread.TID, Thread: c.thread.Name,
		StartNS: p.NS(c.begun), TimeNS: unitsNS(p, c.units), RawNS: p.Span(uint64(c.ticks)), Cut: c.cut,
		thread: c.thread, begun: c.begun, ended: c.begun + c.ticks, depth: c.depth,
	}
	if by := c.by.code; by != nil {
		out.CallerModule, out.CallerFunction, out.CallerFile, out.CallerLine = by.Module, by.Qualname, by.File.Label(), c.by.line
	}
	return out
}

package distribution

import (
	"tracer/internal/wire"
	"tracer/trace"
)

// functionKey tells functions apart: code objects that agree in it are one.
type functionKey struct {
	module, name, file string
	line               int
}

// rows are those of a process, by what its events name, from 1 on: 0 is outside of all
// frames.
type rows struct {
	process *trace.Process
	codes   []code // by index of the code object
	byKey   map[functionKey]uint32
	lineAt  map[lineKey]uint32

	stats []stat
	rare  []rare
	of    []rowOf
}

// code is what is known of a code object: nothing, if function is 0.
type code struct {
	function uint32
	base     wire.Location
	lines    []uint32 // by location from base on; 0 is not known yet
	code     *trace.Code
}

type lineKey struct {
	function uint32
	line     int
}

// rowOf says what a row is.
type rowOf struct {
	code     *trace.Code
	line     int    // of a line
	function uint32 // of a line; 0: it is a function itself
}

// lapse is a time, or a moment.
type lapse struct{ ticks, cost int64 }

func (l *lapse) add(ticks, cost int64) {
	l.ticks += ticks
	l.cost += cost
}

func newRows(p *trace.Process) rows {
	return rows{
		process: p, byKey: map[functionKey]uint32{}, lineAt: map[lineKey]uint32{},
		stats: make([]stat, 1), rare: make([]rare, 1), of: make([]rowOf, 1),
	}
}

// add makes a row.
func (r *rows) add(of rowOf) uint32 {
	r.stats, r.rare, r.of = append(r.stats, newStat()), append(r.rare, newRare()), append(r.of, of)
	return uint32(len(r.of) - 1)
}

// code returns what is known of a code object.
func (r *rows) code(c *trace.Code) *code {
	if c.Index < len(r.codes) {
		if known := &r.codes[c.Index]; known.function != 0 {
			return known
		}
	}
	return r.meetCode(c)
}

func (r *rows) meetCode(c *trace.Code) *code {
	if c.Index >= len(r.codes) {
		r.codes = append(r.codes, make([]code, max(c.Index+1, len(r.process.Codes))-len(r.codes))...)
	}
	key := functionKey{c.Module, c.Qualname, c.File.Label(), c.FirstLine}
	f, ok := r.byKey[key]
	if !ok {
		f = r.add(rowOf{code: c})
		r.byKey[key] = f
	}
	known := &r.codes[c.Index]
	*known = code{function: f, base: c.Base, lines: make([]uint32, c.End-c.Base), code: c}
	return known
}

// meet returns the row of a location of a code object.
func (r *rows) meet(c *code, loc wire.Location) uint32 {
	row := r.line(c.function, c.code.Line(loc))
	if i := loc - c.base; int(i) < len(c.lines) {
		c.lines[i] = row
	}
	return row
}

// line returns the row of a line of a function.
func (r *rows) line(function uint32, number int) uint32 {
	key := lineKey{function, number}
	row, ok := r.lineAt[key]
	if !ok {
		row = r.add(rowOf{r.of[function].code, number, function})
		r.lineAt[key] = row
	}
	return row
}

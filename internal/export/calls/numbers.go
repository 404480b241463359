package calls

import (
	"math"

	"tracer/internal/wire"
	"tracer/trace"
)

// code returns what is known here of a code object.
func (c *counter) code(of *trace.Code) *code {
	if of == nil {
		of = &unknown
	}
	if of.Index < len(c.codes) && c.codes[of.Index] != nil && c.codes[of.Index].Code == of {
		return c.codes[of.Index]
	}
	number := c.table.number(of)
	here, ok := c.known[number]
	if !ok {
		here = int32(len(c.functions))
		c.known[number] = here
		c.functions = append(c.functions, function{number: number})
	}
	met := &code{Code: of, function: here}
	if of.Index < len(c.codes) {
		c.codes[of.Index] = met
	}
	return met
}

// unknown is what is counted for code that no name tells of.
var unknown = trace.Code{Index: math.MaxInt, File: &trace.File{Name: "?"}, Qualname: "?"}

// row returns the row of a location of some code.
func (c *counter) row(of *code, loc wire.Location) int32 {
	at := loc - of.Base
	if int(at) < len(of.rows) && of.rows[at] > 0 {
		return of.rows[at] - 1
	}
	if at >= dense {
		if n, ok := of.far[loc]; ok {
			return n
		}
	}
	key := rowKey{of.function, int32(of.Line(loc))}
	n, ok := c.rowOf[key]
	if !ok {
		n = int32(len(c.rows))
		c.rowOf[key] = n
		c.rows = append(c.rows, row{rowKey: key, callee: -1})
	}
	if at >= dense {
		if of.far == nil {
			of.far = map[wire.Location]int32{}
		}
		of.far[loc] = n
		return n
	}
	for int(at) >= len(of.rows) {
		of.rows = append(of.rows, 0)
	}
	of.rows[at] = n + 1
	return n
}

// edge returns the edge from the current line of a frame, or from its function, to
// another function.
func (c *counter) edge(caller frame, callee int32) int32 {
	from := &c.rows[caller.row]
	if from.callee == callee {
		return from.edge
	}
	key := edgeKey{caller.code.function, callee}
	if c.byLine {
		key.caller = caller.row
	}
	n, ok := c.edgeOf[key]
	if !ok {
		n = int32(len(c.edges))
		c.edgeOf[key] = n
		c.edges = append(c.edges, edge{edgeKey: key})
	}
	from.callee, from.edge = callee, n
	return n
}

// Package pstats writes what Python's own module pstats reads, and with it snakeviz and
// others: what cProfile leaves behind. It is a dict in the form of module marshal, version 2,
// which all versions of Python read; its keys and values are those of
// cProfile.Profile.snapshot_stats:
//
//	(file, first line, name): (primitive calls, calls, own time, time, callers)
//	callers: {(file, first line, name): (calls, primitive calls, own time, time)}
//
// As in cProfile, going on after a yield is a call there, a primitive call is one while the
// function was not open yet, and names are without the class. Times are in seconds. Functions that
// are written in C are not traced: what they took is their callers' own time.
package pstats

import (
	"bufio"
	"context"
	"io"
	"strings"

	"tracer/internal/export/calls"
	"tracer/trace"
)

// Options choose what is written.
type Options = calls.Options

// Write writes a trace.
func Write(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	o.ByLine = false
	s, failed := calls.Build(ctx, t, o)
	if s == nil {
		return failed
	}
	out := bufio.NewWriterSize(w, 64<<10)
	m := marshal{out}
	m.dict()
	for _, e := range entries(s) {
		if err := ctx.Err(); err != nil {
			return err
		}
		e.write(m)
	}
	m.end()
	if err := out.Flush(); err != nil {
		return err
	}
	return failed
}

// key is how pstats knows a function.
type key struct {
	file string
	line int
	name string
}

func keyOf(f *calls.Function) key {
	return key{f.File, f.FirstLine, f.Name[strings.LastIndexByte(f.Name, '.')+1:]}
}

// entry is what pstats knows of a function.
type entry struct {
	key
	count
	callers []caller
}

type caller struct {
	key
	count
}

type count struct {
	primitive, calls uint64
	own, total       int64
}

func (c *count) add(primitive, calls uint64, own, total int64) {
	c.primitive += primitive
	c.calls += calls
	c.own += own
	c.total += total
}

// entries returns the functions by their keys, in order. Several functions can have the same one.
func entries(s *calls.Sums) (list []*entry) {
	known := map[key]*entry{}
	for _, f := range s.Functions {
		k := keyOf(f)
		e := known[k]
		if e == nil {
			e = &entry{key: k}
			known[k] = e
			list = append(list, e)
		}
		e.add(f.Primitive, f.Entries, f.Own.NS, f.Total.NS)
		for _, edge := range f.Callers {
			e.caller(keyOf(edge.Caller)).add(edge.Primitive, edge.Entries, edge.Own.NS, edge.Total.NS)
		}
	}
	return list
}

// caller returns one of the callers, which are in order where they are many.
func (e *entry) caller(k key) *count {
	if n := len(e.callers); n == 0 || e.callers[n-1].key != k {
		for i := range e.callers {
			if e.callers[i].key == k {
				return &e.callers[i].count
			}
		}
		e.callers = append(e.callers, caller{key: k})
	}
	return &e.callers[len(e.callers)-1].count
}

func (e *entry) write(m marshal) {
	e.key.write(m)
	m.tuple(5)
	m.int(e.primitive)
	m.int(e.calls)
	m.float(seconds(e.own))
	m.float(seconds(e.total))
	m.dict()
	for _, c := range e.callers {
		c.key.write(m)
		m.tuple(4)
		m.int(c.calls)
		m.int(c.primitive)
		m.float(seconds(c.own))
		m.float(seconds(c.total))
	}
	m.end()
}

func (k key) write(m marshal) {
	m.tuple(3)
	m.text(k.file)
	m.int(uint64(k.line))
	m.text(k.name)
}

func seconds(ns int64) float64 { return float64(ns) / 1e9 }

package summary

import (
	"sync"

	"tracer/internal/names"
	"tracer/internal/wire"
)

// Row says what a code object counts for.
type Row struct {
	Function, Module, File wire.Location
}

// Rows names the rows of a process's code. Its methods may be called at the same
// time, but not while the set of names grows.
type Rows struct {
	mu        sync.Mutex
	set       *names.Set
	rows      []Row // by Code.Index
	functions map[functionKey]wire.Location
	modules   map[string]wire.Location
	files     map[string]wire.Location
}

type functionKey struct {
	module, name, file string
	line               int
}

// NewRows returns the rows of a set, which may grow.
func NewRows(set *names.Set) *Rows {
	return &Rows{set: set, functions: map[functionKey]wire.Location{}, modules: map[string]wire.Location{}, files: map[string]wire.Location{}}
}

// Of returns what c, of the set, counts for.
func (r *Rows) Of(c *names.Code) Row {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.Index >= len(r.rows) {
		for _, c := range r.set.Codes()[len(r.rows):] {
			file := c.File.Label()
			r.rows = append(r.rows, Row{
				Function: first(r.functions, functionKey{c.Module, c.Qualname, file, c.FirstLine}, c.Base),
				Module:   first(r.modules, c.Module, c.Base),
				File:     first(r.files, file, c.Base),
			})
		}
	}
	return r.rows[c.Index]
}

// first returns the first location that the key was given.
func first[K comparable](m map[K]wire.Location, key K, loc wire.Location) wire.Location {
	if old, ok := m[key]; ok {
		return old
	}
	m[key] = loc
	return loc
}

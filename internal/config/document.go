package config

import (
	"cmp"
	"errors"
	"path/filepath"
	"slices"
)

// document takes the settings out of a file, and reports whether it has any tables
// of this program.
func (c *Config) document(s *Schema, from layer, path string, content []byte) bool {
	t, err := parseTOML(content)
	if e, ok := errors.AsType[*Error](err); ok {
		e.Source.File = path
		c.broken(path, e)
		return true
	}
	if filepath.Base(path) == pyprojectName {
		var other any
		if t, other = tool(t); t.values == nil && other == nil {
			c.Files = append(c.Files, File{Path: path, State: NoTable})
			return false
		}
		if other != nil {
			c.broken(path, &Error{Source{File: path}, "tool.tracer", "expected a table, got " + named(other), ""})
			return true
		}
	}
	c.Files = append(c.Files, File{Path: path, State: Read})
	r := reader{c, s, from, path}
	r.table("", t)
	return true
}

// tool returns the table tool.tracer.
func tool(t table) (inner table, other any) {
	if t, other = t.table("tool"); other != nil || t.values == nil {
		return table{}, nil // whatever tool is, it is not about this program
	}
	return t.table("tracer")
}

// reader takes the settings out of one file.
type reader struct {
	to     *Config
	schema *Schema
	from   layer
	path   string
}

// table takes the settings out of the table of a command, "" of all.
func (r reader) table(command string, t table) {
	keys := make([]string, 0, len(t.values))
	for key := range t.values {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(t.line(a)-t.line(b), cmp.Compare(a, b))
	})
	for _, name := range keys {
		if len(r.to.errs) >= maxErrors {
			return
		}
		source := Source{File: r.path, Line: t.line(name)}
		written := dotted(command, name)
		inner, other := t.table(name)
		key, known := r.schema.keys[id{command, name}]
		switch {
		case r.schema.tables[written] && other == nil:
			r.table(written, inner)
		case r.schema.tables[written]:
			r.to.fail(&Error{source, written, "expected a table, got " + named(other), ""})
		case !known:
			r.to.fail(r.unknown(source, command, name))
		default:
			r.set(key, t.values[name], source)
		}
	}
}

func (r reader) set(key Key, value any, source Source) {
	values, reason := key.fromTOML(value)
	if key.Personal && r.from == fromProject {
		reason = "deletes traces, so that no project may set it; set it in your own file or by " + key.Variable()
	}
	if reason != "" {
		r.to.fail(&Error{source, key.String(), reason, ""})
		return
	}
	r.to.set(r.from, Setting{key, values, source})
}

func (r reader) unknown(source Source, command, name string) *Error {
	e := &Error{Source: source, Key: dotted(command, name), Reason: "unknown key"}
	if command == "" && name == "tool" {
		e.Reason = "unknown key; only in " + pyprojectName + " the tables begin with tool.tracer"
		return e
	}
	e.Near = r.schema.nearKey(command, name)
	return e
}

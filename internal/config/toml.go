package config

import (
	"bytes"
	"errors"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// table is a TOML table that knows on which lines its keys are.
type table struct {
	values map[string]any
	path   string // keys that lead to it, each with a separator after it
	lines  map[string]int
}

// separator is between the keys of a path. TOML has none in a key but as an escape.
const separator = "\x00"

// depth is how many tables within tables have lines: more than any key needs.
const depth = 8

// parseTOML reads a document. The error is an *Error without a file.
func parseTOML(b []byte) (table, error) {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	t := table{map[string]any{}, "", map[string]int{}}
	err := toml.Unmarshal(b, &t.values)
	if d, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ := d.Position()
		return t, &Error{Source: Source{Line: line}, Reason: strings.TrimPrefix(d.Error(), "toml: ")}
	}
	if err != nil {
		return t, &Error{Reason: strings.TrimPrefix(err.Error(), "toml: ")}
	}
	t.mark(b)
	return t, nil
}

// mark notes the lines of all keys.
func (t *table) mark(b []byte) {
	var p unstable.Parser
	p.Reset(b)
	m := marker{content: b, line: 1, lines: t.lines}
	section := ""
	for p.NextExpression() {
		switch e := p.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			section = m.key("", e.Key())
		case unstable.KeyValue:
			m.value(section, e, depth)
		}
	}
}

// marker goes through a document and counts its lines.
type marker struct {
	content []byte
	at      int // what is before it has been counted
	line    int // there
	lines   map[string]int
}

// key notes the line of a key, and of those that lead to it where they have none
// yet, and returns its path.
func (m *marker) key(path string, key unstable.Iterator) string {
	for key.Next() {
		n := key.Node()
		path += string(n.Data) + separator
		if at := int(n.Raw.Offset); at > m.at {
			m.line += bytes.Count(m.content[m.at:at], []byte("\n"))
			m.at = at
		}
		if m.lines[path] == 0 {
			m.lines[path] = m.line
		}
		if strings.Count(path, separator) > depth {
			break
		}
	}
	return path
}

func (m *marker) value(path string, e *unstable.Node, depth int) {
	path = m.key(path, e.Key())
	if e.Value().Kind != unstable.InlineTable || depth == 0 {
		return
	}
	for inner := e.Value().Children(); inner.Next(); {
		if inner.Node().Kind == unstable.KeyValue {
			m.value(path, inner.Node(), depth-1)
		}
	}
}

// line is that of a key of the table.
func (t table) line(key string) int { return t.lines[t.path+key+separator] }

// table returns a table within the table, or what else is there.
func (t table) table(key string) (inner table, other any) {
	values, ok := t.values[key].(map[string]any)
	if !ok {
		return table{}, t.values[key]
	}
	return table{values, t.path + key + separator, t.lines}, nil
}

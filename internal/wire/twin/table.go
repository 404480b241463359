package twin

import (
	"encoding/binary"
	"strings"

	"tracer/internal/wire"
)

// Files are the three files of a process, and what else their check needs.
type Files struct {
	Control, Names, Raw []byte

	// Parents are the files names of the process that this one was forked
	// from, of the one that that was forked from, and so on; none if it is no
	// fork.
	Parents [][]byte
	// Drained says that slots were taken out of Raw: any of them may be missing.
	Drained bool
}

// key is a field's name in text.
func key(field string) string { return strings.ReplaceAll(field, "_", "-") }

// enumOf names the constants of the fields that have such.
var enumOf = map[string]string{
	"control state": "State", "control clock_kind": "ClockKind", "control arch": "Arch",
	"control os": "OS", "control error": "Fault", "file kind": "FileKind",
	"control gate": "Gate", "control trigger": "Trigger",
}

// constants returns the values by name of a field's constants, nil if it has none.
func constants(owner, field string) map[string]uint32 {
	for _, e := range wire.Enums {
		if e.Name == enumOf[owner+" "+field] {
			m := map[string]uint32{}
			for _, c := range e.Values {
				m[c.Name] = c.Value
			}
			return m
		}
	}
	return nil
}

func structOf(name string) wire.Struct {
	for _, s := range wire.Structs {
		if s.Name == name {
			return s
		}
	}
	panic("twin: no struct " + name)
}

// fixed is a fixed structure as bytes, with access by field name.
type fixed struct {
	wire.Struct
	b []byte
}

func newFixed(name string) fixed {
	s := structOf(name)
	return fixed{s, make([]byte, s.Size)}
}

func (x fixed) find(field string) (off, size int) {
	for i, f := range x.Fields {
		if f.Name == field {
			return x.Offset(i), f.Size
		}
	}
	panic("twin: no field " + x.Name + "." + field)
}

func (x fixed) get(field string) uint64 {
	off, size := x.find(field)
	if size == 4 {
		return uint64(binary.LittleEndian.Uint32(x.b[off:]))
	}
	return binary.LittleEndian.Uint64(x.b[off:])
}

func (x fixed) set(field string, v uint64) {
	off, size := x.find(field)
	if size == 4 {
		binary.LittleEndian.PutUint32(x.b[off:], uint32(v))
		return
	}
	binary.LittleEndian.PutUint64(x.b[off:], v)
}

// fill sets the fields that a line has keys for and returns which.
func (x fixed) fill(l *line) map[string]bool {
	set := map[string]bool{}
	for _, f := range x.Fields {
		if s, ok := l.take(key(f.Name)); ok {
			x.set(f.Name, l.parse(s, f.Size*8, constants(x.Name, f.Name)))
			set[f.Name] = true
		}
	}
	return set
}

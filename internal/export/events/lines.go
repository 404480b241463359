package events

import (
	"strconv"

	"tracer/internal/export/timeline"
	"tracer/internal/wire"
	"tracer/trace"
)

// Lines writes events as objects on lines.
type Lines struct {
	codes map[*trace.Code][]byte // the fields that are the same for all of a code object
	code  *trace.Code            // the last one, whose fields are these
	same  []byte
}

// NewLines returns Lines.
func NewLines() *Lines { return &Lines{codes: map[*trace.Code][]byte{}} }

// Append appends an event and a newline.
func (l *Lines) Append(b []byte, e *trace.ThreadEvent) []byte {
	if e.Code != l.code || l.same == nil {
		l.code, l.same = e.Code, l.fields(e.Code)
	}
	b = strconv.AppendInt(append(b, `{"t_ns":`...), e.At, 10)
	b = strconv.AppendInt(append(b, `,"pid":`...), int64(e.Thread.Process.PID), 10)
	b = strconv.AppendInt(append(b, `,"tid":`...), int64(e.Thread.TID), 10)
	b = append(append(b, `,"kind":"`...), timeline.Kind(e.Kind)...)
	b = append(append(b, '"'), l.same...)
	b = strconv.AppendInt(append(b, `,"line":`...), int64(e.Line), 10)
	b = strconv.AppendInt(append(b, `,"depth":`...), int64(e.Depth), 10)
	if e.Task != 0 {
		b = strconv.AppendUint(append(b, `,"task":`...), uint64(e.Task), 10)
	}
	if e.Kind == wire.Mark {
		b = strconv.AppendUint(append(b, `,"lost":`...), e.Lost, 10)
	}
	return append(b, '}', '\n')
}

// fields returns the fields of a code object, which may be none.
func (l *Lines) fields(c *trace.Code) []byte {
	b, ok := l.codes[c]
	if !ok {
		m := about(c)
		b = timeline.AppendJSON([]byte(`,"module":`), m.module)
		b = timeline.AppendJSON(append(b, `,"function":`...), m.function)
		b = timeline.AppendJSON(append(b, `,"file":`...), m.file)
		if m.interpreter != 0 {
			b = strconv.AppendInt(append(b, `,"interpreter":`...), int64(m.interpreter), 10)
		}
		l.codes[c] = b
	}
	return b
}

// names are what is told of a code object.
type names struct {
	module, function, file string
	interpreter            int
}

func about(c *trace.Code) (n names) {
	if c != nil {
		n = names{c.Module, c.Qualname, c.File.Label(), c.Interpreter}
	}
	return n
}

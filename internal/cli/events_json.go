package cli

import (
	"bufio"
	"bytes"
	"strconv"

	"tracer/internal/analyze/profile"
	"tracer/internal/render"
	"tracer/internal/wire"
	"tracer/trace"
)

// eventJSON writes an event as an object on a line. What is the same for all
// events of a code object is made once, by package render.
type eventJSON struct {
	codes map[*trace.Code][]byte
	buf   []byte
}

func newEventJSON() *eventJSON { return &eventJSON{codes: map[*trace.Code][]byte{}} }

func (j *eventJSON) write(w *bufio.Writer, e trace.ThreadEvent) error {
	code, ok := j.codes[e.Code]
	if !ok {
		var err error
		if code, err = codeJSON(e.Code); err != nil {
			return err
		}
		j.codes[e.Code] = code
	}
	b := append(j.buf[:0], `{"t_ns":`...)
	b = strconv.AppendInt(b, e.At, 10)
	b = append(b, `,"pid":`...)
	b = strconv.AppendInt(b, int64(e.Thread.Process.PID), 10)
	b = append(b, `,"tid":`...)
	b = strconv.AppendInt(b, int64(e.Thread.TID), 10)
	b = append(b, `,"kind":"`...)
	b = append(b, kindName(e.Kind)...)
	b = append(b, `",`...)
	b = append(b, code...)
	b = append(b, `,"line":`...)
	b = strconv.AppendInt(b, int64(e.Line), 10)
	b = append(b, `,"depth":`...)
	b = strconv.AppendInt(b, int64(e.Depth), 10)
	if e.Task != 0 {
		b = append(b, `,"task":`...)
		b = strconv.AppendUint(b, uint64(e.Task), 10)
	}
	if e.Kind == wire.Mark {
		b = append(b, `,"lost":`...)
		b = strconv.AppendUint(b, e.Lost, 10)
	}
	j.buf = append(b, "}\n"...)
	_, err := w.Write(j.buf)
	return err
}

// codeJSON are the fields of a code object, without the braces around them.
func codeJSON(c *trace.Code) ([]byte, error) {
	var fields struct {
		Module   string `json:"module"`
		Function string `json:"function"`
		File     string `json:"file"`
		// Interpreter is its number, 0 for the main one.
		Interpreter int `json:"interpreter,omitempty"`
	}
	if c != nil {
		fields.Module, fields.Function, fields.File, fields.Interpreter = c.Module, c.Qualname, profile.FileName(c.File), c.Interpreter
	}
	var b bytes.Buffer
	if err := render.JSONLine(&b, fields); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes()[1:], []byte("}\n")), nil
}

// kindName is the kind's name; the only mark among events is the gap.
func kindName(k wire.Kind) string {
	if k == wire.Mark {
		return "gap"
	}
	return k.String()
}

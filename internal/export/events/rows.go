package events

import (
	"bytes"
	"encoding/csv"
	"strconv"

	"tracer/internal/export/timeline"
	"tracer/trace"
)

const header = "t_ns,pid,tid,kind,module,function,file,line,depth,interpreter,task,lost\n"

// rows writes events as rows of CSV.
type rows struct {
	codes map[*trace.Code][]byte // module, function and file
	code  *trace.Code            // the last one, whose fields are these
	same  []byte
}

// Append appends an event and a newline.
func (r *rows) Append(b []byte, e *trace.ThreadEvent) []byte {
	if e.Code != r.code || r.same == nil {
		r.code, r.same = e.Code, r.fields(e.Code)
	}
	interpreter := 0
	if e.Code != nil {
		interpreter = e.Code.Interpreter
	}
	b = append(strconv.AppendInt(b, e.At, 10), ',')
	b = append(strconv.AppendInt(b, int64(e.Thread.Process.PID), 10), ',')
	b = append(strconv.AppendInt(b, int64(e.Thread.TID), 10), ',')
	b = append(append(b, timeline.Kind(e.Kind)...), ',')
	b = append(append(b, r.same...), ',')
	b = append(strconv.AppendInt(b, int64(e.Line), 10), ',')
	b = append(strconv.AppendInt(b, int64(e.Depth), 10), ',')
	b = append(strconv.AppendInt(b, int64(interpreter), 10), ',')
	b = append(strconv.AppendUint(b, uint64(e.Task), 10), ',')
	return append(strconv.AppendUint(b, e.Lost, 10), '\n')
}

func (r *rows) fields(c *trace.Code) []byte {
	b, ok := r.codes[c]
	if !ok {
		m := about(c)
		var text bytes.Buffer
		out := csv.NewWriter(&text)
		out.Write([]string{m.module, m.function, m.file}) // to memory: there is no error
		out.Flush()
		b = bytes.TrimSuffix(text.Bytes(), []byte("\n"))
		r.codes[c] = b
	}
	return b
}

package cli

import (
	"bufio"

	ndjson "tracer/internal/export/events"
	"tracer/internal/wire"
	"tracer/trace"
)

// eventJSON writes an event as an object on a line, as the export does.
type eventJSON struct {
	lines *ndjson.Lines
	buf   []byte
}

func newEventJSON() *eventJSON { return &eventJSON{lines: ndjson.NewLines()} }

func (j *eventJSON) write(w *bufio.Writer, e trace.ThreadEvent) error {
	j.buf = j.lines.Append(j.buf[:0], &e)
	_, err := w.Write(j.buf)
	return err
}

// kindName is the kind's name; the only mark among events is the gap.
func kindName(k wire.Kind) string {
	if k == wire.Mark {
		return "gap"
	}
	return k.String()
}

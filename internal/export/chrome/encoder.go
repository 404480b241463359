package chrome

import (
	"fmt"
	"path/filepath"
	"strconv"

	"tracer/internal/export/timeline"
	"tracer/internal/wire"
	"tracer/trace"
)

// encoder writes a part of a thread. It is a trace.PartVisitor.
type encoder struct {
	part  timeline.Part
	out   *timeline.Output
	who   string   // the fields that are the same for all events of the thread
	codes [][]byte // by index: the fields that are the same for all of a code object
	open  int      // frames
	last  int64    // ns
}

func newEncoder(p timeline.Part, out *timeline.Output) *encoder {
	who := fmt.Sprintf(`,"pid":%d,"tid":%d`, p.Thread.Process.PID, p.Thread.TID)
	return &encoder{part: p, out: out, who: who, codes: make([][]byte, len(p.Thread.Process.Codes))}
}

// event begins an event; what comes after its time is to be appended.
func (e *encoder) event(m trace.Moment, begin string) []byte {
	e.last = max(e.last, e.part.Thread.Process.NS(m.At))
	b := timeline.AppendMicroseconds(append(e.out.B, begin...), e.last)
	return append(b, e.who...)
}

// end is what ends an event.
func (e *encoder) end(b []byte) {
	e.out.B = append(b, '}')
	e.out.Spill()
}

func (e *encoder) Begin(m trace.Moment, open []trace.OpenFrame) {
	if !e.part.First {
		e.open = len(open)
		return
	}
	for _, f := range open {
		e.Open(m, f.Code, f.Loc, trace.Adopted)
	}
}

func (e *encoder) Open(m trace.Moment, c *trace.Code, _ wire.Location, k wire.Kind) {
	e.open++
	b := append(e.event(m, ",\n"+`{"ph":"B","ts":`), `,"cat":"`...)
	b = append(append(b, timeline.Kind(k)...), '"', ',')
	if e.codes[c.Index] == nil {
		e.codes[c.Index] = code(c)
	}
	e.end(append(b, e.codes[c.Index]...))
}

func (e *encoder) Line(trace.Moment, wire.Location) {}

func (e *encoder) Close(m trace.Moment, k wire.Kind) {
	e.open--
	b := e.event(m, ",\n"+`{"ph":"E","ts":`)
	if k != wire.Return {
		b = append(append(append(b, `,"args":{"exit":"`...), timeline.Kind(k)...), `"}`...)
	}
	e.end(b)
}

func (e *encoder) Gap(m trace.Moment, lost uint64) {
	b := append(e.event(m, ",\n"+`{"ph":"i","ts":`), `,"s":"t","cat":"gap","name":"events lost"`...)
	if lost > 0 {
		b = append(strconv.AppendUint(append(b, `,"args":{"lost":`...), lost, 10), '}')
	}
	e.end(b)
}

func (e *encoder) End(m trace.Moment) {
	for e.part.Last && e.open > 0 {
		e.Close(m, trace.Implied)
	}
}

// code are the fields that name a code object.
func code(c *trace.Code) []byte {
	b := timeline.AppendJSON([]byte(`"name":`), timeline.Function(c))
	at := fmt.Sprintf("%s:%d", filepath.Base(c.File.Label()), c.FirstLine)
	return append(timeline.AppendJSON(append(b, `,"args":{"at":`...), at), '}')
}

package perfetto

import (
	"strconv"

	"tracer/internal/export/timeline"
	"tracer/internal/wire"
	"tracer/trace"
)

// encoder writes a part of a thread. It is a trace.PartVisitor.
type encoder struct {
	part    timeline.Part
	process *trace.Process
	out     *timeline.Output
	track   tracks
	sources *timeline.Sources // nil: no lines are written
	calls   sequence
	lines   sequence
	codes   []*code // by index
	frames  []frame
	run     run
	tasks   map[uint32]bool // whose track is described
	gapName uint64
	last    int64 // ns
}

// code is what a code object is called in the sequences; 0: it has no number yet.
type code struct {
	*trace.Code
	name  uint64
	lines []uint64
}

// frame is an open frame.
type frame struct {
	code *code
	line bool   // a slice of a line is open
	task uint32 // whose frame it is, 0: none
}

// at is the time of a moment, which never falls.
func (e *encoder) at(m trace.Moment) int64 {
	e.last = max(e.last, e.process.NS(m.At))
	return e.last
}

func (e *encoder) Begin(m trace.Moment, open []trace.OpenFrame) {
	at := e.at(m)
	e.codes, e.tasks = make([]*code, len(e.process.Codes)), map[uint32]bool{}
	e.calls.begin(e.out, e.track.sequence, e.track.calls, at)
	if e.sources != nil {
		e.lines.begin(e.out, e.track.sequence+1, e.track.lines, at)
	}
	for _, f := range open {
		if e.part.First {
			e.open(at, f.Code, f.Loc, trace.Adopted)
		} else {
			e.frames = append(e.frames, frame{e.code(f.Code), e.lasts(f.Code, f.Loc), 0})
		}
	}
	e.goOn(at, open)
}

func (e *encoder) Open(m trace.Moment, c *trace.Code, loc wire.Location, k wire.Kind) {
	e.open(e.at(m), c, loc, k)
	e.out.Spill()
}

func (e *encoder) Line(m trace.Moment, loc wire.Location) {
	if e.run.next != 0 {
		e.settle(e.at(m))
	}
	if e.sources == nil {
		return
	}
	at := e.at(m)
	f := &e.frames[len(e.frames)-1]
	if f.line {
		e.lines.close(at)
	}
	f.line = true
	name := e.line(f.code, loc)
	e.lines.open(at, e.lines.category(wire.Line), name)
	e.out.Spill()
}

func (e *encoder) Close(m trace.Moment, k wire.Kind) {
	if e.run.next != 0 {
		e.settle(e.at(m))
	}
	e.close(e.at(m), k)
	e.out.Spill()
}

func (e *encoder) Gap(m trace.Moment, lost uint64) {
	at := e.at(m)
	e.stop(at) // what runs then a mark says
	if e.gapName == 0 {
		e.gapName = e.calls.name("events lost", nil)
	}
	e.calls.gap(at, e.gapName, lost)
}

func (e *encoder) End(m trace.Moment) {
	if !e.part.Last {
		return
	}
	at := e.at(m)
	e.stop(at)
	for len(e.frames) > 0 {
		e.close(at, trace.Implied)
	}
}

func (e *encoder) open(at int64, c *trace.Code, loc wire.Location, k wire.Kind) {
	f := frame{e.code(c), e.lasts(c, loc), 0}
	name := e.name(f.code)
	if e.run.next != 0 && !e.settle(at) {
		f.task = e.run.next
		e.start(at, f.task, f.code)
		e.calls.flow(at, e.calls.category(k), name, e.run.track)
	} else {
		e.calls.open(at, e.calls.category(k), name)
	}
	if f.line {
		name := e.line(f.code, loc)
		e.lines.open(at, e.lines.category(wire.Resume), name)
	}
	e.frames = append(e.frames, f)
}

// name returns the number of a function's name, and of its place in the source.
func (e *encoder) name(c *code) uint64 {
	if c.name == 0 {
		c.name = e.calls.name(timeline.Function(c.Code), message(nil).text(internedText, c.File.Label()).number(locationLine, uint64(c.FirstLine)))
	}
	return c.name
}

func (e *encoder) close(at int64, k wire.Kind) {
	f := e.frames[len(e.frames)-1]
	e.frames = e.frames[:len(e.frames)-1]
	if f.line {
		e.lines.close(at)
	}
	if k == wire.Return {
		e.calls.close(at)
	} else {
		e.calls.closeWith(at, k)
	}
}

// lasts reports whether a frame that is open at loc has a line's slice open.
func (e *encoder) lasts(c *trace.Code, loc wire.Location) bool {
	return e.sources != nil && loc != c.Base
}

func (e *encoder) code(c *trace.Code) *code {
	if e.codes[c.Index] == nil {
		e.codes[c.Index] = &code{Code: c}
	}
	return e.codes[c.Index]
}

// line returns the number of a line's name.
func (e *encoder) line(c *code, loc wire.Location) uint64 {
	if c.lines == nil {
		c.lines = make([]uint64, c.End-c.Base)
	}
	i := loc - c.Base
	if c.lines[i] == 0 {
		n := c.Line(loc)
		name := strconv.Itoa(n)
		if text := e.sources.Line(c.File, n); text != "" {
			name += "  " + text
		}
		location := message(nil).text(internedText, c.File.Label()).text(locationFunction, timeline.Function(c.Code)).number(locationLine, uint64(n))
		c.lines[i] = e.lines.name(name, location)
	}
	return c.lines[i]
}

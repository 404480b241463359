package advise

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/internal/wire"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// program is a made-up program that runs in a test: its functions, and what they do, event
// by event. Times are ns.
type program struct {
	codes   []string // of the text twin
	named   map[string]*made
	source  []string
	body    strings.Builder
	stack   []opened
	slot    int // events in it
	slots   int // events in a slot at most
	total   int // events
	samples []wire.Sample
	now     uint64
}

// opened is a frame.
type opened struct {
	*made
	entered  uint64
	location int
}

// made is a function of the program.
type made struct {
	base, first, lines int
}

const beginNS = 1_000_000

func newProgram() *program {
	return &program{named: map[string]*made{}, now: beginNS, slots: 1 << 30}
}

// define adds a function: its qualified name, and its lines.
func (p *program) define(module, name string, lines ...string) {
	p.defineFlagged(module, name, 0, lines...)
}

func (p *program) defineFlagged(module, name string, flags int, lines ...string) {
	p.defineAs(name, module, name, flags, lines...)
}

// defineAs adds a function that the test calls by another name.
func (p *program) defineAs(as, module, name string, flags int, lines ...string) {
	m := &made{base: 1, first: len(p.source) + 1, lines: len(lines)}
	for _, other := range p.named {
		m.base = max(m.base, other.base+other.lines+1)
	}
	p.named[as] = m
	p.source = append(p.source, lines...)
	p.codes = append(p.codes, fmt.Sprintf("code %d file=1 module=%s qualname=%s first-line=%d flags=%d lines=%d-%d\n", m.base, module, name, m.first, flags, m.first, m.first+len(lines)-1))
}

func (p *program) event(text string, location int, after int) {
	if p.slot >= p.slots { // the next slot begins with the frames that are open
		p.body.WriteString("slot thread=1\n")
		for _, f := range p.stack {
			fmt.Fprintf(&p.body, "frame code=%d entered-ticks=%d location=%d\n", f.base, f.entered, f.location)
		}
		p.slot = 0
	}
	fmt.Fprintf(&p.body, "%s %d +%d\n", text, location, after)
	p.now += uint64(after)
	p.slot++
	p.total++
}

// call calls a function; the time is that since the last event, as with all that follow.
func (p *program) call(name string, after int) {
	m := p.named[name]
	p.event("call", m.base, after)
	p.stack = append(p.stack, opened{m, p.now, m.base})
}

// line goes to a line of the innermost function, from 0.
func (p *program) line(i, after int) {
	f := &p.stack[len(p.stack)-1]
	p.event("line", f.base+1+i, after)
	f.location = f.base + 1 + i
}

func (p *program) ret(after int)    { p.leave("return", after) }
func (p *program) unwind(after int) { p.leave("unwind", after) }
func (p *program) yield(after int)  { p.leave("yield", after) }

func (p *program) leave(kind string, after int) {
	p.event(kind, p.stack[len(p.stack)-1].base, after)
	p.stack = p.stack[:len(p.stack)-1]
}

func (p *program) resume(name string, i, after int) {
	m := p.named[name]
	p.event("resume", m.base+1+i, after)
	p.stack = append(p.stack, opened{m, p.now, m.base + 1 + i})
}

// collect has collected garbage: the time is that before the next event.
func (p *program) collect(generation, ticks int) {
	fmt.Fprintf(&p.body, "mark collection +%d\n", ticks<<7|generation)
	p.total++
	p.slot++
}

// sample takes counters now: so much processor time was used so far.
func (p *program) sample(cpu int) {
	p.samples = append(p.samples, wire.Sample{MonoNs: p.now, UserNs: uint64(cpu)})
}

// busy makes the system take the CPU away, again and again.
func (p *program) busy() {
	for i := range p.samples {
		p.samples[i].InvoluntarySwitches, p.samples[i].VoluntarySwitches = uint64(50*i), uint64(3*i)
	}
}

// facts writes the trace and reads it.
func (p *program) facts(tb testing.TB) *Facts {
	tb.Helper()
	size := 4096
	for size < 8*min(p.total, p.slots)+4096 {
		size *= 2
	}
	text := fmt.Sprintf("process pid=100 slot-size=%d clock-kind=monotonic start-ticks=%d start-mono-ns=%d\ninterpreter python=3.14.0\nfile 1 name=a.py path=/app/a.py\n", size, beginNS, beginNS) +
		strings.Join(p.codes, "") + "thread 1 tid=100\nslot thread=1\n" + p.body.String()
	path := tracetest.Write(tb, tracetest.Spec{Processes: []string{text}, Sources: map[string]string{"/app/a.py": strings.Join(p.source, "\n") + "\n"}})
	if len(p.samples) > 0 {
		procs, err := filepath.Glob(filepath.Join(path, "proc-*"))
		if err != nil || len(procs) != 1 {
			tb.Fatal(procs, err)
		}
		if err := tracetest.WriteCounters(procs[0], p.samples...); err != nil {
			tb.Fatal(err)
		}
	}
	t, err := trace.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { t.Close() })
	if problems := t.Info().Problems; len(problems) > 0 {
		tb.Fatal(problems)
	}
	f, err := Gather(tb.Context(), t, &query.Query{}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// told returns the findings, as kind@line.
func told(list []Finding) string {
	var texts []string
	for _, x := range list {
		texts = append(texts, fmt.Sprintf("%s@%d", x.Kind, x.Place.Line))
	}
	return strings.Join(texts, " ")
}

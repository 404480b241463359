package twin

import (
	"errors"
	"fmt"
	"strings"

	"tracer/internal/wire"
)

// parser collects the files of a process.
type parser struct {
	control   fixed
	given     map[string]bool // fields of control that the text has
	names     []byte
	raw       []byte
	slot      *slotText
	threads   map[uint32]*threadText
	slots     uint64
	locations uint64 // the first that is free
}

// threadText is what later slots of a thread begin with.
type threadText struct {
	tid      uint64
	sequence uint64
	ticks    uint64
	begun    bool
}

// Parse makes the files of the process that text tells of.
func Parse(text string) (Files, error) {
	p := &parser{threads: map[uint32]*threadText{}, locations: 1}
	p.names = (&wire.NamesHead{Magic: wire.MagicNames, Version: wire.Version}).Append(nil)
	for i, s := range strings.Split(text, "\n") {
		l := parseLine(i+1, s)
		if l.word != "" {
			p.line(&l)
		}
		if err := l.done(); err != nil {
			return Files{}, err
		}
	}
	if p.given == nil {
		return Files{}, errors.New("parse text: no process line")
	}
	if err := p.endSlot(); err != nil {
		return Files{}, err
	}
	p.complete()
	return Files{Control: p.control.b, Names: p.names, Raw: p.raw}, nil
}

func (p *parser) line(l *line) {
	if (l.word == "process") != (p.given == nil) {
		l.fail("%s: the text begins with one process line", l.word)
		return
	}
	switch l.word {
	case "process":
		p.process(l)
	case "interpreter", "fork", "file", "code", "thread", "costs", "record":
		p.record(l)
	case "slot":
		p.beginSlot(l)
	case "empty":
		p.empty(l)
	case "frame":
		p.frame(l)
	default:
		p.event(l)
	}
}

// process fills the control page with what the line says and what fits otherwise.
func (p *parser) process(l *line) {
	c := newFixed("control")
	c.set("magic", wire.MagicControl)
	c.set("version", wire.Version)
	c.set("state", uint64(wire.StateRecording))
	c.set("slot_size", 4096)
	c.set("clock_kind", uint64(wire.ClockKindTSC))
	c.set("arch", uint64(wire.ArchAmd64))
	c.set("os", uint64(wire.OSLinux))
	p.control, p.given = c, c.fill(l)
	if size := c.get("slot_size"); size%8 != 0 || size < wire.SlotBytes || size > 64<<20 {
		l.fail("process: slot-size %d, expected a multiple of 8 from %d to %d", size, wire.SlotBytes, 64<<20)
	}
}

// complete sets the counters in the control page that the text leaves out.
func (p *parser) complete() {
	for field, v := range map[string]uint64{"slots": p.slots, "locations": p.locations, "threads": uint64(len(p.threads))} {
		if !p.given[field] {
			p.control.set(field, v)
		}
	}
}

// thread returns what is known of a thread.
func (p *parser) thread(number uint32) *threadText {
	t := p.threads[number]
	if t == nil {
		t = &threadText{}
		p.threads[number] = t
	}
	return t
}

// maxRaw bounds what a text can ask for with few words.
const maxRaw = 1 << 30

func (p *parser) empty(l *line) {
	n := uint64(1)
	if a, ok := l.arg(); ok {
		n = l.parse(a, 32, nil)
	}
	size := p.control.get("slot_size")
	if uint64(len(p.raw))+n*size > maxRaw {
		l.fail("empty: more than %d bytes", maxRaw)
		return
	}
	if err := p.endSlot(); err != nil {
		l.err = err
		return
	}
	p.raw = append(p.raw, make([]byte, n*size)...)
}

// slotText is the slot that is being filled.
type slotText struct {
	line   int
	head   fixed
	given  map[string]bool
	frames []byte
	words  []wire.Event
}

func (p *parser) beginSlot(l *line) {
	if err := p.endSlot(); err != nil {
		l.err = err
		return
	}
	s := &slotText{line: l.number, head: newFixed("slot")}
	s.head.set("magic", uint64(wire.MagicSlot))
	s.head.set("thread", 1)
	s.given = s.head.fill(l)
	p.slot = s
}

// endSlot lays out the slot at hand.
func (p *parser) endSlot() error {
	s := p.slot
	if s == nil {
		return nil
	}
	p.slot = nil
	p.completeSlot(s)
	size := int(p.control.get("slot_size"))
	if n := wire.SlotBytes + len(s.frames) + 8*len(s.words); n > size || len(p.raw)+size > maxRaw {
		return fmt.Errorf("parse line %d: slot of %d bytes, it has room for %d", s.line, n, size)
	}
	b := append(s.head.b, s.frames...)
	for _, w := range s.words {
		b = appendWord(b, w)
	}
	p.raw = append(append(p.raw, b...), make([]byte, size-len(b))...)
	p.slots++
	return nil
}

// completeSlot sets what the text leaves out of a slot's head, and notes where
// the thread's next slot begins.
func (p *parser) completeSlot(s *slotText) {
	t := p.thread(uint32(s.head.get("thread")))
	start := p.control.get("start_ticks")
	if !t.begun {
		t.begun, t.ticks = true, start
	}
	fit := func(field string, v uint64) uint64 {
		if !s.given[field] {
			s.head.set(field, v)
		}
		return s.head.get(field)
	}
	t.sequence = fit("sequence", t.sequence) + 1
	ticks := fit("ticks", t.ticks)
	ns := fit("pair_ticks", ticks) - start
	if hz := p.control.get("tick_hz"); hz != 0 && p.control.get("clock_kind") != uint64(wire.ClockKindMonotonic) {
		ns = uint64(float64(ns) / float64(hz) * 1e9)
	}
	fit("pair_mono_ns", p.control.get("start_mono_ns")+ns)
	fit("tid", t.tid)
	fit("header_size", uint64(wire.SlotBytes+len(s.frames)))
	fit("depth", fit("frames", uint64(len(s.frames)/wire.FrameBytes)))
	t.ticks = ticks + span(s.words)
}

// span adds up the ticks of events.
func span(words []wire.Event) (ticks uint64) {
	for _, w := range words {
		switch {
		case w.Kind() != wire.Mark:
			ticks += uint64(w.Delta())
		case w.Location() == wire.MarkTime:
			ticks += uint64(w.Delta()) << 32
		}
	}
	return ticks
}

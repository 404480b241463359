package twin

import (
	"encoding/binary"
	"strings"

	"tracer/internal/wire"
)

func appendWord(b []byte, w wire.Event) []byte { return binary.LittleEndian.AppendUint64(b, uint64(w)) }

// inSlot reports whether there is a slot to put something into.
func (p *parser) inSlot(l *line) bool {
	if p.slot == nil {
		l.fail("%s: not in a slot", l.word)
	}
	return p.slot != nil
}

func (p *parser) frame(l *line) {
	if !p.inSlot(l) {
		return
	}
	f := newFixed("frame")
	if set := f.fill(l); !set["location"] {
		f.set("location", f.get("code"))
	}
	if len(p.slot.words) > 0 {
		l.fail("frame: frames come before the events")
	}
	p.slot.frames = append(p.slot.frames, f.b...)
}

// event is a line of a kind, a location and ticks, or a word as a number.
func (p *parser) event(l *line) {
	kind, ok := kindOf(l.word)
	if !ok && l.word != "word" {
		l.fail("unknown word %q", l.word)
		return
	}
	a, given := l.arg()
	if !p.inSlot(l) {
		return
	}
	if !given {
		l.fail("%s: no location", l.word)
		return
	}
	if l.word == "word" {
		p.slot.words = append(p.slot.words, wire.Event(l.parse(a, 64, nil)))
		return
	}
	var names map[string]uint32
	if kind == wire.Mark {
		names = markNumbers()
	}
	loc := wire.Location(l.parse(a, 29, names))
	var delta uint64
	if d, ok := l.arg(); ok {
		number, plus := strings.CutPrefix(d, "+")
		if delta = l.parse(number, 32, nil); !plus {
			l.fail("%s: ticks %q, expected +N", l.word, d)
		}
	}
	p.slot.words = append(p.slot.words, wire.Pack(kind, loc, uint32(delta)))
}

func kindOf(name string) (wire.Kind, bool) {
	for _, k := range wire.Kinds {
		if k.Name == name {
			return k.Kind, true
		}
	}
	return 0, false
}

func markNumbers() map[string]uint32 {
	m := map[string]uint32{}
	for _, k := range wire.Marks {
		m[k.Name] = uint32(k.Mark)
	}
	return m
}

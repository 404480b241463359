package twin

import (
	"encoding/binary"
	"fmt"

	"tracer/internal/wire"
)

// raw writes the slots. Those without a magic must be zero from end to end.
func (w *formatter) raw(b []byte) error {
	size := w.slotSize
	if size < wire.SlotBytes || size%8 != 0 || len(b)%size != 0 {
		return corrupt("raw", 0, "%d bytes, expected slots of %d", len(b), size)
	}
	empty := 0
	for at := 0; at < len(b); at += size {
		slot := b[at : at+size]
		if zero(slot) {
			empty++
			continue
		}
		w.empty(&empty)
		if what := w.slot(slot); what != "" {
			return corrupt("raw", at, "%s", what)
		}
	}
	w.empty(&empty)
	return nil
}

func (w *formatter) empty(n *int) {
	if *n > 0 {
		fmt.Fprintf(w, "empty %d\n", *n)
	}
	*n = 0
}

// slot writes one, or says why it cannot.
func (w *formatter) slot(b []byte) string {
	h, ok := readFixed("slot", b)
	header := int(h.get("header_size"))
	switch frames := int(h.get("frames")); {
	case h.get("magic") != uint64(wire.MagicSlot):
		return "no slot magic"
	case !ok:
		return "reserved bytes that are not zero"
	case header != wire.SlotBytes+frames*wire.FrameBytes || header > len(b):
		return fmt.Sprintf("header of %d bytes with %d frames", header, frames)
	}
	w.WriteString("slot")
	w.fixed(h, "magic", "header_size", "frames")
	w.WriteString("\n")
	for f := b[wire.SlotBytes:header]; len(f) > 0; f = f[wire.FrameBytes:] {
		x, _ := readFixed("frame", f)
		w.WriteString("frame")
		w.fixed(x)
		w.WriteString("\n")
	}
	words := b[header:]
	for len(words) >= 8 && zero(words[len(words)-8:]) {
		words = words[:len(words)-8]
	}
	for ; len(words) > 0; words = words[8:] {
		w.event(wire.Event(binary.LittleEndian.Uint64(words)))
	}
	return ""
}

func (w *formatter) event(e wire.Event) {
	kind, loc, delta := e.Unpack()
	if e == 0 {
		w.WriteString("word 0x0\n")
		return
	}
	name := fmt.Sprint(loc)
	if kind == wire.Mark {
		for _, m := range wire.Marks {
			if m.Mark == loc {
				name = m.Name
			}
		}
	}
	fmt.Fprintf(w, "%s %s +%d\n", kind, name, delta)
}

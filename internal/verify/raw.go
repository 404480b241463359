package verify

import (
	"encoding/binary"
	"fmt"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// openRaw finds the slots that are begun.
func (p *process) openRaw() {
	const file = store.RawName
	if p.raw = p.open(file); p.raw == nil {
		return
	}
	if p.slotSize == 0 {
		p.v.step(p.raw.size)
		return // what the control page says of it is damaged
	}
	size := p.raw.size
	if rest := size % p.slotSize; rest != 0 {
		p.log.damage(file, size-rest, "%d bytes, expected a whole slot of %d: the file was cut off", rest, p.slotSize)
	} else if end := int64(min(p.control.RawEnd, 1<<62)); size != 0 && size < end {
		p.log.damage(file, size, "the file ends here, there were slots up to byte %d", end)
	}
	for at := int64(0); at < size; at += p.slotSize {
		p.v.step(min(p.slotSize, size-at))
		h, err := p.slotHead(at)
		switch what := badSlot(&h, p.slotSize); {
		case err != nil:
			p.log.damage(file, at, "%v", err)
			return
		case h.Magic == 0:
		case what != "":
			p.log.damage(file, at, "%s", what)
		default:
			if h.PairMonoNs > p.last.MonoNS {
				p.last.Ticks, p.last.MonoNS = h.PairTicks, h.PairMonoNs
			}
			t := p.thread(h.Thread, h.TID)
			t.pieces = append(t.pieces, piece{offset: at, sequence: h.Sequence, slots: 1})
		}
	}
}

// slotHead reads the head of a slot; without a magic it is empty.
func (p *process) slotHead(at int64) (h wire.Slot, err error) {
	b, err := p.raw.read(make([]byte, wire.SlotBytes), at)
	if len(b) == wire.SlotBytes {
		h.Decode(b)
	}
	return h, err
}

// badSlot says what is wrong with a slot's head, "" if nothing is or it is empty.
func badSlot(h *wire.Slot, size int64) string {
	if h.Magic == 0 {
		return ""
	}
	if problem := h.Problem(size); problem != "" {
		return problem
	}
	if h.Last > 1 {
		return fmt.Sprintf("slot whose field last is %d, expected 0 or 1", h.Last)
	}
	return h.UsedProblem(size)
}

// slotWords returns the words of a slot without what is zero behind them.
func (p *process) slotWords(l *log, h *wire.Slot, at int64, slot []byte) []byte {
	b := slot[h.HeaderSize:]
	n := 0
	for n+8 <= len(b) && binary.LittleEndian.Uint64(b[n:]) != 0 {
		n += 8
	}
	for i := n; i+8 <= len(b); i += 8 {
		if w := binary.LittleEndian.Uint64(b[i:]); w != 0 && p.v.state != store.Recording { // else it may just be written
			l.damage(store.RawName, at+int64(h.HeaderSize)+int64(i), "word %#x after one that is zero", w)
			break
		}
	}
	if end := int64(h.HeaderSize) + int64(n); h.Used != 0 && int64(h.Used) != end {
		l.damage(store.RawName, at, "slot with %d bytes used, there are %d", h.Used, end)
	}
	return b[:n]
}

package drain

import (
	"fmt"
	"io"

	"tracer/internal/sys"
	"tracer/internal/wire"
)

// slot is a slot of raw that is to be drained.
type slot struct {
	wire.Slot
	number uint32
	offset int64
	used   int64 // bytes, head and all
}

// head reads a slot's head; false if the slot is empty or nothing that an agent
// would write.
func (l *pool) head(number uint32) (slot, bool, error) {
	s := slot{number: number, offset: int64(number) * int64(l.slot())}
	var b [wire.SlotBytes]byte
	if _, err := l.raw.ReadAt(b[:], s.offset); err == io.EOF {
		return s, false, nil
	} else if err != nil {
		return s, false, fmt.Errorf("read slot %d: %w", number, err)
	}
	s.Decode(b[:])
	if s.Magic == 0 {
		return s, false, nil
	}
	if what := badSlot(&s.Slot, int64(l.slot())); what != "" {
		return s, false, &wire.CorruptError{Offset: s.offset, What: what}
	}
	s.used = int64(s.Used)
	return s, true, nil
}

func badSlot(h *wire.Slot, size int64) string {
	switch {
	case h.Magic != wire.MagicSlot:
		return fmt.Sprintf("slot magic %#x, expected %#x", h.Magic, wire.MagicSlot)
	case h.Thread == 0:
		return "slot of thread 0, expected a number from 1 on"
	case uint64(h.HeaderSize) != wire.SlotBytes+wire.FrameBytes*uint64(h.Frames) || int64(h.HeaderSize) > size:
		return fmt.Sprintf("slot header of %d bytes with %d frames in a slot of %d", h.HeaderSize, h.Frames, size)
	case h.Frames > h.Depth:
		return fmt.Sprintf("slot with %d frames of %d", h.Frames, h.Depth)
	case h.Used != 0 && (h.Used < h.HeaderSize || int64(h.Used) > size || h.Used%8 != 0):
		return fmt.Sprintf("slot with %d bytes used of %d", h.Used, size)
	}
	return ""
}

// scan calls f for every slot that is begun, in the order of the file.
func (l *pool) scan(f func(slot)) error {
	info, err := l.raw.Stat()
	if err != nil {
		return fmt.Errorf("scan raw: %w", err)
	}
	var problem error
	for at := int64(0); at < info.Size(); at += int64(l.slot()) {
		if at = l.data(at); at < 0 {
			break
		}
		s, ok, err := l.head(uint32(at / int64(l.slot())))
		if err != nil && problem == nil {
			problem = err
		}
		if ok {
			f(s)
		}
	}
	return problem
}

// load reads a slot into buf, which is as large as a slot.
func (l *pool) load(s *slot, buf []byte) (frames, words []byte, err error) {
	n, err := l.raw.ReadAt(buf, s.offset)
	if err != nil && err != io.EOF {
		return nil, nil, fmt.Errorf("read slot %d: %w", s.number, err)
	}
	b := buf[:n]
	if s.used != 0 {
		b = b[:min(int64(n), s.used)]
	}
	if len(b) < int(s.HeaderSize) {
		return nil, nil, &wire.CorruptError{Offset: s.offset, What: "the file ends within the slot"}
	}
	return b[wire.SlotBytes:s.HeaderSize], b[s.HeaderSize:], nil
}

// data returns the slot boundary at or after at where there may be data, -1 at the
// end of it.
func (l *pool) data(at int64) int64 {
	next := sys.NextData(l.raw, at)
	if next < 0 {
		return -1
	}
	return max(at, next/int64(l.slot())*int64(l.slot()))
}

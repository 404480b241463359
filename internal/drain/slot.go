package drain

import (
	"fmt"
	"io"
	"math"

	"tracer/internal/sys"
	"tracer/internal/wire"
)

// slot is a slot of raw that is to be drained.
type slot struct {
	wire.Slot
	number uint32
	found  bool // by looking, not by the list full
	offset int64
	used   int64 // bytes, head and all; 0: as long as a thread writes it
}

// head reads a slot's head; nil if the slot is empty.
func (l *pool) head(number uint32) (*slot, error) {
	s := &slot{number: number, offset: l.at(number)}
	var b [wire.SlotBytes]byte
	if n, err := l.raw.ReadAt(b[:], s.offset); n < len(b) && err == io.EOF {
		return nil, nil
	} else if n < len(b) {
		return nil, fmt.Errorf("read slot %d: %w", number, err)
	}
	s.Decode(b[:])
	if s.Magic == 0 {
		return nil, nil
	}
	if what := badSlot(&s.Slot, int64(l.slot())); what != "" {
		return nil, &wire.CorruptError{Offset: s.offset, What: what}
	}
	s.used = int64(s.Used)
	return s, nil
}

// badSlot says what is wrong with a slot's head, "" if nothing is.
func badSlot(h *wire.Slot, size int64) string {
	if problem := h.Problem(size); problem != "" {
		return problem
	}
	return h.UsedProblem(size)
}

// visit calls f for every slot that is not in a hole of raw, in the order of the
// file: with nil for an empty one, with an error for one that is nothing that an
// agent would write.
func (l *pool) visit(f func(number uint32, s *slot, err error)) error {
	info, err := l.raw.Stat()
	if err != nil {
		return fmt.Errorf("scan raw: %w", err)
	}
	size := int64(l.slot())
	for at := int64(0); at < info.Size() && at/size <= math.MaxUint32; at += size {
		next := sys.NextData(l.raw.File, at)
		if next < 0 {
			break
		}
		at = max(at, next/size*size)
		s, err := l.head(uint32(at / size))
		f(uint32(at/size), s, err)
	}
	return nil
}

// load reads a slot into buf, which is as large as a slot.
func (l *pool) load(s *slot, buf []byte) (frames, words []byte, err error) {
	if s.used != 0 {
		buf = buf[:s.used]
	}
	n, err := l.raw.ReadAt(buf, s.offset)
	if err != nil && err != io.EOF {
		return nil, nil, fmt.Errorf("read slot %d: %w", s.number, err)
	}
	b := buf[:n]
	if len(b) < int(s.HeaderSize) {
		return nil, nil, &wire.CorruptError{Offset: s.offset, What: "the file ends within the slot"}
	}
	return b[wire.SlotBytes:s.HeaderSize], b[s.HeaderSize:], nil
}

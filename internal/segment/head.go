package segment

import (
	"encoding/binary"
	"fmt"

	"tracer/internal/wire"
)

// MaxWords is how many words a segment holds at most.
const MaxWords = 1 << 20

// headBytes is the size of a head.
const headBytes = 24

// compressFrom is how long a column must be for zstd to be tried.
const compressFrom = 64

// head begins the packed events.
type head struct {
	unit                 unit
	ticks                uint32 // bytes of the column ticks
	runs, runsPacked     uint32 // bytes of the column runs, and as it lies there
	places, placesPacked uint32 // the same of the column places
}

func (h *head) put(b []byte) {
	for i, v := range [...]uint32{uint32(h.unit), h.ticks, h.runs, h.runsPacked, h.places, h.placesPacked} {
		binary.LittleEndian.PutUint32(b[4*i:], v)
	}
}

func (h *head) get(b []byte) {
	v := func(i int) uint32 { return binary.LittleEndian.Uint32(b[4*i:]) }
	*h = head{unit(v(0)), v(1), v(2), v(3), v(4), v(5)}
}

// check compares the head with the packed bytes and words that it is for.
func (h *head) check(packed, words uint32) error {
	switch {
	case h.unit == 0:
		return corrupt(0, "unit 0, expected at least 1")
	case uint64(h.ticks)+uint64(h.runsPacked)+uint64(h.placesPacked)+headBytes != uint64(packed):
		return corrupt(4, "columns of %d, %d and %d bytes, expected %d in all", h.ticks, h.runsPacked, h.placesPacked, packed-headBytes)
	case h.runs > words || h.runsPacked > h.runs:
		return corrupt(8, "runs of %d bytes, packed %d, expected at most %d", h.runs, h.runsPacked, words)
	case h.places%4 != 0 || h.places/4 > words || h.placesPacked > h.places:
		return corrupt(16, "places of %d bytes, packed %d, expected a multiple of 4 up to %d", h.places, h.placesPacked, 4*words)
	}
	return nil
}

// ReadHead reads the head of the segment at the start of b and checks all but the
// crc: magic, and sizes that agree with each other. It needs no more of b than the
// head; whether the rest is there is for the caller to see, or for Decode.
func ReadHead(b []byte) (wire.Segment, error) {
	var h wire.Segment
	if len(b) < wire.SegmentBytes {
		return h, corrupt(0, "%d bytes, expected a head of %d", len(b), wire.SegmentBytes)
	}
	h.Decode(b)
	if err := checkHead(&h); err != nil {
		return wire.Segment{}, err
	}
	return h, nil
}

func checkHead(h *wire.Segment) error {
	size := wire.SegmentBytes + uint64(h.Frames)*wire.FrameBytes + uint64(h.Packed)
	// A block of the ticks takes a byte, whatever it holds.
	least := headBytes + (uint64(h.Words)+blockWords-1)/blockWords
	switch {
	case h.Magic != wire.MagicSegment:
		return corrupt(0, "magic %#x, expected %#x", h.Magic, wire.MagicSegment)
	case h.Size%8 != 0 || uint64(h.Size) != (size+7)&^7:
		return corrupt(4, "size %d, expected %d", h.Size, (size+7)&^7)
	case h.Words > MaxWords:
		return corrupt(32, "%d words, expected at most %d", h.Words, MaxWords)
	case h.Events > h.Words:
		return corrupt(36, "%d events, expected at most the %d words", h.Events, h.Words)
	case uint64(h.Packed) < least:
		return corrupt(84, "%d bytes for %d words, expected at least %d", h.Packed, h.Words, least)
	}
	return nil
}

// corrupt returns the error that bytes are not what they must be.
func corrupt(offset int, format string, args ...any) error {
	return &wire.CorruptError{Offset: int64(offset), What: fmt.Sprintf(format, args...)}
}

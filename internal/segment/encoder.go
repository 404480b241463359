package segment

import (
	"encoding/binary"
	"slices"

	"tracer/internal/wire"
	"tracer/internal/zstd"
)

// Encoder packs segments. It is reused, and belongs to one goroutine at a time.
type Encoder struct {
	splitter splitter
	block    block
	joined   rawBlock // words of a block that lie in two parts or are fewer
	zstd     *zstd.Encoder
}

// NewEncoder returns an encoder.
func NewEncoder() *Encoder { return &Encoder{zstd: zstd.NewEncoder()} }

// Append appends a whole segment to dst. head says whose it is; what it says of
// magic, sizes, crc, words, events and end_ticks is filled in. words are the words
// in parts, as they lie in the slots; frames the open frames before the first.
// The parts are whole words, MaxWords at most, and frames whole frames: otherwise
// it panics.
func (e *Encoder) Append(dst []byte, head wire.Segment, frames []byte, words ...[]byte) []byte {
	start := len(dst)
	n := 0
	for _, part := range words {
		if len(part)%8 != 0 {
			panic("segment: a part is no multiple of 8")
		}
		n += len(part) / 8
	}
	if n > MaxWords || len(frames)%wire.FrameBytes != 0 {
		panic("segment: too many words, or frames that are not whole")
	}
	dst = append(dst, make([]byte, wire.SegmentBytes)...)
	dst = append(dst, frames...)
	packed := len(dst)
	dst = e.pack(dst, n, words)
	head.Packed = uint32(len(dst) - packed)
	dst = append(dst, make([]byte, -(len(dst)-start)&7)...)

	head.Magic = wire.MagicSegment
	head.Size = uint32(len(dst) - start)
	head.Frames = uint32(len(frames) / wire.FrameBytes)
	head.Words = uint32(n)
	head.Events = uint32(n - e.splitter.marks)
	head.EndTicks = head.Ticks + e.splitter.clock
	head.Append(dst[start:start:packed])
	binary.LittleEndian.PutUint32(dst[start+wire.OffSegmentCRC:], checksum(dst[start:]))
	return dst
}

// checksum returns the crc of a whole segment.
func checksum(segment []byte) uint32 { return wire.Checksum(segment[wire.OffSegmentCRC+4:]) }

// pack appends n words, packed.
func (e *Encoder) pack(dst []byte, n int, parts [][]byte) []byte {
	at := len(dst)
	dst = append(dst, make([]byte, headBytes)...)
	h := head{unit: findUnit(parts, n)}
	e.splitter.reset(h.unit)
	dst = e.ticks(dst, n, parts)
	h.ticks = uint32(len(dst) - at - headBytes)
	h.runs = uint32(len(e.splitter.runs))
	h.places = uint32(len(e.splitter.places))
	dst, h.runsPacked = e.column(dst, e.splitter.runs)
	dst, h.placesPacked = e.column(dst, e.splitter.places)
	h.put(dst[at:])
	return dst
}

// ticks appends the column ticks and collects the other two.
func (e *Encoder) ticks(dst []byte, n int, parts [][]byte) []byte {
	var part []byte
	for ; n > 0; n -= blockWords {
		size := min(n, blockWords)
		words := &e.joined
		if len(part) >= len(words) {
			words, part = (*rawBlock)(part), part[len(words):]
		} else {
			part, parts = join(words[:8*size], part, parts)
			clear(e.block[size:])
		}
		e.splitter.place(words, size)
		e.splitter.ticks(words, size, &e.block)
		dst = e.block.append(dst, size)
	}
	return dst
}

// join fills dst with what part and the parts after it begin with, and returns
// what is left of them.
func join(dst, part []byte, parts [][]byte) ([]byte, [][]byte) {
	for {
		n := copy(dst, part)
		if dst, part = dst[n:], part[n:]; len(dst) == 0 {
			return part, parts
		}
		part, parts = parts[0], parts[1:]
	}
}

// column appends a column, compressed if that makes it smaller.
func (e *Encoder) column(dst, column []byte) ([]byte, uint32) {
	at := len(dst)
	if len(column) >= compressFrom {
		dst = e.zstd.Append(slices.Grow(dst, len(column)), column)
		if n := len(dst) - at; n < len(column) {
			return dst, uint32(n)
		}
	}
	return append(dst[:at], column...), uint32(len(column))
}

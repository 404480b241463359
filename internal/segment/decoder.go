package segment

import (
	"errors"
	"slices"

	"tracer/internal/wire"
	"tracer/internal/zstd"
)

// Decoder unpacks segments. It is reused, and belongs to one goroutine at a time.
type Decoder struct {
	joiner joiner
	block  block
	runs   []byte
	places []byte
	words  []byte
	zstd   *zstd.Decoder
}

// NewDecoder returns a decoder.
func NewDecoder() *Decoder { return &Decoder{zstd: zstd.NewDecoder()} }

// Decode checks the segment at the start of b, its crc too, and unpacks it. frames
// is a part of b; words are as they lay in the slots, and valid until the next
// Decode. What the words say is not checked.
func (d *Decoder) Decode(b []byte) (h wire.Segment, frames, words []byte, err error) {
	h, err = ReadHead(b)
	if err != nil {
		return wire.Segment{}, nil, nil, err
	}
	if uint64(len(b)) < uint64(h.Size) {
		return wire.Segment{}, nil, nil, corrupt(4, "size %d, expected at most the %d bytes that are there", h.Size, len(b))
	}
	b = b[:h.Size:h.Size]
	if crc := checksum(b); crc != h.CRC {
		return wire.Segment{}, nil, nil, corrupt(wire.OffSegmentCRC, "checksum %08x, expected %08x", h.CRC, crc)
	}
	at := wire.SegmentBytes + int(h.Frames)*wire.FrameBytes
	frames = b[wire.SegmentBytes:at:at]
	if err := d.unpack(b[at:at+int(h.Packed)], h.Words); err != nil {
		return wire.Segment{}, nil, nil, shift(err, at)
	}
	return h, frames, d.words, nil
}

// shift adds at to the offset of an error.
func shift(err error, at int) error {
	if err == nil {
		return nil
	}
	var c *wire.CorruptError
	if errors.As(err, &c) {
		return &wire.CorruptError{Offset: c.Offset + int64(at), What: c.What}
	}
	return err
}

// unpack fills d.words.
func (d *Decoder) unpack(b []byte, words uint32) error {
	var h head
	h.get(b)
	if err := h.check(uint32(len(b)), words); err != nil {
		return err
	}
	ticks := headBytes + int(h.ticks)
	runs := ticks + int(h.runsPacked)
	var err error
	if d.runs, err = d.column(d.runs[:0], b[ticks:runs], int(h.runs)); err != nil {
		return corrupt(ticks, "column runs: %v", err)
	}
	if d.places, err = d.column(d.places[:0], b[runs:], int(h.places)); err != nil {
		return corrupt(runs, "column places: %v", err)
	}
	// Whole blocks are written, whatever is left of the last one.
	whole := (int(words)*8 + len(rawBlock{}) - 1) &^ (len(rawBlock{}) - 1)
	d.words = slices.Grow(d.words[:0], whole)[:int(words)*8]
	return shift(d.ticks(b[headBytes:ticks], h.unit), headBytes)
}

// column appends a column of size bytes to dst.
func (d *Decoder) column(dst, b []byte, size int) ([]byte, error) {
	if len(b) == size {
		return append(dst, b...), nil
	}
	return d.zstd.Append(dst, b, size)
}

// ticks unpacks the column ticks and puts the words together.
func (d *Decoder) ticks(b []byte, u unit) error {
	d.joiner.reset(u, d.runs, d.places)
	rest := b
	for at := 0; at < len(d.words); at += len(rawBlock{}) {
		n := min((len(d.words)-at)/8, blockWords)
		size, err := d.block.decode(rest, n)
		if err != nil {
			return shift(err, len(b)-len(rest))
		}
		rest = rest[size:]
		if err := d.joiner.join((*rawBlock)(d.words[at:at+len(rawBlock{})]), n, &d.block); err != nil {
			return err
		}
	}
	if len(rest) > 0 {
		return corrupt(len(b)-len(rest), "%d bytes after the last block", len(rest))
	}
	return d.joiner.end()
}

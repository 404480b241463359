package summary

import (
	"encoding/binary"
	"fmt"

	"tracer/internal/wire"
	"tracer/internal/zstd"
)

// Append appends the record of s to dst. Of the head the caller fills in what s
// does not know: level, thread, sequence and slots. False: the tables have more bytes
// than limit, which is at most MaxTables, and nothing is appended.
func (s *Summary) Append(dst []byte, head wire.Summary, e *zstd.Encoder, limit int) ([]byte, bool) {
	tables := s.AppendTables(nil)
	if len(tables) > limit {
		return dst, false
	}
	packed := e.Append(make([]byte, 1, 1+len(tables)/2), tables)
	pad := -(wire.SummaryBytes + len(packed)) & 7
	head.Magic, head.Unpacked = wire.MagicSummary, uint32(len(tables))
	head.Size = uint32(wire.SummaryBytes + len(packed) + pad)
	at := len(dst)
	dst = head.Append(dst)
	dst = append(dst, byte(pad))
	dst = append(dst, make([]byte, pad)...)
	dst = append(dst, packed[1:]...)
	sum := wire.Checksum(dst[at+wire.OffSummaryCRC+4:])
	binary.LittleEndian.PutUint32(dst[at+wire.OffSummaryCRC:], sum)
	return dst, true
}

// MaxTables bounds the tables of a record before they were compressed: no reader takes
// more. What it leaves out is told by the summaries of the level below, or by segments.
const MaxTables = 64 << 20

// Head returns the head of the record that b begins with: for who looks for it. It
// says what size it has, and nothing of that is verified but the magic and the bounds.
func Head(b []byte) (wire.Summary, error) {
	var h wire.Summary
	if len(b) < wire.SummaryBytes {
		return h, &wire.CorruptError{What: fmt.Sprintf("summary of %d bytes, expected a head of %d", len(b), wire.SummaryBytes)}
	}
	h.Decode(b)
	switch {
	case h.Magic != wire.MagicSummary:
		return h, &wire.CorruptError{What: fmt.Sprintf("summary magic %#x, expected %#x", h.Magic, wire.MagicSummary)}
	case h.Size%8 != 0 || h.Size < wire.SummaryBytes+8:
		return h, &wire.CorruptError{Offset: 4, What: fmt.Sprintf("summary of %d bytes, expected a multiple of 8 from %d on", h.Size, wire.SummaryBytes+8)}
	case h.Unpacked > MaxTables:
		return h, &wire.CorruptError{Offset: 28, What: fmt.Sprintf("summary with %d bytes of tables, expected at most %d", h.Unpacked, MaxTables)}
	}
	return h, nil
}

// Decode returns the summary whose record b begins with. It takes what b is long, the
// tables as the head says, and at most some ten times as much.
func Decode(b []byte, d *zstd.Decoder) (wire.Summary, *Summary, error) {
	h, err := Head(b)
	if err != nil {
		return h, nil, err
	}
	if uint64(h.Size) > uint64(len(b)) {
		return h, nil, &wire.CorruptError{Offset: 4, What: fmt.Sprintf("summary of %d bytes, there are %d", h.Size, len(b))}
	}
	b = b[:h.Size]
	if sum := wire.Checksum(b[wire.OffSummaryCRC+4:]); sum != h.CRC {
		return h, nil, &wire.CorruptError{Offset: wire.OffSummaryCRC, What: fmt.Sprintf("summary checksum %08x, expected %08x", h.CRC, sum)}
	}
	packed := b[wire.SummaryBytes+1:]
	pad := int(b[wire.SummaryBytes])
	if pad > 7 || pad > len(packed) {
		return h, nil, &wire.CorruptError{Offset: wire.SummaryBytes, What: fmt.Sprintf("%d zeros before the tables, expected at most 7", pad)}
	}
	tables, err := d.Append(nil, packed[pad:], int(h.Unpacked))
	if err != nil {
		return h, nil, &wire.CorruptError{Offset: wire.SummaryBytes, What: "summary tables: " + err.Error()}
	}
	s, err := DecodeTables(tables)
	return h, s, err
}

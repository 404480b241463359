package segment_test

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"tracer/internal/segment"
	"tracer/internal/wire"
)

// seal writes the crc that b ought to have.
func seal(b []byte) []byte {
	binary.LittleEndian.PutUint32(b[8:], crc32.Checksum(b[12:], crc32.MakeTable(crc32.Castagnoli)))
	return b
}

// segmentOf returns a valid segment with these packed events, whatever they are.
func segmentOf(words uint32, packed []byte) []byte {
	h := wire.Segment{Magic: wire.MagicSegment, Words: words, Packed: uint32(len(packed))}
	b := append(h.Append(nil), packed...)
	b = append(b, make([]byte, -len(b)&7)...)
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)))
	return seal(b)
}

// packedOf returns packed events with these columns, lying there as they are.
func packedOf(unit uint32, ticks, runs, places []byte) []byte {
	var b []byte
	for _, v := range []int{int(unit), len(ticks), len(runs), len(runs), len(places), len(places)} {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	return slices.Concat(b, ticks, runs, places)
}

func isCorrupt(t *testing.T, err error, what string) *wire.CorruptError {
	t.Helper()
	var corrupt *wire.CorruptError
	if !errors.As(err, &corrupt) {
		t.Fatalf("error %v is no CorruptError", err)
	}
	if !strings.Contains(err.Error(), what) {
		t.Errorf("error %q, expected one about %q", err, what)
	}
	return corrupt
}

func TestCorruptHeads(t *testing.T) {
	whole := segment.NewEncoder().Append(nil, example, make([]byte, wire.FrameBytes), raw(realistic(300, 26)))
	for _, c := range []struct {
		name   string
		offset int64
		value  uint32
		what   string
	}{
		{"magic", 0, wire.MagicSlot, "magic 0x544f4c53, expected 0x4d474553"},
		{"a size that does not add up", 4, 64, "size 64, expected"},
		{"too many words", 32, segment.MaxWords + 1, "1048577 words, expected at most 1048576"},
		{"more events than words", 36, 301, "301 events, expected at most the 300 words"},
		{"other frames", 76, 5, "size"},
		{"all frames there can be", 76, 1<<32 - 1, "size"},
		{"other packed bytes", 84, 1 << 31, "size"},
		{"more words than fit", 32, 1 << 20, "bytes for 1048576 words, expected at least"},
	} {
		b := slices.Clone(whole)
		binary.LittleEndian.PutUint32(b[c.offset:], c.value)
		_, err := segment.ReadHead(b)
		isCorrupt(t, err, c.what)
		if _, frames, words, err := segment.NewDecoder().Decode(b); err == nil || frames != nil || words != nil {
			t.Errorf("%s: Decode returns %d bytes and %v", c.name, len(words), err)
		}
	}
}

func TestCutSegments(t *testing.T) {
	whole := segment.NewEncoder().Append(nil, example, nil, raw(realistic(300, 26)))
	d := segment.NewDecoder()
	for n := range whole {
		_, _, _, err := d.Decode(whole[:n])
		isCorrupt(t, err, "bytes")
	}
}

// The crc sees every change of what it covers; the rest the other checks see.
func TestChangedBytes(t *testing.T) {
	whole := segment.NewEncoder().Append(nil, example, make([]byte, wire.FrameBytes), raw(realistic(200, 26)))
	d := segment.NewDecoder()
	for i := range whole {
		b := slices.Clone(whole)
		b[i] ^= 0x10
		_, _, _, err := d.Decode(b)
		isCorrupt(t, err, "")
	}
}

func TestCorruptColumns(t *testing.T) {
	zstdOf3 := []byte{0x28, 0xb5, 0x2f, 0xfd, 0x20, 3, 1, 0, 0, 1, 2, 3}
	squeezed := func(unit uint32, runs, places int) []byte {
		b := packedOf(unit, []byte{0}, zstdOf3, zstdOf3)
		binary.LittleEndian.PutUint32(b[8:], uint32(runs))
		binary.LittleEndian.PutUint32(b[16:], uint32(places))
		return b
	}
	place := []byte{8, 0, 0, 0}
	for _, c := range []struct {
		name   string
		words  uint32
		packed []byte
		offset int64 // behind the head
		what   string
	}{
		{"unit 0", 1, packedOf(0, []byte{0}, nil, nil), 0, "unit 0"},
		{"columns that do not add up", 1, append(packedOf(1, []byte{0}, nil, nil), 1), 4, "columns of 1, 0 and 0 bytes, expected 2"},
		{"more runs than words", 1, packedOf(1, []byte{0}, []byte{0, 0}, place), 8, "runs of 2 bytes, packed 2, expected at most 1"},
		{"more places than words", 1, packedOf(1, []byte{0}, []byte{0}, append(place, place...)), 16, "places of 8 bytes"},
		{"half a place", 9, packedOf(1, []byte{0}, []byte{0}, []byte{1, 2}), 16, "places of 2 bytes"},
		{"runs that are not what zstd makes", 60, squeezed(1, 50, 40), 25, "column runs: decompress"},
		{"places that are not what zstd makes", 60, func() []byte {
			b := packedOf(1, []byte{0}, nil, zstdOf3)
			binary.LittleEndian.PutUint32(b[16:], 40)
			return b
		}(), 25, "column places: decompress"},
		{"no block", 1, packedOf(1, nil, []byte{0}, place), 24, "ends before a block"},
		{"a second block that is missing", 129, packedOf(1, []byte{0}, []byte{0}, place), 25, "ends before a block"},
		{"a width above 32", 1, packedOf(1, []byte{33}, []byte{0}, place), 24, "width 33"},
		{"a block that is cut", 2, packedOf(1, []byte{32, 1, 2, 3}, []byte{0}, place), 24, "block of 9 bytes, expected at most 4"},
		{"exceptions that are missing", 2, packedOf(1, []byte{0x80}, []byte{0}, place), 25, "ends before a block's exceptions"},
		{"fewer exceptions than said", 2, packedOf(1, []byte{0x80, 2, 0, 1}, []byte{0}, place), 28, "exception without an index below 2"},
		{"an exception out of the block", 2, packedOf(1, []byte{0x80, 1, 2, 1}, []byte{0}, place), 26, "exception without an index below 2"},
		{"an exception of too many bits", 2, packedOf(1, []byte{0x80 | 30, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 4}, []byte{0}, place), 35, "exception of more than 2 bits"},
		{"an exception without an end", 2, packedOf(1, []byte{0x80, 1, 1, 0x80}, []byte{0}, place), 27, "exception of more than 32 bits"},
		{"an exception above 64 bits", 2, packedOf(1, []byte{0x80, 1, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 9}, []byte{0}, place), 27, "exception of more than"},
		{"bytes after the last block", 2, packedOf(1, []byte{0, 0}, []byte{0}, place), 25, "1 bytes after the last block"},
		{"too few places", 2, packedOf(1, []byte{0}, []byte{0, 0}, place), 24, "the column places ends before the last miss"},
		{"too many places", 3, packedOf(1, []byte{0}, []byte{0}, append(place, place...)), 24, "0 bytes of runs and 4 of places left"},
		{"too many runs", 2, packedOf(1, []byte{0}, []byte{2, 0}, place), 24, "0 bytes of runs and 0 of places left"},
		{"runs behind the last word", 2, packedOf(1, []byte{0}, []byte{254, 0}, place), 24, "1 bytes of runs and 4 of places left"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, words, err := segment.NewDecoder().Decode(segmentOf(c.words, c.packed))
			got := isCorrupt(t, err, c.what)
			if want := wire.SegmentBytes + c.offset; got.Offset != want {
				t.Errorf("%v, expected it at byte %d", err, want)
			}
			if words != nil {
				t.Error("both words and an error")
			}
		})
	}
}

// The opposite of the table above: what these columns are without the mistake.
func TestColumnsByHand(t *testing.T) {
	ticks := []byte{0x80 | 4, 0x42, 0x08, 1, 2, 2} // off 1, 2, 20 in steps of 10
	b := segmentOf(3, packedOf(10, ticks, []byte{0, 0, 0}, []byte{8, 0, 0, 0, 16, 0, 0, 0, 24, 0, 0, 0}))
	_, _, words, err := segment.NewDecoder().Decode(b)
	want := raw([]wire.Event{wire.Pack(wire.Line, 1, 10), wire.Pack(wire.Line, 2, 20), wire.Pack(wire.Line, 3, 200)})
	if err != nil || !slices.Equal(words, want) {
		t.Errorf("unpacked %x, %v, expected %x", words, err, want)
	}
}

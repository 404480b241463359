package segment_test

import (
	"encoding/binary"
	"math/bits"
	"sync"
	"testing"

	"tracer/internal/wire"
	"tracer/internal/zstd"
)

// unzstd is reused, as it is large.
var unzstd = sync.OnceValue(zstd.NewDecoder)

// reference unpacks a segment as the package's documentation says, bit by bit.
func reference(t testing.TB, b []byte) []wire.Event {
	var h wire.Segment
	h.Decode(b)
	at := wire.SegmentBytes + int(h.Frames)*wire.FrameBytes
	packed := b[at : at+int(h.Packed)]
	u32 := func(off int) int { return int(binary.LittleEndian.Uint32(packed[off:])) }
	columns := packed[24:]
	ticks, columns := columns[:u32(4)], columns[u32(4):]
	runs := column(t, columns[:u32(12)], u32(8))
	places := column(t, columns[u32(12):], u32(16))
	if len(columns) != u32(12)+u32(20) {
		t.Fatalf("columns of %d bytes, expected %d", len(columns), u32(12)+u32(20))
	}
	p := referencePlaces(runs, places, int(h.Words))
	return referenceTicks(t, ticks, uint32(u32(0)), p)
}

func column(t testing.TB, b []byte, size int) []byte {
	if len(b) >= size {
		return b
	}
	b, err := unzstd().Append(nil, b, size)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// placed is a word's place and the context before it.
type placed struct{ context, place uint32 }

func referencePlaces(runs, places []byte, words int) []placed {
	var first, second [4096]uint32
	var all []placed
	context := uint32(0)
	add := func(place uint32) {
		all = append(all, placed{context, place})
		context = (context<<4 ^ place*2654435769>>20) & 4095
	}
	for _, run := range runs {
		for range run >> 1 {
			add(first[context])
		}
		if run == 254 {
			continue
		}
		place := second[context]
		if run&1 == 0 {
			place, places = binary.LittleEndian.Uint32(places), places[4:]
		}
		first[context], second[context] = place, first[context]
		add(place)
	}
	for len(all) < words {
		add(first[context])
	}
	return all
}

func referenceTicks(t testing.TB, column []byte, unit uint32, all []placed) []wire.Event {
	shift := bits.TrailingZeros32(unit)
	var means [4096]uint32
	var events []wire.Event
	for at := 0; at < len(all); at += 128 {
		n := min(128, len(all)-at)
		var numbers []uint32
		numbers, column = referenceBlock(column, n)
		for i, number := range numbers {
			p := all[at+i]
			mean := means[p.context]
			off := number >> 1
			if number&1 == 1 {
				off = ^off
			}
			steps := mean>>2 + off
			means[p.context] = mean - mean>>2 + min(steps, 4095)
			delta := bits.RotateLeft32(steps, shift) * (unit >> shift)
			events = append(events, wire.Event(uint64(delta)<<32|uint64(p.place)))
		}
	}
	if len(column) > 0 {
		t.Errorf("%d bytes after the last block", len(column))
	}
	return events
}

func referenceBlock(column []byte, n int) (numbers []uint32, rest []byte) {
	width, patched := int(column[0]&127), column[0] >= 128
	column = column[1:]
	numbers = make([]uint32, n)
	for bit := range n * width {
		numbers[bit/width] |= uint32(column[bit/8]>>(bit%8)&1) << (bit % width)
	}
	column = column[(n*width+7)/8:]
	if !patched {
		return numbers, column
	}
	count := column[0]
	column = column[1:]
	for range count {
		high, size := binary.Uvarint(column[1:])
		numbers[column[0]] |= uint32(high) << width
		column = column[1+size:]
	}
	return numbers, column
}

package segment_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"tracer/internal/segment"
	"tracer/internal/wire"
)

func name(parts ...any) string { return strings.TrimSuffix(fmt.Sprintln(parts...), "\n") }

// example is a head with every field that Append leaves alone.
var example = wire.Segment{
	Flags: wire.SegmentLast, Thread: 3, TID: 4711, Sequence: 5, Slots: 2, Ticks: 1 << 40,
	PairTicks: 77, PairMonoNs: 88, Depth: 9, Lost: 10,
}

// expected is the head that a segment of these words must have, but for the sizes
// and the crc.
func expected(words []wire.Event, frames int) wire.Segment {
	h := example
	h.Magic, h.Words, h.Frames, h.EndTicks = wire.MagicSegment, uint32(len(words)), uint32(frames), h.Ticks
	for _, w := range words {
		kind, location, delta := w.Unpack()
		switch {
		case kind != wire.Mark:
			h.Events++
			h.EndTicks += uint64(delta)
		case location == wire.MarkTime:
			h.EndTicks += uint64(delta) << 32
		}
	}
	return h
}

// parts cuts words into pieces that do not fit blocks.
func parts(b []byte, words int) [][]byte { return slices.Collect(slices.Chunk(b, 8*words)) }

func TestRoundTrip(t *testing.T) {
	e, d := segment.NewEncoder(), segment.NewDecoder()
	visited := 0
	for name, words := range shapes() {
		for _, size := range []int{1 << 20, 300, 128, 7} {
			visited++
			b, frames := raw(words), bytes.Repeat([]byte{1, 2, 3, 4}, size%8*4)
			all := e.Append([]byte("front"), example, frames, append([][]byte{nil}, parts(b, size)...)...)
			if !bytes.HasPrefix(all, []byte("front")) {
				t.Fatalf("%s: Append changed what was there", name)
			}
			all = all[len("front"):]
			head, gotFrames, got, err := d.Decode(append(all, "behind"...))
			if err != nil {
				t.Fatalf("%s in parts of %d: %v", name, size, err)
			}
			want := expected(words, len(frames)/wire.FrameBytes)
			want.Size, want.Packed = uint32(len(all)), head.Packed
			want.CRC = crc32.Checksum(all[12:], crc32.MakeTable(crc32.Castagnoli))
			if head != want {
				t.Errorf("%s in parts of %d: head\n%+v, expected\n%+v", name, size, head, want)
			}
			if !bytes.Equal(gotFrames, frames) || !bytes.Equal(got, b) {
				t.Errorf("%s in parts of %d: other frames or words", name, size)
			}
			if h, err := segment.ReadHead(all[:wire.SegmentBytes]); err != nil || h != head {
				t.Errorf("%s: ReadHead returns %+v, %v", name, h, err)
			}
		}
	}
	if visited < 100 {
		t.Errorf("%d round trips: the table is not what it was", visited)
	}
}

func TestPackedAsDocumented(t *testing.T) {
	e := segment.NewEncoder()
	for name, words := range shapes() {
		all := e.Append(nil, example, make([]byte, 2*wire.FrameBytes), raw(words))
		if got := reference(t, all); !slices.Equal(got, words) {
			t.Errorf("%s: the reference unpacks other words", name)
		}
	}
}

// The bytes of a small segment, so that no change of the format goes unseen.
func TestPackedBytes(t *testing.T) {
	words := []wire.Event{
		wire.Pack(wire.Call, 1, 52), wire.Pack(wire.Line, 2, 26), wire.Pack(wire.Line, 3, 78),
		wire.Pack(wire.Line, 2, 26), wire.Pack(wire.Line, 3, 1<<20), wire.Pack(wire.Return, 1, 52),
	}
	all := segment.NewEncoder().Append(nil, wire.Segment{}, nil, raw(words))
	want := strings.Join([]string{
		"02000000", "0d000000", "06000000", "06000000", "18000000", "18000000", // unit and sizes
		"86", "b4e668000d", "02", "0201", "04808001", // six bits each; 78 and 2^20 take more
		"000000000000",                                                         // no hits, six new places
		"09000000", "10000000", "18000000", "10000000", "18000000", "0a000000", // kind and location
		"0000000000",
	}, "")
	if got := hex.EncodeToString(all[wire.SegmentBytes:]); got != want {
		t.Errorf("packed as\n%s, expected\n%s", got, want)
	}
}

func TestMostWords(t *testing.T) {
	b := raw(realistic(segment.MaxWords, 26))
	all := segment.NewEncoder().Append(nil, wire.Segment{}, nil, b)
	if _, _, got, err := segment.NewDecoder().Decode(all); err != nil || !bytes.Equal(got, b) {
		t.Errorf("%d words come back as others: %v", segment.MaxWords, err)
	}
}

func TestAppendPanicsOnPartsThatAreNotWhole(t *testing.T) {
	for name, f := range map[string]func(*segment.Encoder){
		"words":          func(e *segment.Encoder) { e.Append(nil, wire.Segment{}, nil, make([]byte, 9)) },
		"frames":         func(e *segment.Encoder) { e.Append(nil, wire.Segment{}, make([]byte, 8)) },
		"too many words": func(e *segment.Encoder) { e.Append(nil, wire.Segment{}, nil, make([]byte, 8*segment.MaxWords+8)) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f(segment.NewEncoder())
		}()
	}
}

// What a program makes is to take little room: the promise of the project.
func TestPackedIsSmall(t *testing.T) {
	for unit, most := range map[uint32]float64{1: 1.2, 26: 0.7} {
		words := realistic(32_768, unit)
		all := segment.NewEncoder().Append(nil, wire.Segment{}, nil, raw(words))
		if got := float64(len(all)) / float64(len(words)); got > most {
			t.Errorf("clock in steps of %d: %.3f bytes a word, expected at most %.2f", unit, got, most)
		}
	}
}

// The columns of these words are too short for zstd, whose pools are its own. Many
// runs, because what goes on beside the test is counted too.
func TestNothingIsAllocated(t *testing.T) {
	b := raw(shapes()["few that are not of the unit"])
	e, d := segment.NewEncoder(), segment.NewDecoder()
	var all []byte
	pack := func() { all = e.Append(all[:0], example, nil, b) }
	unpack := func() {
		if _, _, _, err := d.Decode(all); err != nil {
			t.Fatal(err)
		}
	}
	pack()
	unpack()
	if n := testing.AllocsPerRun(1000, pack); n > 0 {
		t.Errorf("packing allocates %v times", n)
	}
	if n := testing.AllocsPerRun(1000, unpack); n > 0 {
		t.Errorf("unpacking allocates %v times", n)
	}
}

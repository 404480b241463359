package segment_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"tracer/internal/segment"
	"tracer/internal/wire"
)

// FuzzDecode unpacks any packed events as so many words, under a head that is
// right: an error or the words, which the documentation's decoder finds too.
func FuzzDecode(f *testing.F) {
	e := segment.NewEncoder()
	for _, words := range shapes() {
		if len(words) <= 300 {
			b := e.Append(nil, wire.Segment{}, nil, raw(words))
			f.Add(uint32(len(words)), b[wire.SegmentBytes:])
		}
	}
	d := segment.NewDecoder()
	f.Fuzz(func(t *testing.T, n uint32, packed []byte) {
		b := segmentOf(n%(1<<16), packed)
		h, _, words, err := d.Decode(b)
		if err != nil {
			var corrupt *wire.CorruptError
			if !errors.As(err, &corrupt) || corrupt.Offset < 0 || corrupt.Offset > int64(len(b)) {
				t.Fatalf("error %v is not of these %d bytes", err, len(b))
			}
			if words != nil {
				t.Fatal("both words and an error")
			}
			return
		}
		if len(words) != 8*int(h.Words) {
			t.Fatalf("%d bytes of words, expected %d words", len(words), h.Words)
		}
		if !bytes.Equal(words, raw(reference(t, b))) {
			t.Fatal("the reference unpacks other words")
		}
	})
}

// FuzzHead reads any bytes as a segment, crc and all.
func FuzzHead(f *testing.F) {
	f.Add([]byte("SEGM"))
	f.Add(segment.NewEncoder().Append(nil, example, make([]byte, wire.FrameBytes), raw(realistic(100, 26))))
	d := segment.NewDecoder()
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := segment.ReadHead(b)
		_, frames, words, decodeErr := d.Decode(b)
		if err != nil && decodeErr == nil {
			t.Fatalf("Decode takes what ReadHead does not: %v", err)
		}
		if decodeErr == nil && (len(words) != 8*int(h.Words) || len(frames) != wire.FrameBytes*int(h.Frames)) {
			t.Fatal("other frames or words than the head says")
		}
	})
}

// FuzzRoundTrip packs any words, in parts of any length.
func FuzzRoundTrip(f *testing.F) {
	for _, words := range shapes() {
		if len(words) <= 300 {
			f.Add(uint8(100), raw(words))
		}
	}
	e, d := segment.NewEncoder(), segment.NewDecoder()
	f.Fuzz(func(t *testing.T, size uint8, b []byte) {
		b = b[:len(b)&^7]
		all := e.Append(nil, example, nil, parts(b, int(size)+1)...)
		h, _, words, err := d.Decode(all)
		if err != nil || !bytes.Equal(words, b) {
			t.Fatalf("came back as other words: %v", err)
		}
		events := slices.Collect(func(yield func(wire.Event) bool) {
			for at := 0; at < len(b) && yield(wire.Event(binary.LittleEndian.Uint64(b[at:]))); at += 8 {
			}
		})
		if want := expected(events, 0); h.EndTicks != want.EndTicks || h.Events != want.Events || h.Words != want.Words {
			t.Fatalf("head %+v, expected %+v", h, want)
		}
		if !slices.Equal(reference(t, all), events) {
			t.Fatal("the reference unpacks other words")
		}
	})
}

package session

import (
	"bytes"
	"encoding/binary"
	"testing"

	"tracer/internal/wire"
)

func TestCountIsTheSameByScanAndBySearch(t *testing.T) {
	const size = MinSlot
	words := (size - wire.SlotBytes) / 8
	for _, written := range []int{0, 1, 2, 3, words / 2, words - 1, words} {
		var raw []byte
		for range 3 {
			slot := (&wire.Slot{Magic: wire.MagicSlot, HeaderSize: wire.SlotBytes}).Append(nil)
			slot = append(slot, make([]byte, wire.SlotBytes-len(slot))...)
			for range written {
				slot = binary.LittleEndian.AppendUint64(slot, uint64(wire.Pack(wire.Line, 1, 0)))
			}
			raw = append(raw, slot...)
			raw = append(raw, make([]byte, size-len(slot))...)
		}
		raw = append(raw, make([]byte, size)...) // a slot that has no magic yet
		for _, exact := range []bool{true, false} {
			n, err := countSlots(bytes.NewReader(raw), int64(len(raw)), size, exact)
			if err != nil || int(n) != 3*written {
				t.Errorf("exact %v: %d events, %v; expected %d", exact, n, err, 3*written)
			}
		}
	}
}

func TestMarksAreNoEvents(t *testing.T) {
	var b []byte
	for _, e := range []wire.Event{wire.Pack(wire.Call, 1, 0), wire.Pack(wire.Mark, wire.MarkTime, 9), wire.Pack(wire.Line, 2, 1), 0, wire.Pack(wire.Line, 2, 1)} {
		b = binary.LittleEndian.AppendUint64(b, uint64(e))
	}
	if n := countWords(b); n != 2 {
		t.Errorf("%d events, expected 2", n)
	}
}

func BenchmarkCountWords(b *testing.B) {
	buf := bytes.Repeat(binary.LittleEndian.AppendUint64(nil, uint64(wire.Pack(wire.Line, 1, 0))), DefaultSlot/8)
	b.SetBytes(int64(len(buf)))
	for b.Loop() {
		countWords(buf)
	}
}

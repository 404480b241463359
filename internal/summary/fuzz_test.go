package summary

import (
	"errors"
	"testing"

	"tracer/internal/replay"
	"tracer/internal/wire"
	"tracer/internal/zstd"
)

// FuzzTables: an error or a summary, and what was read can be written, and added up.
func FuzzTables(f *testing.F) {
	for _, s := range some(f)[:6] {
		f.Add(s.AppendTables(nil))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := DecodeTables(b)
		var corrupt *wire.CorruptError
		if (s == nil) != errors.As(err, &corrupt) {
			t.Fatalf("%v, %v", s, err)
		}
		if s == nil {
			return
		}
		again, err := DecodeTables(s.AppendTables(nil))
		if err != nil {
			t.Fatal(err)
		}
		same(t, "what was written again", again, s)
		s.Extend(again)
		if _, err := DecodeTables(s.AppendTables(nil)); err != nil {
			t.Fatalf("what was added up: %v", err)
		}
	})
}

// FuzzDecode: an error or a summary.
func FuzzDecode(f *testing.F) {
	e, d := zstd.NewEncoder(), zstd.NewDecoder()
	for _, s := range some(f)[:6] {
		record, _ := s.Append(nil, wire.Summary{}, e, MaxTables)
		f.Add(record)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_, s, err := Decode(b, d)
		var corrupt *wire.CorruptError
		if (s == nil) != errors.As(err, &corrupt) {
			t.Fatalf("%v, %v", s, err)
		}
	})
}

// FuzzBuilder: of any words after any head comes a summary that can be written and read.
func FuzzBuilder(f *testing.F) {
	set, words := program(f, 50)
	set.Costs = dear
	f.Add(uint64(5), uint32(1), (&wire.Frame{Code: 1, Location: 3}).Append(nil), words)
	f.Add(uint64(1<<63), uint32(1<<31), []byte{}, words)
	f.Fuzz(func(t *testing.T, ticks uint64, depth uint32, frames, words []byte) {
		contexts := NewContexts(10)
		b := NewBuilder(NewRows(set), contexts)
		p := replay.NewPlayer(set, replay.Uncalibrated, b)
		for i := range uint32(3) {
			p.Enter(&replay.Head{Sequence: 2 * i, Slots: 1, Ticks: ticks, Depth: depth, Frames: frames})
			p.Words(words[:len(words)/2&^7])
			if i == 2 {
				p.Finish()
			}
			s := b.Cut(p.At())
			again, err := DecodeTables(s.AppendTables(nil))
			if err != nil {
				t.Fatalf("%v\n%+v", err, s)
			}
			same(t, "what was written", again, s)
			conserved(t, s)
			ticks += uint64(depth)
		}
		if len(b.frames) != 1 {
			t.Fatalf("%d frames are open at the end", len(b.frames)-1)
		}
	})
}

// FuzzContexts: what is loaded is a tree, and is what was there.
func FuzzContexts(f *testing.F) {
	c := NewContexts(10)
	c.Child(c.Child(0, 1, 2), 3, 4)
	f.Add(c.AppendFrom(1, nil))
	f.Add(make([]byte, 40))
	f.Fuzz(func(t *testing.T, b []byte) {
		c := NewContexts(0)
		err := c.Load(b)
		var corrupt *wire.CorruptError
		if err != nil && !errors.As(err, &corrupt) {
			t.Fatal(err)
		}
		file := c.AppendFrom(1, nil)
		if string(file) != string(b[:len(file)]) || err == nil && len(b)-len(file) >= wire.ContextBytes {
			t.Fatalf("%d bytes of %d are loaded, %v", len(file), len(b), err)
		}
		for i := 1; i < c.Len(); i++ {
			if int(c.At(i).Parent) >= i {
				t.Fatalf("context %d is %+v", i, c.At(i))
			}
		}
	})
}

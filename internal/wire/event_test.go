package wire_test

import (
	"testing"

	"tracer/internal/wire"
)

func TestEventVectorsHoldBothWays(t *testing.T) {
	seen := map[wire.Kind]bool{}
	for _, v := range wire.EventVectors {
		if w := wire.Pack(v.Kind, v.Location, v.Delta); w != v.Word {
			t.Errorf("Pack(%s, %d, %d) = %#016x, expected %#016x", v.Kind, v.Location, v.Delta, uint64(w), uint64(v.Word))
		}
		if k, loc, delta := v.Word.Unpack(); k != v.Kind || loc != v.Location || delta != v.Delta {
			t.Errorf("Unpack(%#016x) = %s, %d, %d, expected %s, %d, %d", uint64(v.Word), k, loc, delta, v.Kind, v.Location, v.Delta)
		}
		seen[v.Kind] = true
	}
	if len(seen) != len(wire.Kinds) {
		t.Errorf("the vectors have %d kinds, expected all %d", len(seen), len(wire.Kinds))
	}
}

func TestKinds(t *testing.T) {
	var opens, closes int
	for i, k := range wire.Kinds {
		if int(k.Kind) != i || k.Kind.String() != k.Name || k.Name == "" || k.Doc == "" {
			t.Errorf("kind %d is %+v", i, k)
		}
		if k.Kind.Opens() {
			opens++
		}
		if k.Kind.Closes() {
			closes++
		}
		if k.Kind.Opens() && k.Kind.Closes() {
			t.Errorf("%s both opens and closes", k.Name)
		}
	}
	if opens != 3 || closes != 3 {
		t.Errorf("%d kinds open and %d close, expected 3 and 3", opens, closes)
	}
	if got := wire.Kind(9).String(); got != "kind(9)" {
		t.Errorf("Kind(9) = %q", got)
	}
}

// TestCollection has what the agent's test has.
func TestCollection(t *testing.T) {
	for field, want := range map[uint32]struct {
		ticks      uint64
		generation int
	}{
		0: {}, 1<<7 | 2: {1, 2}, 3<<7 | 5<<2 | 1: {96, 1}, 1<<32 - 1: {(1<<25 - 1) << 31, 3},
	} {
		if ticks, generation := wire.Collection(field); ticks != want.ticks || generation != want.generation {
			t.Errorf("%#x: %d ticks of generation %d, expected %+v", field, ticks, generation, want)
		}
	}
}

func FuzzEvent(f *testing.F) {
	for _, v := range wire.EventVectors {
		f.Add(uint64(v.Word))
	}
	f.Fuzz(func(t *testing.T, w uint64) {
		if got := wire.Pack(wire.Event(w).Unpack()); uint64(got) != w {
			t.Errorf("Pack(Unpack(%#x)) = %#x", w, uint64(got))
		}
	})
}

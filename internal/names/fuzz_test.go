package names_test

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"tracer/internal/names"
	"tracer/internal/wire"
)

// FuzzReader reads any bytes as a file that is its own parent too, at once and as it grows:
// no panic, typed errors, the same names, and each location is of at most one code object.
func FuzzReader(f *testing.F) {
	f.Add(example(), uint16(100))
	f.Add(file(fork("self", 300), source(1), code(1, 3, 9, "f"), code(2, 1<<28, 1, "g")), uint16(17))
	f.Add(append(file(code(9, 2, 0, "f")), make([]byte, 100)...), uint16(3))
	f.Fuzz(func(t *testing.T, b []byte, cut uint16) {
		f := &family{files: map[string][]byte{"self": b}}
		once := names.NewReader(f.open)
		err := once.Read(bytes.NewReader(b), int64(len(b)))
		var corrupt *wire.CorruptError
		if err != nil && !errors.As(err, &corrupt) {
			t.Fatal(err)
		}
		if err != nil && (corrupt.Offset < 0 || corrupt.Offset > int64(len(b))) {
			t.Fatalf("%v, in %d bytes", err, len(b))
		}
		growing := names.NewReader(f.open)
		at := min(int(cut), len(b))
		first := growing.Read(bytes.NewReader(b[:at]), int64(at))
		if first == nil {
			first = growing.Read(bytes.NewReader(b), int64(len(b)))
		}
		if (first == nil) != (err == nil) || !reflect.DeepEqual(once.Set.Codes(), growing.Set.Codes()) || !reflect.DeepEqual(once.Set.Threads, growing.Set.Threads) {
			t.Fatalf("at once %v, in two %v", err, first)
		}
		end := wire.Location(0)
		for i, c := range once.Set.Codes() {
			if c.Index != i || c.Base < max(end, 1) || c.End <= c.Base || c.File == nil || once.Set.Code(c.Base) != c || once.Set.Code(c.End-1) != c {
				t.Fatalf("code %d is %+v, after %d", i, c, end)
			}
			c.Line(c.End - 1)
			end = c.End
		}
		if once.Set.End() != max(end, 1) || once.Set.Code(end) != nil {
			t.Fatalf("locations end at %d, expected %d", once.Set.End(), end)
		}
	})
}

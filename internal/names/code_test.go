package names

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"tracer/internal/wire"
)

func TestCodeLine(t *testing.T) {
	dense := &Code{Base: 10, End: 14, FirstLine: 4, minLine: 5}
	sparse := &Code{Base: 20, End: 23, FirstLine: 1, lines: []byte{7, 0, 0, 0, 0x20, 0xa1, 7, 0}}
	bare := &Code{Base: 30, End: 31, FirstLine: 3}
	for _, test := range []struct {
		name string
		code *Code
		loc  wire.Location
		want int
	}{
		{"the code object is its first line", dense, 10, 4},
		{"the first of a range", dense, 11, 5},
		{"the last of a range", dense, 13, 7},
		{"after the code", dense, 14, 0},
		{"before the code", dense, 9, 0},
		{"the first of a list", sparse, 21, 7},
		{"the last of a list", sparse, 22, 500000},
		{"a code object without lines", bare, 30, 3},
	} {
		if got := test.code.Line(test.loc); got != test.want {
			t.Errorf("%s: line %d, expected %d", test.name, got, test.want)
		}
	}
}

// TestCodeTable compares the table with a search through all codes.
func TestCodeTable(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	shapes := map[string]func(i int) (gap, count int){
		"no code":                  nil,
		"codes that touch":         func(int) (int, int) { return 0, random.IntN(30) },
		"codes without lines":      func(int) (int, int) { return 0, 0 },
		"codes with gaps":          func(int) (int, int) { return random.IntN(100), random.IntN(30) },
		"crowds far from another":  func(i int) (int, int) { return i % 100 / 99 * 1_000_000, random.IntN(3) },
		"one code of all the rest": func(i int) (int, int) { return 0, i / 199 * 300_000_000 },
	}
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			var codes []*Code
			var table table
			next := wire.Location(1)
			for i := range 200 {
				if shape == nil {
					break
				}
				gap, count := shape(i)
				next += wire.Location(gap)
				codes = append(codes, &Code{Base: next, End: next + 1 + wire.Location(count)})
				table.add(codes[i])
				if next = codes[i].End; table.end() != next || codes[i].Index != i {
					t.Fatalf("code %d ends at %d, expected code %d and %d", codes[i].Index, table.end(), i, next)
				}
				// Those that came after the buckets were made are found as well.
				for _, c := range codes {
					if table.find(c.Base) != c || table.find(c.End-1) != c {
						t.Fatalf("code at %d is not found among %d", c.Base, i+1)
					}
				}
			}
			if n := len(table.first); n > 8*len(codes)+100 {
				t.Errorf("%d buckets for %d codes", n, len(codes))
			}
			check := func(loc wire.Location) {
				var want *Code
				for _, c := range codes {
					if loc >= c.Base && loc < c.End {
						want = c
					}
				}
				if got := table.find(loc); got != want {
					t.Fatalf("location %d is %v, expected %v", loc, got, want)
				}
			}
			for _, c := range codes {
				check(c.Base - 1)
				check(c.Base)
				check(c.End - 1)
				check(c.End)
			}
			for range 1000 {
				check(wire.Location(random.UintN(uint(next) + 100)))
			}
			check(0)
			check(wire.MaxLocation)
		})
	}
	if len(shapes) != 6 {
		t.Errorf("visited %d shapes", len(shapes))
	}
}

func BenchmarkCodeTable(b *testing.B) {
	for _, n := range []int{100, 100_000} {
		b.Run(fmt.Sprintf("codes=%d", n), func(b *testing.B) {
			var table table
			next := wire.Location(1)
			for i := range n {
				c := &Code{Base: next, End: next + 1 + wire.Location(i%40)}
				table.add(c)
				next = c.End
			}
			loc := wire.Location(0)
			for b.Loop() {
				loc = (loc*5 + 7) % next
				table.find(loc)
			}
		})
	}
}

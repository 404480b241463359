package trace

import (
	"encoding/binary"
	"slices"

	"tracer/internal/wire"
)

// Code is a code object: a function, a module's or a class's body, a comprehension …
type Code struct {
	Index     int // in Process.Codes
	Base, End wire.Location
	Module    string // __name__ of its globals, "" if none
	Qualname  string
	File      *File // never nil
	FirstLine int
	Flags     uint32 // co_flags

	minLine uint32
	lines   []byte // little-endian u32s: the lines themselves, or nil
}

// Line returns the source line of a location of c: for Base its first line, for
// a location of other code 0.
func (c *Code) Line(loc wire.Location) int {
	switch {
	case loc == c.Base:
		return c.FirstLine
	case loc < c.Base || loc >= c.End:
		return 0
	}
	i := uint32(loc - c.Base - 1)
	if c.lines != nil {
		return int(binary.LittleEndian.Uint32(c.lines[4*i:]))
	}
	return int(c.minLine) + int(i)
}

// codeTable finds code by location. Locations are cut into equal buckets, about
// as many as there are codes; first[b] counts the codes whose base lies before bucket b.
type codeTable struct {
	codes []*Code // by Base
	bases []wire.Location
	first []uint32
	shift uint
}

func newCodeTable(codes []*Code) codeTable {
	t := codeTable{codes: codes}
	if len(codes) == 0 {
		return t
	}
	end := codes[len(codes)-1].End
	for int(end>>t.shift) > 4*len(codes)+64 {
		t.shift++
	}
	t.bases = make([]wire.Location, len(codes))
	t.first = make([]uint32, int(end>>t.shift)+2)
	for i, c := range codes {
		t.bases[i] = c.Base
		t.first[c.Base>>t.shift+1]++
	}
	for b := 1; b < len(t.first); b++ {
		t.first[b] += t.first[b-1]
	}
	return t
}

// find returns the code that loc belongs to, or nil.
func (t *codeTable) find(loc wire.Location) *Code {
	b := int(loc >> t.shift)
	if b+1 >= len(t.first) {
		return nil
	}
	lo, hi := int(t.first[b]), int(t.first[b+1])
	// The last code of lo-1 … hi-1 that begins at loc or before.
	if hi-lo > 16 {
		n, ok := slices.BinarySearch(t.bases[lo:hi], loc)
		if hi = lo + n; ok {
			hi++
		}
	} else {
		for hi > lo && t.bases[hi-1] > loc {
			hi--
		}
	}
	if hi == 0 {
		return nil
	}
	if c := t.codes[hi-1]; loc < c.End {
		return c
	}
	return nil
}

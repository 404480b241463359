package names

import (
	"encoding/binary"
	"slices"

	"tracer/internal/wire"
)

// File is a source file.
type File struct {
	ID      int
	Name    string // co_filename
	Path    string // the same, absolute
	Kind    uint32 // wire.FileKindRegular, …Missing, …Pseudo
	Size    int64  // when first seen
	MtimeNS int64
	Source  *Source // the copy in the trace, nil if there is none
}

// Label is what the file is called where rows are named: its path, if it has one.
func (f *File) Label() string {
	if f.Path != "" {
		return f.Path
	}
	return f.Name
}

// Source is a kept copy of a source file.
type Source struct {
	SHA256  string // also the name of the copy
	Size    int64
	Changed bool // it was no longer what the program had loaded when it was copied
}

// Code is a code object: a function, a module's or a class's body, a comprehension …
type Code struct {
	Index     int // in the codes of its process
	Base, End wire.Location
	Module    string // __name__ of its globals, "" if none
	Qualname  string
	File      *File // never nil
	FirstLine int
	Flags     uint32 // co_flags
	// Interpreter is the number of the interpreter in the process, 0 for the main one.
	Interpreter int

	minLine uint32
	lines   []byte // little-endian u32s: the lines themselves, or nil
}

// Coroutine reports whether the function is what an event loop may run: a coroutine, a
// generator that is awaited, an asynchronous generator.
func (c *Code) Coroutine() bool {
	const coroutine, iterable, generator = 0x80, 0x100, 0x200 // CO_COROUTINE, CO_ITERABLE_COROUTINE, CO_ASYNC_GENERATOR
	return c.Flags&(coroutine|iterable|generator) != 0
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

// table finds code by location. Codes are appended by ascending Base. Locations
// are cut into equal buckets, about as many as there are codes; first[b] counts
// the codes whose base lies before bucket b. What came after the buckets were
// made is searched by halves, until it is a quarter of all.
type table struct {
	codes []*Code
	bases []wire.Location
	known int // codes in buckets
	first []uint32
	shift uint
}

// end returns the first location that no code takes.
func (t *table) end() wire.Location {
	if n := len(t.codes); n > 0 {
		return t.codes[n-1].End
	}
	return 1
}

func (t *table) add(c *Code) {
	c.Index = len(t.codes)
	t.codes = append(t.codes, c)
	t.bases = append(t.bases, c.Base)
	if late := len(t.codes) - t.known; late > 16 && late > t.known/4 {
		t.index()
	}
}

func (t *table) index() {
	t.known, t.shift = len(t.codes), 0
	end := t.end()
	for int(end>>t.shift) > 4*t.known+64 {
		t.shift++
	}
	t.first = make([]uint32, int(end>>t.shift)+2)
	for _, base := range t.bases {
		t.first[base>>t.shift+1]++
	}
	for b := 1; b < len(t.first); b++ {
		t.first[b] += t.first[b-1]
	}
}

// find returns the code that loc belongs to, or nil.
func (t *table) find(loc wire.Location) *Code {
	lo, hi := t.known, len(t.codes)
	if b := int(loc >> t.shift); b+1 < len(t.first) && (lo == hi || loc < t.bases[lo]) {
		lo, hi = int(t.first[b]), int(t.first[b+1])
	}
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
	if c := t.codes[hi-1]; loc >= c.Base && loc < c.End {
		return c
	}
	return nil
}

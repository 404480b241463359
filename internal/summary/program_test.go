package summary

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"strconv"
	"testing"

	"tracer/internal/names"
	"tracer/internal/wire"
)

// codes makes a set of names of these code objects.
func codes(tb testing.TB, records ...wire.CodeRecord) *names.Set {
	tb.Helper()
	r := names.NewReader(nil)
	b := (&wire.NamesHead{Magic: wire.MagicNames, Version: wire.Version}).Append(nil)
	for i, name := range []string{"a.py", "b.py"} {
		b = (&wire.FileRecord{ID: uint32(i + 1), Name: []byte(name), Path: []byte("/" + name)}).Append(b)
	}
	for _, c := range records {
		b = c.Append(b)
	}
	if err := r.Read(bytes.NewReader(b), int64(len(b))); err != nil || len(r.Set.Problems) > 0 {
		tb.Fatal(err, r.Set.Problems)
	}
	return r.Set
}

// program makes about n words of a program of sixty functions of ten lines, 5 to 30
// deep. Of each three functions two call others: an inner one from line 2 or 3, and
// leaves twice from line 5 in a loop.
func program(tb testing.TB, n int) (*names.Set, []byte) {
	var records []wire.CodeRecord
	for i := range 60 {
		records = append(records, wire.CodeRecord{
			Base: uint32(1 + 11*i), Count: 10, File: uint32(1 + i%2), FirstLine: uint32(20 * i), MinLine: uint32(20*i + 1),
			Module: []byte("m" + strconv.Itoa(i%2)), Qualname: []byte("f" + strconv.Itoa(i)),
		})
	}
	g := generator{rnd: rand.New(rand.NewPCG(1, 2)), words: make([]byte, 0, 8*n+1000), end: 8 * n}
	for len(g.words) < g.end {
		g.inner(0, 1)
	}
	return codes(tb, records...), g.words
}

type generator struct {
	rnd   *rand.Rand
	words []byte
	end   int

	called bool // the last event is a call: its first line has its time
}

func (g *generator) put(k wire.Kind, function, line int) {
	delta := 20 + g.rnd.Uint32N(100)
	if g.rnd.IntN(1000) == 0 {
		delta *= 100
	}
	if k == wire.Line && g.called {
		delta = 0
	}
	g.called = k == wire.Call
	g.words = binary.LittleEndian.AppendUint64(g.words, uint64(wire.Pack(k, wire.Location(1+11*function+line), delta)))
}

func (g *generator) inner(function, depth int) {
	g.put(wire.Call, function, 0)
	g.put(wire.Line, function, 1)
	next := (function*7/3*3 + 3) % 60
	for line := 2; line <= 3; line++ {
		g.put(wire.Line, function, line)
		if depth < 5 && line == 2 || depth < 30 && g.rnd.IntN(100) < 49 && len(g.words) < g.end {
			g.inner((next+3*line)%60, depth+1)
		}
	}
	for range 2 + function%2 {
		g.put(wire.Line, function, 5)
		g.leaf((function+1)%60/3*3 + 1)
		g.leaf((function+4)%60/3*3 + 2)
		if g.rnd.IntN(10) == 0 {
			g.put(wire.Line, function, 6)
		}
	}
	g.put(wire.Return, function, 0)
}

func (g *generator) leaf(function int) {
	g.put(wire.Call, function, 0)
	g.put(wire.Line, function, 1)
	if function%2 == 0 {
		g.put(wire.Line, function, 2)
	}
	g.put(wire.Return, function, 0)
}

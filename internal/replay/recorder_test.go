package replay_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"tracer/internal/names"
	"tracer/internal/replay"
	"tracer/internal/wire"
)

// set has main (1) with the lines 1-5, f (7) with the lines 11-13, g (11) with the
// lines 21 and 500, and many more of a line each from 1000 on.
func set(tb testing.TB) *names.Set {
	tb.Helper()
	b := (&wire.NamesHead{Magic: wire.MagicNames, Version: wire.Version}).Append(nil)
	b = (&wire.FileRecord{ID: 1, Name: []byte("a.py")}).Append(b)
	add := func(c wire.CodeRecord, name string) {
		c.File, c.Qualname = 1, []byte(name)
		b = c.Append(b)
	}
	add(wire.CodeRecord{Base: 1, Count: 5, FirstLine: 1, MinLine: 1}, "main")
	add(wire.CodeRecord{Base: 7, Count: 3, FirstLine: 10, MinLine: 11}, "f")
	add(wire.CodeRecord{Base: 11, Count: 2, FirstLine: 20, Lines: []byte{21, 0, 0, 0, 0xf4, 1, 0, 0}}, "g")
	for i := range uint32(300) {
		add(wire.CodeRecord{Base: 1000 + 2*i, Count: 1, FirstLine: 30, MinLine: 31}, fmt.Sprint("h", i))
	}
	r := names.NewReader(nil)
	if err := r.Read(bytes.NewReader(b), int64(len(b))); err != nil {
		tb.Fatal(err)
	}
	return r.Set
}

// recorder writes down what it is told, and what of that breaks the rules.
type recorder struct {
	strings.Builder
	stack []*names.Code
	last  int64
	wrong []string
}

func kind(k wire.Kind) string {
	switch k {
	case replay.Adopted:
		return "adopted"
	case replay.Implied:
		return "implied"
	}
	return k.String()
}

func (r *recorder) say(at int64, format string, args ...any) {
	if at < r.last {
		r.wrong = append(r.wrong, fmt.Sprintf("time falls from %d to %d", r.last, at))
	}
	r.last = at
	fmt.Fprintf(r, "%d %s\n", at, fmt.Sprintf(format, args...))
}

func (r *recorder) in(c *names.Code, loc wire.Location) {
	if loc < c.Base || loc >= c.End {
		r.wrong = append(r.wrong, fmt.Sprintf("location %d of %s", loc, c.Qualname))
	}
}

func (r *recorder) Begin(at int64) {
	r.last = at
	r.say(at, "begin")
}

func (r *recorder) Open(at int64, c *names.Code, loc wire.Location, k wire.Kind) {
	r.in(c, loc)
	r.stack = append(r.stack, c)
	r.say(at, "open %s:%d %s", c.Qualname, c.Line(loc), kind(k))
}

func (r *recorder) Line(at int64, loc wire.Location) {
	c := r.stack[len(r.stack)-1]
	r.in(c, loc)
	r.say(at, "line %d", c.Line(loc))
}

func (r *recorder) Close(at int64, k wire.Kind) {
	n := len(r.stack) - 1
	r.say(at, "close %s %s", r.stack[n].Qualname, kind(k))
	r.stack = r.stack[:n]
}

func (r *recorder) Gap(at int64, lost uint64) { r.say(at, "gap %d", lost) }

func (r *recorder) End(at int64) {
	if len(r.stack) > 0 {
		r.wrong = append(r.wrong, fmt.Sprintf("%d frames are open at the end", len(r.stack)))
	}
	r.say(at, "end")
}

// words makes words.
func words(events ...wire.Event) []byte {
	var b []byte
	for _, e := range events {
		b = binary.LittleEndian.AppendUint64(b, uint64(e))
	}
	return b
}

// frames makes the frames of a head.
func frames(list ...wire.Frame) []byte {
	var b []byte
	for _, f := range list {
		b = f.Append(b)
	}
	return b
}

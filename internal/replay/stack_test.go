package replay_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"tracer/internal/names"
	"tracer/internal/replay"
	"tracer/internal/wire"
)

// grow adds the code object late (5000) of two lines.
func grow(t *testing.T, s *names.Set) {
	t.Helper()
	r := names.NewReader(nil)
	r.Set = s
	b := (&wire.NamesHead{Magic: wire.MagicNames, Version: wire.Version}).Append(nil)
	b = (&wire.CodeRecord{Base: 5000, Count: 1, File: 1, FirstLine: 1, MinLine: 2, Qualname: []byte("late")}).Append(b)
	if err := r.Read(bytes.NewReader(b), int64(len(b))); err != nil {
		t.Fatal(err)
	}
}

// model is the rules in the package's documentation, in the plainest form.
type model struct {
	recorder
	at int64
}

func (m *model) find(c *names.Code) int {
	for i := len(m.stack) - 1; i >= 0; i-- {
		if m.stack[i] == c {
			return i
		}
	}
	return -1
}

func (m *model) closeTo(n int) {
	for len(m.stack) > n {
		m.Close(m.at, replay.Implied)
	}
}

func (m *model) event(s *names.Set, e wire.Event) {
	k, loc, delta := e.Unpack()
	m.at += int64(delta)
	c := s.Code(loc)
	switch {
	case c == nil:
	case k == wire.Call:
		m.Open(m.at, c, c.Base, k)
	case k.Opens():
		m.Open(m.at, c, loc, k)
	case k.Closes():
		if i := m.find(c); i >= 0 {
			m.closeTo(i + 1)
			m.Close(m.at, k)
		}
	default:
		if i := m.find(c); i >= 0 {
			m.closeTo(i + 1)
		} else {
			m.Open(m.at, c, loc, replay.Adopted)
		}
		m.Line(m.at, loc)
	}
}

func TestStackIsAsDocumented(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	s := set(t)
	events := 0
	for range 300 {
		var m model
		var r recorder
		p := replay.NewPlayer(s, replay.Uncalibrated, &r)
		p.Enter(&replay.Head{Slots: 1})
		m.Begin(0)
		for range rnd.IntN(8) {
			var list []wire.Event
			for range rnd.IntN(100) {
				codes := s.Codes()[:3+rnd.IntN(2)*rnd.IntN(300)]
				c := codes[rnd.IntN(len(codes))]
				loc := c.Base + wire.Location(rnd.IntN(int(c.End-c.Base)+1)) // at times of no code
				e := wire.Pack(wire.Kind(rnd.IntN(7)), loc, rnd.Uint32N(3))
				list = append(list, e)
				m.event(s, e)
			}
			p.Words(words(list...))
			events += len(list)
		}
		m.closeTo(0)
		m.End(m.at)
		p.Finish()
		if r.String() != m.String() || len(r.wrong) > 0 {
			t.Fatalf("%v\n%s\nexpected\n%s", r.wrong, r.String(), m.String())
		}
	}
	if events < 10_000 {
		t.Errorf("visited %d events", events)
	}
}

// FuzzPlayer plays any words after any head: no panic, and what the visitor is told holds
// to what it is promised.
func FuzzPlayer(f *testing.F) {
	s := set(f)
	f.Add(uint32(0), uint32(2), uint64(5), frames(wire.Frame{Code: 1}, wire.Frame{Code: 7, Location: 8}), words(call(1, 1), line(2, 1), leave(1, 1)))
	f.Add(uint32(3), uint32(1), uint64(1<<63), frames(wire.Frame{Code: 99}), words(call(0, 1), wire.Pack(wire.Mark, wire.MarkTime, 1<<31), line(8, 1)))
	f.Fuzz(func(t *testing.T, sequence, depth uint32, ticks uint64, frames, words []byte) {
		var r recorder
		p := replay.NewPlayer(s, replay.Uncalibrated, &r)
		for range 2 {
			p.Enter(&replay.Head{Sequence: sequence, Slots: 1, Ticks: ticks, Depth: depth, Frames: frames})
			p.Words(words)
			p.Lost(uint64(depth))
			sequence += depth
		}
		p.Finish()
		if len(r.wrong) > 0 {
			t.Fatalf("%v\n%s", r.wrong, r.String())
		}
	})
}

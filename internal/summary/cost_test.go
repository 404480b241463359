package summary

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"tracer/internal/names"
	"tracer/internal/replay"
	"tracer/internal/wire"
)

// dear are costs by which every kind of event can be told.
var dear = names.Costs{
	Before: [8]int32{0, -3, 50, 700, 0, 9000, 0, 0},
	After:  [8]int32{1_000_000, 20_000_000, 300_000_000, 0, 0, 0, 0, 0},
	First:  7,
}

// TestCosts has each event's cost where it belongs.
func TestCosts(t *testing.T) {
	set := codes(t,
		wire.CodeRecord{Base: 1, Count: 5, File: 1, FirstLine: 1, MinLine: 1, Module: []byte("a"), Qualname: []byte("f")},
		wire.CodeRecord{Base: 11, Count: 5, File: 2, FirstLine: 11, MinLine: 11, Module: []byte("b"), Qualname: []byte("g")},
	)
	set.Costs = dear
	b := NewBuilder(NewRows(set), NewContexts(10))
	f, g := set.Code(1), set.Code(11)
	b.Begin(0)
	b.Open(10, f, 1, wire.Call)
	b.Line(10, 2) // the first: with the call
	b.Line(20, 3)
	b.Open(30, g, 11, wire.Call)
	b.Line(31, 13) // not the first: it has a time of its own
	b.Own(31, 5)
	b.Close(40, wire.Return)
	b.Open(50, g, 11, wire.Call) // of which no line is seen
	b.Close(60, wire.Return)
	b.Close(70, wire.Return)
	b.End(80)

	c := &dear
	call, ret, line, callBefore, retBefore := int64(c.After[1]), int64(c.After[2]), int64(c.After[0]), int64(c.Before[1]), int64(c.Before[2])
	inner := call + line + 5*256 + retBefore + call + retBefore // of both calls of g
	want := &Summary{
		End: 80, Outside: 20, OutsideCost: callBefore + ret,
		Lines: []Line{
			{LineKey{1, 1}, 1, 10, 0, 7, 0}, // f's first line: entered there, and the line itself
			{LineKey{1, 2}, 1, 30, 20, line + 2*callBefore + 2*ret + retBefore, inner},
			{LineKey{11, 11}, 0, 11, 0, 2*call + retBefore, 0},
			{LineKey{11, 12}, 1, 9, 0, line + 5*256 + retBefore, 0},
		},
		Functions: []Function{
			{1, 1, 60, 60, 60, 7 + line + 2*callBefore + 2*ret + retBefore + inner, 0, 0},
			{11, 2, 20, 10, 10, inner, call + line + 5*256 + retBefore, call + retBefore},
		},
	}
	want.Functions[0].MinCost, want.Functions[0].MaxCost = want.Functions[0].Cost, want.Functions[0].Cost
	got := b.Cut(80)
	same(t, "sums", &Summary{
		End: got.End, Outside: got.Outside, OutsideCost: got.OutsideCost, Lines: got.Lines, Functions: got.Functions,
	}, want)
	conserved(t, got)
}

// TestASlotMayBeginAnywhere adds a program up in two parts, the second by a builder that
// knows of the first what the head of a slot tells: also between a call and its first line.
func TestASlotMayBeginAnywhere(t *testing.T) {
	set, words := program(t, 400)
	set.Costs = dear
	rows, tree := NewRows(set), NewContexts(1<<20)
	add := func(h *replay.Head, words []byte) (*Summary, uint64) {
		b := NewBuilder(rows, tree)
		p := replay.NewPlayer(set, replay.Uncalibrated, b)
		p.From(h.Sequence)
		p.Enter(h)
		p.Words(words)
		return b.Cut(p.At()), p.Ticks()
	}
	plain := func(s *Summary) *Summary {
		for i := range s.Functions {
			f := &s.Functions[i]
			f.Min, f.Max, f.MinCost, f.MaxCost = 0, 0, 0, 0
		}
		// What a call has cost is taken back in another part.
		s.Lines = slices.DeleteFunc(s.Lines, func(l Line) bool { return l == Line{LineKey: l.LineKey} })
		s.Detail = Detail{}
		return s
	}
	whole, _ := add(&replay.Head{Slots: 1, Ticks: 1000}, words)
	want := plain(whole)
	var open []wire.Frame
	ticks, afterCalls := uint64(1000), 0
	for at := 0; at < len(words); at += 8 {
		e := wire.Event(binary.LittleEndian.Uint64(words[at:]))
		ticks += uint64(e.Delta())
		switch k := e.Kind(); {
		case k.Opens():
			open = append(open, wire.Frame{EnteredTicks: ticks, Code: uint32(e.Location()), Location: uint32(e.Location())})
			afterCalls++
		case k.Closes():
			open = open[:len(open)-1]
		default:
			open[len(open)-1].Location = uint32(e.Location())
		}
		var frames []byte
		for i := range open {
			frames = open[i].Append(frames)
		}
		got, _ := add(&replay.Head{Slots: 1, Ticks: 1000}, words[:at+8])
		rest, _ := add(&replay.Head{Sequence: 1, Slots: 1, Ticks: ticks, Depth: uint32(len(open)), Frames: frames}, words[at+8:])
		got.Extend(rest)
		same(t, "both parts", plain(got), want)
	}
	if afterCalls < 50 {
		t.Errorf("visited %d calls", afterCalls)
	}
}

// TestShortestAndLongestAreTheSameInAnyOrder merges functions with activations that are
// as long as each other.
func TestShortestAndLongestAreTheSameInAnyOrder(t *testing.T) {
	rnd := rand.New(rand.NewPCG(13, 14))
	for range 200 {
		var all []Function
		for range 6 {
			f := Function{Function: 1, Min: NoMin}
			if rnd.IntN(3) > 0 {
				f.Min, f.MinCost = rnd.Uint64N(3), rnd.Int64N(5)-2
			}
			f.Max, f.MaxCost = rnd.Uint64N(3), rnd.Int64N(5)-2
			all = append(all, f)
		}
		fold := func() Function {
			sum := all[0]
			for i := range all[1:] {
				sum.add(&all[i+1])
			}
			return sum
		}
		want := fold()
		rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if got := fold(); got != want {
			t.Fatalf("%+v in another order, %+v before", got, want)
		}
	}
}

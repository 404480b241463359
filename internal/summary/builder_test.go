package summary

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"tracer/internal/replay"
	"tracer/internal/wire"
)

func TestBuilderIsAsDefined(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var cuts, lines, overlaps, contexts, deep int
	for round := range 300 {
		set := priced(rnd, world(t))
		tree := NewContexts(1 << 20)
		v := &tee{
			t: t, rnd: rnd, part: newReference(set), whole: newReference(set), tree: tree,
			builder: NewBuilder(NewRows(set), tree), often: []int{0, 5, 50, 300}[round%4],
		}
		p := replay.NewPlayer(set, replay.Uncalibrated, v)
		random(rnd, set, p)
		v.cut(p.At())
		want := v.whole.cut(p.At(), tree)
		same(t, "all parts in turn", levels(v.parts, len(v.parts)+1), want)
		same(t, "all parts by threes", levels(v.parts, 3), want)
		conserved(t, want)
		cuts += len(v.parts)
		lines += len(want.Lines)
		overlaps += len(want.Overlaps)
		contexts += len(want.Contexts)
		for _, b := range want.Detail.Buckets {
			if b.Open > MaxStack+1 {
				deep++
			}
		}
	}
	if cuts < 1000 || lines < 1000 || overlaps < 500 || contexts < 1000 || deep < 10 {
		t.Errorf("visited %d cuts, %d lines, %d overlaps, %d contexts, %d deep stacks", cuts, lines, overlaps, contexts, deep)
	}
}

// conserved checks that no tick is lost and none counts twice.
func conserved(t *testing.T, s *Summary) {
	t.Helper()
	var self, inContexts uint64
	var cost, contextsCost int64
	for _, l := range s.Lines {
		self += l.Self
		cost += l.Cost
	}
	for _, c := range s.Contexts {
		inContexts += c.Self
		contextsCost += c.Cost
	}
	if cost+s.OutsideCost != contextsCost {
		t.Fatalf("cost of lines %d and outside %d, of contexts %d", cost, s.OutsideCost, contextsCost)
	}
	if took := uint64(s.End - s.Start); self+s.Outside != took || inContexts != took {
		t.Fatalf("self %d and outside %d, in contexts %d, of %d", self, s.Outside, inContexts, took)
	}
}

func TestTreesChangeAtCuts(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	contexts := 0
	for range 30 {
		set := priced(rnd, world(t))
		tree := NewContexts(1 << 20)
		v := &tee{
			t: t, rnd: rnd, part: newReference(set), whole: newReference(set), tree: tree,
			builder: NewBuilder(NewRows(set), tree), often: 50, fresh: true,
		}
		p := replay.NewPlayer(set, replay.Uncalibrated, v)
		random(rnd, set, p)
		v.cut(p.At())
		for _, s := range v.parts {
			contexts += len(s.Contexts)
		}
	}
	if contexts < 1000 {
		t.Errorf("visited %d contexts", contexts)
	}
}

func TestFullTree(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for limit := range 20 {
		set := priced(rnd, world(t))
		tree := NewContexts(limit)
		for range 5 {
			b := NewBuilder(NewRows(set), tree)
			p := replay.NewPlayer(set, replay.Uncalibrated, b)
			random(rnd, set, p)
			s := b.Cut(p.At())
			conserved(t, s)
			calls := uint64(0)
			for _, f := range s.Functions {
				calls += f.Calls
			}
			for i, c := range s.Contexts {
				calls -= c.Calls
				if int(c.Number) > limit || i > 0 && s.Contexts[i-1].Number >= c.Number {
					t.Errorf("limit %d: contexts %+v", limit, s.Contexts)
				}
			}
			if calls != 0 {
				t.Errorf("limit %d: %d calls of functions are of no context", limit, calls)
			}
		}
		if tree.Len() != limit+1 || tree.Over() == 0 {
			t.Errorf("limit %d: %d contexts, %d over", limit, tree.Len(), tree.Over())
		}
	}
}

func TestNothingBeforeBegin(t *testing.T) {
	b := NewBuilder(NewRows(world(t)), NewContexts(10))
	same(t, "nothing", b.Cut(7), &Summary{Start: 7, End: 7})
}

func TestMemoryIsThatOfTheCodeThatRan(t *testing.T) {
	// A process may claim functions of millions of lines in sixty bytes each.
	var records []wire.CodeRecord
	for i := range 5 {
		records = append(records, wire.CodeRecord{Base: uint32(1 + 100_000_001*i), Count: 100_000_000, File: 1, MinLine: 1})
	}
	set := codes(t, records...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	b := NewBuilder(NewRows(set), NewContexts(100))
	b.Begin(0)
	for i, c := range set.Codes() {
		b.Open(int64(i), c, c.Base, wire.Call)
		for line := range wire.Location(1000) {
			b.Line(int64(i), c.Base+1+line*99_999)
		}
	}
	s := b.Cut(10)
	runtime.ReadMemStats(&after)
	// All are one function, by name.
	if len(s.Functions) != 1 || s.Functions[0].Calls != 5 || len(s.Lines) != 1000 || s.Lines[999].Hits != 5 {
		t.Errorf("%+v, %d lines", s.Functions, len(s.Lines))
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
		t.Errorf("%d bytes allocated for 5000 events, want less than 4 MiB", used)
	}
}

func TestEventsAllocateNothing(t *testing.T) {
	set, words := program(t, 1<<15)
	b := NewBuilder(NewRows(set), NewContexts(1<<20))
	p := replay.NewPlayer(set, replay.Uncalibrated, b)
	p.Enter(&replay.Head{Slots: 1})
	half := len(words) / 2 &^ 7
	p.Words(words[:half])
	at := half
	n := testing.AllocsPerRun(15, func() { at += p.Words(words[at : at+half/16&^7]) })
	if n > 20 { // new contexts, and stacks of new buckets
		t.Errorf("%v allocations in %d events", n, half/16/8)
	}
}

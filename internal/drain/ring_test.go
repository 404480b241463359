package drain_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"tracer/internal/drain"
	"tracer/internal/wire"
)

// rest is what is left of a plan where the first slots are forgotten.
func (p *plan) rest(first map[uint32]uint32) *plan {
	q := &plan{slotSize: p.slotSize}
	for _, slots := range p.threads {
		var list []*planned
		for _, s := range slots {
			if n, ok := first[s.head.Thread]; ok && s.head.Sequence >= n {
				list = append(list, s)
			}
		}
		q.threads = append(q.threads, list)
	}
	return q
}

// firsts are the sequences that the parts of a trace begin with, by thread.
func firsts(parts []*stored) map[uint32]uint32 {
	first := map[uint32]uint32{}
	for _, part := range parts {
		for _, n := range part.nodes {
			if at, ok := first[n.Thread]; n.Level == 0 && (!ok || n.Sequence < at) {
				first[n.Thread] = n.Sequence
			}
		}
	}
	return first
}

func TestRingKeepsWhatIsNotForgotten(t *testing.T) {
	w := drain.NewWorker()
	forgotten := 0
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 3))
		p := newPlan(r, 4096, 1+r.IntN(3), 60, false)
		name := fmt.Sprintf("seed %d", seed)
		dir := t.TempDir()
		a := newToy(t, dir, 4096, p.names())
		o := drain.Options{PartSize: 8 << 10}
		o.Summarised(3000)
		d := a.drain(o)
		p.play(r, a, 20, func() {
			steps(a, &d, w)()
			if bytes, end, ok := d.Oldest(); ok && seed%3 > 0 && r.IntN(3) > 0 {
				forgotten++
				if before := d.Bytes(); bytes <= 0 || end.IsZero() || before < bytes {
					t.Fatalf("%s: oldest part of %d bytes, ended %v, of %d", name, bytes, end, before)
				}
				if err := d.Forget(); err != nil {
					t.Fatal(err)
				}
			}
			if seed%2 == 0 && r.IntN(10) == 0 {
				d.Abandon()
				d = a.drain(o)
			}
		})
		finish(a, d, w)
		parts := readParts(t, a.trace)
		if seed%3 == 0 && len(parts) < 3 {
			t.Errorf("%s: %d parts, expected several", name, len(parts))
		}
		left := p.rest(firsts(parts))
		same(t, name, a.trace, plain(t, dir, 4096, p.names(), left.all()))
		if seed%3 == 0 { // nothing is forgotten
			checkSums(t, name, a.trace, p, []exactness{resumed, exact}[seed%2])
		}
	}
	if forgotten < 10 {
		t.Errorf("%d parts were forgotten, expected some", forgotten)
	}
}

// Each part has all contexts that its summaries tell of, and no others.
func TestPartsHaveContextsOfTheirOwn(t *testing.T) {
	w := drain.NewWorker()
	r := rand.New(rand.NewPCG(1, 4))
	p := newPlan(r, 4096, 2, 60, false)
	a := newToy(t, t.TempDir(), 4096, p.names())
	o := drain.Options{PartSize: 16 << 10}
	o.Summarised(3000)
	d := a.drain(o)
	p.play(r, a, 20, steps(a, &d, w))
	finish(a, d, w)
	parts := readParts(t, a.trace)
	if len(parts) < 3 {
		t.Fatalf("%d parts, expected some", len(parts))
	}
	for i, part := range parts {
		used := map[uint32]bool{0: true}
		for _, s := range part.sums {
			for _, c := range s.Contexts {
				for n := c.Number; !used[n]; n = part.contexts.At(int(n)).Parent {
					used[n] = true
				}
			}
		}
		// A frame that is open at the end of a part is one of the next, where it may
		// end at once.
		if n := part.contexts.Len(); n < len(used) || n > len(used)+2*4096/4/wire.FrameBytes {
			t.Errorf("part %d has %d contexts, its summaries use %d", i, n, len(used))
		}
	}
}

func TestPartsEndWithTheirAge(t *testing.T) {
	w := drain.NewWorker()
	r := rand.New(rand.NewPCG(1, 5))
	p := newPlan(r, 4096, 1, 20, false)
	a := newToy(t, t.TempDir(), 4096, p.names())
	d := a.drain(drain.Options{PartAge: 1})
	p.play(r, a, 5, steps(a, &d, w))
	finish(a, d, w)
	if names := strings.Join(contents(t, a.trace), " "); !strings.Contains(names, "segments-2") {
		t.Error("expected a part for each step")
	}
}

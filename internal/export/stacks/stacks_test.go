package stacks

import (
	"context"
	"errors"
	"testing"

	"tracer/internal/analyze/tree"
	"tracer/internal/export/exporttest"
)

// TestWeightsAddUp: no time is below zero, and what a node has is what its lines and
// children have, up to the sum of all.
func TestWeightsAddUp(t *testing.T) {
	corrected := 0
	for seed := range uint64(12) {
		tr := exporttest.Random(t, exporttest.Program{Seed: seed, Threads: 2, Events: 1500, Costs: true, TickHz: int(seed%2) * 2_711_000_000})
		for _, o := range []Options{{Lines: true}, {}, {Lines: true, Raw: true}, {Lines: true, Fold: true}, {Fold: true}} {
			nodes := 0
			err := Each(t.Context(), tr, o, func(s *Stacks) error {
				want := exporttest.Corrected(t, tr)
				if o.Raw {
					want = exporttest.Profile(t, tr).SelfNS
				} else if want < exporttest.Profile(t, tr).SelfNS {
					corrected++
				}
				if s.Root.Total.NS != max(want, 0) {
					t.Errorf("seed %d, %+v: %d ns, expected %d", seed, o, s.Root.Total.NS, want)
				}
				check(t, s.Root, o.Lines)
				return s.Walk(t.Context(), func(_ []Frame, n *tree.Node) error {
					nodes++
					check(t, n, o.Lines)
					return nil
				})
			})
			if err != nil || nodes < 30 {
				t.Errorf("%d nodes, %v", nodes, err)
			}
		}
	}
	if corrected < 20 {
		t.Errorf("%d were corrected", corrected)
	}
}

func check(t *testing.T, n *tree.Node, lined bool) {
	t.Helper()
	lines, children := int64(0), int64(0)
	for _, l := range n.Lines {
		if lines += l.Self.NS; l.Self.NS < 0 {
			t.Errorf("line %+v", l)
		}
	}
	for _, c := range n.Children {
		if children += c.Total.NS; c.Total.NS < 0 {
			t.Errorf("total %d", c.Total.NS)
		}
	}
	if !lined {
		lines = n.Self.NS
	}
	if n.Self.NS != lines || n.Total.NS != lines+children || n.Self.NS < 0 {
		t.Errorf("own %d, total %d; lines have %d, children %d", n.Self.NS, n.Total.NS, lines, children)
	}
}

func TestThreadsApart(t *testing.T) {
	tr := exporttest.Random(t, exporttest.Program{Seed: 3, Threads: 3, Processes: 2, Events: 300})
	sum := int64(0)
	var names []string
	var last uint64
	err := Each(t.Context(), tr, Options{Raw: true, ByThread: true, Progress: func(done, all uint64) {
		if done < last || done > all {
			t.Errorf("%d of %d, after %d", done, all, last)
		}
		last = done
	}}, func(s *Stacks) error {
		sum += s.Root.Total.NS
		names = append(names, s.Name())
		return nil
	})
	want := exporttest.Profile(t, tr)
	if err != nil || sum != want.SelfNS || len(names) != 6 || names[4] != "Worker-2; x (pid 110, tid 111)" {
		t.Errorf("%d ns of %q, %v; expected %d", sum, names, err, want.SelfNS)
	}
}

func TestWalkEnds(t *testing.T) {
	tr := exporttest.Random(t, exporttest.Program{Seed: 3, Events: 300})
	stop := errors.New("stop")
	ctx, cancel := context.WithCancel(t.Context())
	err := Each(ctx, tr, Options{}, func(s *Stacks) error {
		return s.Walk(ctx, func([]Frame, *tree.Node) error { return stop })
	})
	cancel()
	if !errors.Is(err, stop) {
		t.Errorf("%v", err)
	}
	err = Each(ctx, tr, Options{}, func(*Stacks) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

package trace_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"tracer/trace"
	"tracer/trace/tracetest"
)

// eventTimes are the times of a thread's events, and of nothing else.
func eventTimes(t *testing.T, th *trace.Thread) []int64 {
	t.Helper()
	var times []int64
	for e, err := range th.All() {
		if err != nil {
			t.Fatal(err)
		}
		times = append(times, e.At)
	}
	return times
}

// sumOf is Sum without what depends on how it was cut into pieces: the shortest and
// longest activations are of what a piece sees of them, and the detail is for drawing.
func sumOf(t *testing.T, th *trace.Thread, w trace.Window) *trace.Sums {
	t.Helper()
	s, err := th.Sum(w)
	if err != nil {
		t.Fatal(err)
	}
	return plain(s)
}

func plain(s *trace.Sums) *trace.Sums {
	c := *s
	c.Detail.Buckets, c.Detail.Shift, c.Gaps = nil, 0, 0
	c.Functions = slices.Clone(c.Functions)
	for i := range c.Functions {
		f := &c.Functions[i]
		f.Min, f.Max, f.MinCost, f.MaxCost = 0, 0, 0, 0
	}
	c.Functions = slices.DeleteFunc(c.Functions, func(f trace.FunctionSum) bool { return f == trace.FunctionSum{Function: f.Function} })
	c.Lines = slices.DeleteFunc(slices.Clone(c.Lines), func(l trace.LineSum) bool { return l == trace.LineSum{LineKey: l.LineKey} })
	c.Contexts = slices.DeleteFunc(slices.Clone(c.Contexts), func(n trace.ContextSum) bool { return n == trace.ContextSum{Number: n.Number} })
	return &c
}

// TestWindowsOfAPartitionAddUpToTheWhole cuts traces, as they were recorded and
// compacted, into windows at random times.
func TestWindowsOfAPartitionAddUpToTheWhole(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	for round := range 6 {
		path := synthetic(t, 60_000, 40).Info().Path
		for _, compact := range []bool{false, true} {
			if compact {
				tracetest.Compact(t, path)
			}
			tr := openDir(t, path)
			for _, th := range tr.Processes()[0].Threads {
				times := eventTimes(t, th)
				whole := sumOf(t, th, trace.Window{})
				if int(whole.Events) != len(times) {
					t.Fatalf("round %d: %d events, expected %d", round, whole.Events, len(times))
				}
				cuts := []int64{-1 << 40, times[len(times)-1] + 1}
				for range rnd.IntN(5) {
					cuts = append(cuts, times[rnd.IntN(len(times))]+rnd.Int64N(3)-1)
				}
				slices.Sort(cuts)
				var parts *trace.Sums
				for i := range cuts[1:] {
					w := trace.Window{From: cuts[i], To: cuts[i+1]}
					if w.From == w.To {
						continue
					}
					s := sumOf(t, th, w)
					want := 0
					for _, at := range times {
						if at >= w.From && at < w.To {
							want++
						}
					}
					if int(s.Events) != want {
						t.Fatalf("round %d, compact %v: %d events in %v, expected %d", round, compact, s.Events, w, want)
					}
					if parts == nil {
						parts = s
					} else {
						parts.Add(s)
					}
				}
				if got := plain(parts); got.Outside != whole.Outside || got.OutsideCost != whole.OutsideCost || !reflect.DeepEqual(got.Lines, whole.Lines) ||
					!reflect.DeepEqual(got.Functions, whole.Functions) || !reflect.DeepEqual(got.Contexts, whole.Contexts) {
					t.Fatalf("round %d, compact %v, cut at %v: %s", round, compact, cuts, difference(got, whole))
				}
			}
		}
	}
}

func TestTreeAddsUp(t *testing.T) {
	tr := synthetic(t, 50_000, 30)
	p := tr.Processes()[0]
	s, err := p.Threads[0].Sum(trace.Window{})
	if err != nil {
		t.Fatal(err)
	}
	root := p.Tree(s)
	calls, nodes := uint64(0), 0
	var walk func(n *trace.Node)
	walk = func(n *trace.Node) {
		nodes++
		calls += n.Calls
		total, cost := n.Self, n.Cost
		for _, c := range n.Children {
			total += c.Total
			cost += c.TotalCost
			walk(c)
		}
		if total != n.Total || cost != n.TotalCost {
			t.Errorf("%v: total %d at a cost of %d, expected %d at %d", n.Code, n.Total, n.TotalCost, total, cost)
		}
	}
	walk(root)
	var want uint64
	for _, f := range s.Functions {
		want += f.Calls
	}
	cost := s.OutsideCost
	for _, l := range s.Lines {
		cost += l.Cost
	}
	if root.TotalCost != cost || cost == 0 {
		t.Errorf("all cost %d, expected %d", root.TotalCost, cost)
	}
	if calls != want || root.Total != uint64(s.End-s.Start) || nodes < 10 {
		t.Errorf("%d calls of %d, total %d of %d, %d nodes", calls, want, root.Total, s.End-s.Start, nodes)
	}
}

// TestDetailHasEveryEvent draws windows of a compacted trace.
func TestDetailHasEveryEvent(t *testing.T) {
	path := synthetic(t, 300_000, 40).Info().Path
	tracetest.Compact(t, path)
	th := openDir(t, path).Processes()[0].Threads[0]
	times := eventTimes(t, th)
	for _, n := range []int{1, 7, 100, 1000} {
		d, err := th.Detail(trace.Window{}, n)
		if err != nil {
			t.Fatal(err)
		}
		var events uint64
		for i, b := range d.Buckets {
			events += b.Events
			if i > 0 && b.At < d.Buckets[i-1].At+d.Width-1 {
				t.Fatalf("%d intervals: one at %d after one at %d of %d", n, b.At, d.Buckets[i-1].At, d.Width)
			}
			if len(b.Stack) > 0 && th.Process.Code(b.Stack[0]) == nil || min(b.Open, 65) != len(b.Stack) {
				t.Fatalf("%d intervals: stack %v of %d", n, b.Stack, b.Open)
			}
		}
		if int(events) != len(times) || len(d.Buckets) > 2*n+2 || n > 10 && len(d.Buckets) < n/3 && len(d.Buckets) < 100 {
			t.Errorf("%d intervals asked: %d of %d ns with %d events, expected %d", n, len(d.Buckets), d.Width, events, len(times))
		}
	}
}

// difference says where two sums differ first.
func difference(a, b *trace.Sums) string {
	if a.Outside != b.Outside || a.OutsideCost != b.OutsideCost {
		return fmt.Sprintf("%d outside at a cost of %d, expected %d at %d", a.Outside, a.OutsideCost, b.Outside, b.OutsideCost)
	}
	return first("line", a.Lines, b.Lines) + first("function", a.Functions, b.Functions) + first("context", a.Contexts, b.Contexts)
}

func first[R comparable](what string, a, b []R) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("%s %d is %+v, expected %+v; ", what, i, a[i], b[i])
		}
	}
	if len(a) != len(b) {
		return fmt.Sprintf("%d %ss, expected %d; ", len(a), what, len(b))
	}
	return ""
}

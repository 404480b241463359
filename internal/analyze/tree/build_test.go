package tree

import (
	"context"
	"math/rand/v2"
	"testing"

	"tracer/internal/analyze/profile"
	"tracer/internal/analyze/query"
	"tracer/trace"
	"tracer/trace/tracetest"
)

func build(tb testing.TB, t *trace.Trace, q query.Query, o Options) *Tree {
	tb.Helper()
	tree, err := Build(context.Background(), t, &q, o, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return tree
}

// addUp reports where a node's total is not its self time and its children's totals, or its
// self time not that of its lines.
func addUp(tb testing.TB, t *Tree, o Options) (nodes int) {
	tb.Helper()
	var walk func(n *Node)
	walk = func(n *Node) {
		nodes++
		total, self := n.Self, Time{}
		for _, c := range n.Children {
			total.Add(c.Total)
			walk(c)
		}
		for _, l := range n.Lines {
			self.Add(l.Self)
		}
		if total != n.Total || !o.Functions && self != n.Self {
			tb.Fatalf("%v: total %v, expected %v; self %v, expected %v", n.Function, n.Total, total, n.Self, self)
		}
	}
	walk(t.Root)
	if nodes != t.Nodes+1 {
		tb.Fatalf("%d nodes, expected %d", t.Nodes, nodes-1)
	}
	return nodes
}

var allOptions = []Options{{}, {FoldRecursion: true}, {Functions: true}, {FoldRecursion: true, Functions: true}, {AnySite: true}, {FoldRecursion: true, AnySite: true, Functions: true}}

// TestAgainstTheDefinitions compares trees of random traces, as they were recorded and
// compacted, with the definitions.
func TestAgainstTheDefinitions(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	nodes := 0
	for round := range 25 {
		var texts []string
		for pid := range 1 + rnd.IntN(3) {
			texts = append(texts, randomProcess(rnd, true, 100+pid, 1+rnd.IntN(3), rnd.IntN(3000)))
		}
		for _, compact := range []bool{false, true} {
			tr := open(t, write(t, compact, texts...))
			for _, o := range allOptions {
				want := newOracle(o)
				for _, p := range tr.Processes() {
					want.process = p
					for _, th := range p.Threads {
						if err := th.Replay(want); err != nil {
							t.Fatal(err)
						}
					}
				}
				got := build(t, tr, query.Query{}, o)
				nodes += addUp(t, got, o)
				if d := difference(flat(got), want.nodes); d != "" {
					t.Fatalf("round %d, %+v, compact %v: %s", round, o, compact, d)
				}
			}
		}
	}
	if nodes < 50_000 {
		t.Errorf("looked at %d nodes", nodes)
	}
}

// TestWindowsOfAPartitionAddUpToTheWhole cuts random traces at random times.
func TestWindowsOfAPartitionAddUpToTheWhole(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for round := range 40 {
		tr := open(t, write(t, round%2 == 0, randomProcess(rnd, true, 100, 1+rnd.IntN(3), 2000)))
		o := allOptions[round%len(allOptions)]
		end := tr.Info().DurationNS + 1
		cuts := []int64{-1000}
		for range rnd.IntN(6) {
			cuts = append(cuts, cuts[len(cuts)-1]+1+rnd.Int64N(end))
		}
		cuts = append(cuts, cuts[len(cuts)-1]+2*end)
		sum := map[string]*oracleNode{}
		for i := range cuts[1:] {
			q := query.Query{Window: trace.Window{From: cuts[i], To: cuts[i+1]}}
			for path, n := range flat(build(t, tr, q, o)) {
				into := sum[path]
				if into == nil {
					into = &oracleNode{lines: map[int]*Line{}}
					sum[path] = into
				}
				into.calls += n.calls
				for line, l := range n.lines {
					if into.lines[line] == nil {
						into.lines[line] = &Line{Line: line}
					}
					into.lines[line].Hits += l.Hits
					into.lines[line].Self.Add(l.Self)
				}
			}
		}
		if d := difference(sum, flat(build(t, tr, query.Query{}, o))); d != "" {
			t.Fatalf("round %d, %+v, cuts %v: %s", round, o, cuts, d)
		}
	}
}

type place struct {
	module, name, file string
	first, line        int
}

// TestEqualsTheProfile compares sums over a tree's nodes with package profile's rows, to the
// ns, with clocks and costs that are no whole ns.
func TestEqualsTheProfile(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for round := range 40 {
		var texts []string
		if round%4 == 0 {
			texts = append(texts, tracetest.Random{Events: 3000, Codes: 9, Threads: 3, Deep: true, Gaps: true}.Text(rnd))
		}
		for pid := range 1 + rnd.IntN(3) {
			texts = append(texts, randomProcess(rnd, false, 100+pid, 1+rnd.IntN(4), rnd.IntN(3000)))
		}
		tr := open(t, write(t, round%2 == 0, texts...))
		var q query.Query
		if round%3 > 0 {
			from := rnd.Int64N(tr.Info().DurationNS + 1)
			q.Window = trace.Window{From: from, To: from + 1 + rnd.Int64N(tr.Info().DurationNS+1)}
		}
		p, err := profile.Build(tr.Processes(), q.Window)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range allOptions {
			compareWithProfile(t, build(t, tr, q, o), p, o)
		}
	}
}

func compareWithProfile(t *testing.T, tree *Tree, p *profile.Profile, o Options) {
	t.Helper()
	addUp(t, tree, o)
	lines, functions, calls := map[place]Line{}, map[place]Time{}, map[place]uint64{}
	var walk func(n *Node)
	walk = func(n *Node) {
		for _, c := range n.Children {
			walk(c)
			f := c.Function
			k := place{f.Module, f.Name, f.File, f.FirstLine, 0}
			self := functions[k]
			self.Add(c.Self)
			functions[k] = self
			calls[k] += c.Calls
			for _, l := range c.Lines {
				k.first, k.line = 0, l.Line
				sum := lines[k]
				sum.Hits += l.Hits
				sum.Self.Add(l.Self)
				lines[k] = sum
			}
		}
	}
	walk(tree.Root)
	for _, f := range p.Functions {
		k := place{f.Module, f.Function, f.File, f.Line, 0}
		if functions[k] != (Time{NS: f.SelfNS, RawNS: f.RawSelfNS}) || calls[k] != f.Calls {
			t.Fatalf("%+v: %v, %d calls, expected %+v", o, functions[k], calls[k], f)
		}
		delete(functions, k)
	}
	for k, time := range functions {
		if time != (Time{}) {
			t.Fatalf("%v: %v that the profile has not", k, time)
		}
	}
	var outside Time
	for _, th := range p.Threads {
		outside.Add(Time{NS: th.OutsideNS, RawNS: th.RawOutsideNS})
	}
	if tree.Root.Self != outside || tree.Root.Total.NS != outside.NS+p.SelfNS {
		t.Fatalf("outside %v, expected %v; all %v, expected %d", tree.Root.Self, outside, tree.Root.Total, outside.NS+p.SelfNS)
	}
	if o.Functions {
		return
	}
	for _, l := range p.Lines {
		k := place{l.Module, l.Function, l.File, 0, l.Line}
		if got := lines[k]; got.Hits != l.Hits || got.Self != (Time{NS: l.SelfNS, RawNS: l.RawSelfNS}) {
			t.Fatalf("%v: %+v, expected %+v", k, got, l)
		}
	}
}

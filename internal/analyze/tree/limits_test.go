package tree

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracer/internal/analyze/profile"
	"tracer/internal/analyze/query"
	"tracer/internal/filter"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// TestSummariesTellTheSame compares what is made of summaries with what is decoded, to the
// ns, also where summaries have no contexts, and events have to be decoded after all.
func TestSummariesTellTheSame(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	o := Options{FoldRecursion: true, Functions: true}
	for round := range 30 {
		path := write(t, true, randomProcess(rnd, false, 100, 1+rnd.IntN(3), 2000), randomProcess(rnd, false, 101, 1, 500))
		summed := flat(build(t, open(t, path), query.Query{}, o))
		for range 2 {
			if d := difference(flat(build(t, open(t, path), query.Query{Depth: 1 << 30}, o)), summed); d != "" {
				t.Fatalf("round %d: %s", round, d)
			}
		}
		contexts, err := filepath.Glob(filepath.Join(path, "proc-*", "contexts*"))
		if err != nil || len(contexts) == 0 {
			t.Fatal(contexts, err)
		}
		for _, file := range contexts {
			if err := os.Truncate(file, 0); err != nil {
				t.Fatal(err)
			}
		}
		if d := difference(flat(build(t, open(t, path), query.Query{}, o)), summed); d != "" {
			t.Fatalf("round %d, without contexts: %s", round, d)
		}
	}
}

// TestLimits makes trees that are too deep, and too large: they add up to the same.
func TestLimits(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	deeper, full := 0, 0
	for round := range 20 {
		path := tracetest.Text(t, tracetest.Random{Events: 3000, Codes: 6, Threads: 2, Deep: true}.Text(rnd))
		tr := open(t, path)
		for _, o := range allOptions {
			want := build(t, tr, query.Query{}, o)
			addUp(t, want, o)
			const limit = 20
			got, err := limited(context.Background(), tr, &query.Query{}, o, limit, nil)
			if err != nil {
				t.Fatal(err)
			}
			addUp(t, got, o)
			if got.Root.Total != want.Root.Total || got.Root.Self != want.Root.Self || calls(got.Root) != calls(want.Root) {
				t.Fatalf("round %d, %+v: %+v, expected %+v", round, o, got.Root, want.Root)
			}
			if got.Nodes > 2*limit+1 || deepest(want.Root) > maxDepth+1 {
				t.Fatalf("round %d, %+v: %d nodes, %d deep", round, o, got.Nodes, deepest(want.Root))
			}
			deeper += int(want.Deeper)
			full += int(got.Deeper)
		}
	}
	if full == 0 {
		t.Errorf("%d calls too deep, %d in full trees", deeper, full)
	}
}

func calls(n *Node) (sum uint64) {
	for _, c := range n.Children {
		sum += c.Calls + calls(c)
	}
	return sum
}

func deepest(n *Node) (depth int) {
	for _, c := range n.Children {
		depth = max(depth, 1+deepest(c))
	}
	return depth
}

// TestRecursionThatIsTooDeep calls a function of itself more often than there are levels.
func TestRecursionThatIsTooDeep(t *testing.T) {
	const depth = maxDepth + 250
	text := "process pid=1 clock-kind=monotonic slot-size=65536\ninterpreter\nfile 1\ncode 1 file=1 qualname=f lines=1-2\ncode 9 file=1 qualname=g first-line=5 lines=5-6\nthread 1 tid=1\nslot thread=1\n"
	text += strings.Repeat("call 1 +1\nline 3 +10\n", depth) + "call 9 +1\nline 10 +100\nreturn 9 +10\n" + strings.Repeat("return 1 +1\n", depth)
	tr := open(t, write(t, false, text))
	for _, o := range allOptions {
		got := build(t, tr, query.Query{}, o)
		addUp(t, got, o)
		if o.FoldRecursion {
			if got.Nodes != 2 || got.Deeper != 0 {
				t.Errorf("%+v: %d nodes, %d calls deeper", o, got.Nodes, got.Deeper)
			}
			continue
		}
		if got.Nodes != maxDepth+1 || got.Deeper != 251 || got.Root.Total.RawNS != 13*depth/13*12+111 {
			t.Errorf("%+v: %d nodes, %d calls deeper, %d ns", o, got.Nodes, got.Deeper, got.Root.Total.RawNS)
		}
		found := got.Find(Deeper)
		if len(found) != 0 {
			t.Errorf("found %v, which is no function", found)
		}
	}
}

// TestQueries leaves frames out: their time stays with those that called them.
func TestQueries(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 12))
	modules, err := filter.New([]string{"m1", "m2"}, []string{"m2"})
	if err != nil {
		t.Fatal(err)
	}
	for round := range 20 {
		tr := open(t, write(t, round%2 == 0, randomProcess(rnd, true, 100, 2, 2000)))
		for _, o := range allOptions {
			all := build(t, tr, query.Query{}, o)
			for what, q := range map[string]query.Query{"filter": {Filter: modules}, "depth": {Depth: 2}, "duration": {MinDuration: 300}} {
				got := build(t, tr, q, o)
				addUp(t, got, o)
				if got.Root.Total != all.Root.Total {
					t.Fatalf("%s: %v, expected %v", what, got.Root.Total, all.Root.Total)
				}
				for _, f := range got.Functions {
					if what == "filter" && f.Module != "m1" {
						t.Fatalf("%v is of another module", f)
					}
				}
				if what == "depth" && deepest(got.Root) > 2 {
					t.Fatalf("%d levels", deepest(got.Root))
				}
			}
			one := build(t, tr, query.Query{ThreadNames: []string{"T2"}}, o)
			other := build(t, tr, query.Query{ThreadNames: []string{"T1"}}, o)
			if sum := one.Root.Total.RawNS + other.Root.Total.RawNS; sum != all.Root.Total.RawNS {
				t.Fatalf("threads have %d ns, expected %d", sum, all.Root.Total.RawNS)
			}
		}
	}
}

func TestEndsWithItsContext(t *testing.T) {
	rnd := rand.New(rand.NewPCG(13, 14))
	tr := open(t, write(t, true, randomProcess(rnd, true, 100, 1, 2000)))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, o := range allOptions {
		if tree, err := Build(ctx, tr, &query.Query{}, o, nil); tree != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("%+v: %v, %v", o, tree, err)
		}
	}
}

// TestSeveralParts is about a thread that is read in several parts.
func TestSeveralParts(t *testing.T) {
	tr := programTrace(t, 1_500_000)
	th := tr.Processes()[0].Threads[0]
	var q query.Query
	if parts := q.Parts(th); len(parts) < 3 {
		t.Fatalf("%d parts, expected several", len(parts))
	}
	end := tr.Info().DurationNS
	for _, w := range []trace.Window{{}, {From: end / 10, To: end / 10 * 9}} {
		p, err := profile.Build(tr.Processes(), w)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range allOptions {
			compareWithProfile(t, build(t, tr, query.Query{Window: w}, o), p, o)
		}
		o := Options{FoldRecursion: true, Functions: true}
		summed := flat(build(t, tr, query.Query{Window: w}, o))
		if d := difference(flat(build(t, tr, query.Query{Window: w, Depth: 1 << 30}, o)), summed); d != "" {
			t.Fatal(d)
		}
		if len(summed) < 1000 {
			t.Errorf("%d nodes", len(summed))
		}
	}
	done := uint64(0)
	if _, err := Build(context.Background(), tr, &query.Query{}, Options{}, func(n, all uint64) {
		if n < done || all < th.Events() {
			t.Errorf("%d events of %d after %d", n, all, done)
		}
		done = n
	}); err != nil || done < th.Events() {
		t.Errorf("%d events done, %v", done, err)
	}
}

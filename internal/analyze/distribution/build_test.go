package distribution

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"tracer/internal/analyze/profile"
	"tracer/internal/analyze/query"
	"tracer/internal/filter"
	"tracer/internal/store"
	"tracer/trace"
	"tracer/trace/tracetest"
)

func open(tb testing.TB, s tracetest.Spec) *trace.Trace {
	tb.Helper()
	tr, err := trace.Open(tracetest.Write(tb, s))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { tr.Close() })
	return tr
}

// random is a trace of any kind.
func random(tb testing.TB, rnd *rand.Rand, events int) *trace.Trace {
	tb.Helper()
	r := tracetest.Random{Events: 1 + rnd.IntN(events), Codes: 3 + rnd.IntN(12), Threads: 1 + rnd.IntN(3), Deep: rnd.IntN(4) == 0, Gaps: rnd.IntN(3) == 0}
	s := tracetest.Spec{Processes: []string{r.Text(rnd)}, Compact: rnd.IntN(2) == 0}
	if rnd.IntN(3) == 0 {
		s.Manifest.Calibration = &store.Calibration{Scale: .5 + rnd.Float64()}
	}
	return open(tb, s)
}

func build(t *testing.T, tr *trace.Trace, q *query.Query, worst int) *Distribution {
	t.Helper()
	d, err := Build(t.Context(), tr, q, Options{Worst: worst}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func modules(t *testing.T, only, skip string) filter.Filter {
	t.Helper()
	list := func(s string) []string {
		if s == "" {
			return nil
		}
		return []string{s}
	}
	f, err := filter.New(list(only), list(skip))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAgainstTheDefinitions(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for round := range 25 {
		tr := random(t, rnd, 2000)
		duration := tr.Info().DurationNS
		window := trace.Window{From: duration / 5, To: duration / 2}
		for _, q := range []query.Query{{}, {Window: window}, {Depth: 3}, {Filter: modules(t, "app.core", ""), Window: window}, {MinDuration: 300}} {
			worst := rnd.IntN(4)
			oracleOf(t, tr, &q).check(t, build(t, tr, &q, worst), worst)
			if t.Failed() {
				t.Fatalf("round %d, %+v", round, q)
			}
		}
	}
}

// TestAgreesWithTheProfile compares what a distribution and a profile both say.
func TestAgreesWithTheProfile(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	for range 25 {
		tr := random(t, rnd, 2000)
		d := build(t, tr, &query.Query{}, 1)
		p, err := profile.Build(tr.Processes(), trace.Window{})
		if err != nil {
			t.Fatal(err)
		}
		type row struct {
			module, function, file       string
			line                         int
			count                        uint64
			self, total, rawSelf, rawTot int64
		}
		var got, want []row
		for _, r := range slices.Concat(d.Functions, d.Lines) {
			got = append(got, row{r.Module, r.Function, r.File, r.Line, r.Count, r.SelfNS, r.TotalNS, r.RawSelfNS, r.RawTotalNS})
		}
		for _, f := range p.Functions {
			want = append(want, row{f.Module, f.Function, f.File, f.Line, f.Calls, f.SelfNS, f.TotalNS, f.RawSelfNS, f.RawTotalNS})
		}
		for _, l := range p.Lines {
			want = append(want, row{l.Module, l.Function, l.File, l.Line, l.Hits, l.SelfNS, l.TotalNS, l.RawSelfNS, l.RawTotalNS})
		}
		for _, w := range want {
			if !slices.Contains(got, w) {
				t.Fatalf("no row %+v", w)
			}
		}
	}
}

// told is what a visitor is told.
type told struct {
	m     trace.Moment
	begin []trace.OpenFrame
	tell  func(v trace.PartVisitor, m trace.Moment)
}

// TestDoesNotDependOnTheCut cuts threads into parts anywhere, and adds these up on several cores, as
// Build does.
func TestDoesNotDependOnTheCut(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	for round := range 40 {
		tr := random(t, rnd, 2000)
		q := &query.Query{}
		want := build(t, tr, q, 3)
		b := newBuilder(tr, Options{Worst: 3})
		for _, th := range q.Threads(tr) {
			c := &cutter{b: b, th: th, rnd: rnd, often: 1 + rnd.IntN(200)}
			if err := q.Replay(th, c); err != nil {
				t.Fatal(err)
			}
		}
		b.process()
		got := b.rows.distribution(b.measured)
		if len(got.Functions) != len(want.Functions) || len(got.Lines) != len(want.Lines) {
			t.Fatalf("round %d: %d and %d rows, expected %d and %d", round, len(got.Functions), len(got.Lines), len(want.Functions), len(want.Lines))
		}
		for i, rows := range [][]Row{got.Functions, got.Lines} {
			for j := range rows {
				g, w := rows[j], [][]Row{want.Functions, want.Lines}[i][j]
				g.Histogram, g.RawHistogram, w.Histogram, w.RawHistogram = nil, nil, nil, nil
				if !reflect.DeepEqual(g, w) {
					t.Fatalf("round %d: cut into pieces:\n%+v\nexpected\n%+v", round, g, w)
				}
			}
		}
	}
}

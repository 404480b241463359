package query_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/internal/filter"
	"tracer/internal/wire"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// told is what a visitor was told.
type told struct {
	what string // begin, frame, open, line, close, gap, end
	m    trace.Moment
	code *trace.Code
	loc  wire.Location
	kind wire.Kind
	lost uint64
}

// recorder keeps what it is told.
type recorder struct{ list []told }

func (r *recorder) Begin(m trace.Moment, open []trace.OpenFrame) {
	r.list = append(r.list, told{what: "begin", m: m})
	for _, f := range open {
		r.list = append(r.list, told{what: "frame", m: trace.Moment{At: f.Entered}, code: f.Code, loc: f.Loc})
	}
}

func (r *recorder) Open(m trace.Moment, c *trace.Code, loc wire.Location, k wire.Kind) {
	r.list = append(r.list, told{what: "open", m: m, code: c, loc: loc, kind: k})
}

func (r *recorder) Line(m trace.Moment, loc wire.Location) {
	r.list = append(r.list, told{what: "line", m: m, loc: loc})
}

func (r *recorder) Close(m trace.Moment, k wire.Kind) {
	r.list = append(r.list, told{what: "close", m: m, kind: k})
}

func (r *recorder) Gap(m trace.Moment, lost uint64) {
	r.list = append(r.list, told{what: "gap", m: m, lost: lost})
}

func (r *recorder) End(m trace.Moment) { r.list = append(r.list, told{what: "end", m: m}) }

// expected is what of all that was told is asked for: it looks at each frame as a whole.
func expected(all []told, q *query.Query, p *trace.Process) []told {
	type frame struct{ begin, end, parent int }
	frames, of := []frame{{parent: -1, end: len(all) - 1}}, make([]int, len(all)) // of: the frame that each is of
	top := 0
	for i, e := range all {
		of[i] = top
		switch e.what {
		case "frame", "open":
			frames = append(frames, frame{i, len(all) - 1, top})
			top = len(frames) - 1
			of[i] = top
		case "close":
			frames[top].end = i
			top = frames[top].parent
		}
	}
	shown, depth, short := make([]bool, len(frames)), make([]int, len(frames)), make([]bool, len(frames))
	for n, f := range frames[1:] {
		n++
		e := all[f.begin]
		short[n] = short[f.parent] || q.Filter.Match(e.code.Module) && p.Span(uint64(all[f.end].m.At-e.m.At)) < q.MinDuration
		depth[n] = depth[f.parent]
		if q.Filter.Match(e.code.Module) && !short[n] && (q.Depth == 0 || depth[n] < q.Depth) {
			shown[n] = true
			depth[n]++
		}
	}
	var kept []told
	for i, e := range all {
		if e.what == "begin" || e.what == "gap" || e.what == "end" || shown[of[i]] {
			kept = append(kept, e)
		}
	}
	return kept
}

func open(tb testing.TB, s tracetest.Spec) *trace.Trace {
	tb.Helper()
	t, err := trace.Open(tracetest.Write(tb, s))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { t.Close() })
	return t
}

func modules(tb testing.TB, only, skip string) filter.Filter {
	tb.Helper()
	list := func(s string) []string {
		if s == "" {
			return nil
		}
		return []string{s}
	}
	f, err := filter.New(list(only), list(skip))
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// TestReplayIsWhatIsAskedFor asks for all kinds of parts of random programs.
func TestReplayIsWhatIsAskedFor(t *testing.T) {
	queries, some := 0, 0 // those that leave out something, but not all
	for i, r := range []tracetest.Random{
		{Events: 400, Codes: 6, Threads: 2},
		{Events: 20_000, Codes: 15},
		{Events: 20_000, Codes: 15, Gaps: true},
		{Events: 15_000, Codes: 9, Deep: true},
	} {
		rnd := rand.New(rand.NewPCG(uint64(i), 1))
		tr := open(t, tracetest.Spec{Processes: []string{r.Text(rnd)}, Compact: i%2 == 0})
		for _, th := range tr.Processes()[0].Threads {
			end := tr.Info().DurationNS
			for _, w := range []trace.Window{{}, {From: end / 3, To: end / 2}, {From: end / 2, To: end * 9 / 10}} {
				var all recorder
				if err := th.Part(w).Replay(&all); err != nil {
					t.Fatal(err)
				}
				for _, q := range []query.Query{
					{},
					{Filter: modules(t, "app", "")},
					{Filter: modules(t, "", "app.core")},
					{Depth: 1}, {Depth: 4},
					{MinDuration: 1}, {MinDuration: 300}, {MinDuration: 20_000}, {MinDuration: 1e6}, {MinDuration: 1 << 60},
					{Filter: modules(t, "lib", ""), Depth: 2, MinDuration: 500},
					{Filter: modules(t, "*", "app"), MinDuration: 5000},
					{Depth: 3, MinDuration: 2000},
				} {
					q.Window = w
					want := expected(all.list, &q, th.Process)
					if queries++; len(want) < len(all.list) && len(want) > 10 {
						some++
					}
					same(t, fmt.Sprintf("program %d, %+v", i, q), &q, th, want)
				}
			}
		}
	}
	if queries != 195 || some < queries/2 {
		t.Errorf("%d queries, %d of them leave out a part", queries, some)
	}
}

func same(t *testing.T, name string, q *query.Query, th *trace.Thread, want []told) {
	t.Helper()
	var got recorder
	if err := q.Replay(th, &got); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if slices.Equal(got.list, want) {
		return
	}
	for i := range min(len(got.list), len(want)) {
		if got.list[i] != want[i] {
			t.Fatalf("%s: %d is %+v, expected %+v", name, i, got.list[i], want[i])
		}
	}
	t.Fatalf("%s: %d, expected %d", name, len(got.list), len(want))
}

package timelinetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/internal/filter"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// Traces calls a test with traces of random programs: with generators, exceptions,
// recursion, gaps, several threads, as recorded and compacted.
func Traces(t *testing.T, test func(t *testing.T, rnd *rand.Rand, tr *trace.Trace)) {
	for name, r := range map[string]tracetest.Random{
		"small":         {Events: 400, Codes: 5},
		"threads":       {Events: 3000, Codes: 200, Threads: 3},
		"gaps":          {Events: 5000, Codes: 12, Threads: 2, Gaps: true},
		"deep":          {Events: 1500, Codes: 8, Deep: true},
		"deep and gaps": {Events: 1500, Codes: 8, Deep: true, Gaps: true, SlotSize: 8192},
	} {
		for _, compact := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, compact %t", name, compact), func(t *testing.T) {
				rnd := Rand(1)
				test(t, rnd, Open(t, tracetest.Spec{Processes: []string{r.Text(rnd)}, Compact: compact}))
			})
		}
	}
}

// Parts returns a trace whose thread is exported in several parts.
func Parts(tb testing.TB) *trace.Trace {
	tb.Helper()
	for events := 500_000; events < 8_000_000; events *= 2 {
		r := tracetest.Random{Events: events, Codes: 12, SlotSize: 1 << 16}
		tr := Open(tb, tracetest.Spec{Processes: []string{r.Text(Rand(1))}})
		if len(tr.Processes()[0].Threads[0].Parts(trace.Window{})) > 1 {
			return tr
		}
	}
	tb.Fatal("all of a long thread is one part")
	return nil
}

// Rand is a source of chance that is the same each time.
func Rand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 3)) }

// Random returns the trace of a random program.
func Random(tb testing.TB, seed uint64, gaps bool) *trace.Trace {
	tb.Helper()
	rnd := Rand(seed)
	r := tracetest.Random{Events: 1 + rnd.IntN(1000), Codes: 1 + rnd.IntN(300), Threads: 1 + rnd.IntN(3), Deep: rnd.IntN(4) == 0, Gaps: gaps}
	return Open(tb, tracetest.Spec{Processes: []string{r.Text(rnd)}, Compact: rnd.IntN(2) == 0})
}

// Open writes a trace and opens it.
func Open(tb testing.TB, s tracetest.Spec) *trace.Trace {
	tb.Helper()
	tr, err := trace.Open(tracetest.Write(tb, s))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { tr.Close() })
	return tr
}

// Same compares what is told with what must be.
func Same(tb testing.TB, what string, got, want []string) {
	tb.Helper()
	few := func(list []string, i int) []string { return list[min(i, len(list)):min(i+5, len(list))] }
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			tb.Fatalf("%s: %d, expected %d; from number %d on\n%q, expected\n%q", what, len(got), len(want), i, few(got, i), few(want, i))
		}
	}
}

// Queries are some that leave events out of a trace, each by other means.
func Queries(tb testing.TB, rnd *rand.Rand, tr *trace.Trace) map[string]query.Query {
	tb.Helper()
	var times []int64
	for _, p := range tr.Processes() {
		for _, th := range p.Threads {
			for e := range th.All() {
				times = append(times, e.At)
			}
		}
	}
	slices.Sort(times)
	from := rnd.IntN(len(times) - 1)
	window := trace.Window{From: times[from], To: times[from+rnd.IntN(len(times)-from)] + 1}
	lib, err := filter.New([]string{"app"}, []string{"app.core"})
	if err != nil {
		tb.Fatal(err)
	}
	return map[string]query.Query{
		"window":  {Window: window},
		"modules": {Filter: lib},
		"depth":   {Depth: 1 + rnd.IntN(5)},
		"long":    {MinDuration: rnd.Int64N(500)},
		"thread":  {ThreadNames: []string{"Worker*"}},
		"mixed":   {Window: window, Filter: lib, Depth: 3, MinDuration: rnd.Int64N(100)},
	}
}

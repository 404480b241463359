package calls

import (
	"math"
	"math/rand/v2"
	"testing"

	"tracer/internal/export/exporttest"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// TestRowsAreThoseOfProfile compares what both count: recorded times to the ns.
func TestRowsAreThoseOfProfile(t *testing.T) {
	for seed := range uint64(20) {
		tr := exporttest.Random(t, exporttest.Program{Seed: seed, Processes: 1 + int(seed%2), Threads: 1 + int(seed%3), Events: 400 * int(seed+1)})
		compareRows(t, tr)
	}
	for _, r := range []tracetest.Random{
		{Events: 3000, Gaps: true}, {Events: 3000, Deep: true, Codes: 20}, {Events: 3000, Threads: 3, Gaps: true, Deep: true},
		{Events: 300_000, Codes: 9, Threads: 2}, // several parts
	} {
		text := r.Text(rand.New(rand.NewPCG(1, uint64(r.Events))))
		compareRows(t, exporttest.Open(t, tracetest.Write(t, tracetest.Spec{Processes: []string{text}, Compact: r.Deep})))
	}
}

func compareRows(t *testing.T, tr *trace.Trace) {
	t.Helper()
	want := exporttest.Profile(t, tr)
	for _, byLine := range []bool{false, true} {
		s, err := Build(t.Context(), tr, Options{Raw: true, ByLine: byLine})
		if err != nil {
			t.Fatal(err)
		}
		if s.SelfNS != want.SelfNS || s.Hits != want.Hits {
			t.Errorf("%d ns, %d hits; expected %d, %d", s.SelfNS, s.Hits, want.SelfNS, want.Hits)
		}
		lines := 0
		for _, f := range s.Functions {
			row := exporttest.Row{Module: f.Module, Function: f.Name, File: f.File, Line: f.FirstLine}
			w := want.Functions[row]
			if f.Calls != w.Calls || f.Own.NS != w.RawSelfNS || f.Total.NS != w.RawTotalNS {
				t.Errorf("%+v: %d calls, own %d, total %d; expected %+v", row, f.Calls, f.Own.NS, f.Total.NS, w)
			}
			for _, l := range f.Lines {
				row.Line = l.Line
				w := want.Lines[row]
				if l.Own.Hits != w.Hits || l.Own.NS != w.RawSelfNS || l.Total.NS != w.RawTotalNS {
					t.Errorf("%+v: %+v; expected %+v", row, l, w)
				}
				lines++
			}
		}
		if len(s.Functions) != len(want.Functions) || lines < len(want.Lines) {
			t.Errorf("%d functions, %d lines; expected %d, %d", len(s.Functions), lines, len(want.Functions), len(want.Lines))
		}
	}
}

// TestSumsHoldWithAnyClock: where ticks are no ns, own times add up to what profile says,
// recorded and corrected.
func TestSumsHoldWithAnyClock(t *testing.T) {
	for seed := range uint64(10) {
		tr := exporttest.Random(t, exporttest.Program{Seed: seed, Threads: 3, Processes: 2, Events: 700, Costs: true, TickHz: 2_711_000_000})
		for _, raw := range []bool{false, true} {
			s, err := Build(t.Context(), tr, Options{Raw: raw})
			if err != nil {
				t.Fatal(err)
			}
			want := exporttest.Corrected(t, tr)
			if raw {
				want = exporttest.Profile(t, tr).SelfNS
			}
			if s.SelfNS != max(want, 0) {
				t.Errorf("seed %d, raw %v: %d ns, expected %d", seed, raw, s.SelfNS, want)
			}
		}
	}
}

// TestEdgesAddUp: what is entered from elsewhere is what edges count, and each moment of a
// function that does not lead back to itself is its own or that of one of its edges.
func TestEdgesAddUp(t *testing.T) {
	tr := exporttest.Random(t, exporttest.Program{Seed: 7, Threads: 2, Events: 5000})
	for _, byLine := range []bool{false, true} {
		s, err := Build(t.Context(), tr, Options{Raw: true, ByLine: byLine})
		if err != nil {
			t.Fatal(err)
		}
		edges := 0
		for _, f := range s.Functions {
			own, entries, primitive := Cost{}, uint64(0), uint64(0)
			for _, e := range f.Callers {
				edges++
				own.NS += e.Own.NS
				own.Hits += e.Own.Hits
				entries += e.Entries
				primitive += e.Primitive
				if e.Total.NS < e.Own.NS || e.Total.Hits < e.Own.Hits || e.Total.NS > f.Total.NS {
					t.Errorf("%s -> %s: %+v", e.Caller.Name, f.Name, e)
				}
				if byLine != (e.Line != 0) {
					t.Errorf("an edge is from line %d", e.Line)
				}
			}
			if own.NS > f.Own.NS || own.Hits > f.Own.Hits || entries > f.Entries || primitive < f.Primitive-(f.Entries-entries) {
				t.Errorf("%s: callers have %+v, %d entries, %d primitive; it has %+v", f.Name, own, entries, primitive, f)
			}
		}
		if edges < 50 {
			t.Errorf("looked at %d edges", edges)
		}
	}
}

// TestRecursionCountsOnce has a function that calls itself twice, by way of another.
func TestRecursionCountsOnce(t *testing.T) {
	tr := exporttest.Text(t, `process pid=1 clock-kind=monotonic start-ticks=1000 start-mono-ns=1000
file 1 name=a.py path=/a.py
code 1 file=1 module=a qualname=f first-line=1 lines=1-9
code 11 file=1 module=a qualname=g first-line=11 lines=11-19
thread 1 tid=1
slot thread=1
call 1 +5
line 3
call 11 +10
line 13 +1
call 1 +2
line 3 +4
call 11 +3
line 14 +1
return 11 +6
return 1 +7
line 14 +1
return 11 +8
line 4 +1
call 1 +20
line 5 +1
return 1 +30
return 1 +9
`)
	s, err := Build(t.Context(), tr, Options{ByLine: true})
	if err != nil || len(s.Functions) != 2 {
		t.Fatalf("%+v, %v", s, err)
	}
	f, g := s.Functions[0], s.Functions[1]
	if f.Entries != 3 || f.Primitive != 1 || f.Total.NS != 104 || f.Own.NS != 10+4+3+7+1+20+1+30+9 || g.Primitive != 1 || g.Total.NS != 1+2+4+3+1+6+7+1+8 {
		t.Errorf("f %+v\ng %+v", f, g)
	}
	type link struct {
		line                      int
		calls, primitive          uint64
		own, ownHits, total, hits int64
	}
	got := map[string][]link{}
	for _, fn := range s.Functions {
		for _, e := range fn.Callees {
			got[fn.Name+e.Callee.Name] = append(got[fn.Name+e.Callee.Name], link{e.Line, e.Calls, e.Primitive, e.Own.NS, int64(e.Own.Hits), e.Total.NS, int64(e.Total.Hits)})
		}
	}
	want := map[string][]link{
		// The inner call is while the outer one lasts.
		"fg": {{2, 2, 1, 1 + 2 + 1 + 6 + 1 + 8, 3, 33, 4}},
		"ff": {{3, 1, 1, 31, 1, 31, 1}},
		"gf": {{12, 1, 1, 4 + 3 + 7, 1, 21, 2}},
	}
	for name, links := range want {
		if len(got[name]) != 1 || got[name][0] != links[0] {
			t.Errorf("%s: %+v, expected %+v", name, got[name], links)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%+v", got)
	}
}

// TestNoTimeIsBelowZero: costs are taken off, and sums hold.
func TestNoTimeIsBelowZero(t *testing.T) {
	corrected := 0
	for seed := range uint64(10) {
		tr := exporttest.Random(t, exporttest.Program{Seed: seed, Threads: 2, Events: 800, Costs: true})
		raw := exporttest.Profile(t, tr).SelfNS
		s, err := Build(t.Context(), tr, Options{ByLine: true})
		if err != nil {
			t.Fatal(err)
		}
		sum, least := int64(0), int64(math.MaxInt64)
		for _, f := range s.Functions {
			of := int64(0)
			for _, l := range f.Lines {
				of += l.Own.NS
				least = min(least, l.Own.NS, l.Total.NS)
			}
			if of != f.Own.NS {
				t.Errorf("lines of %s add up to %d, expected %d", f.Name, of, f.Own.NS)
			}
			sum += of
		}
		if sum != s.SelfNS || least < 0 {
			t.Errorf("seed %d: %d, expected %d; the least is %d", seed, sum, s.SelfNS, least)
		}
		if s.SelfNS < raw {
			corrected++
		}
	}
	if corrected < 5 {
		t.Errorf("%d traces were corrected", corrected)
	}
}

package firefox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/internal/export/timeline/timelinetest"
	"tracer/trace"
	"tracer/trace/tracetest"
)

func export(tb testing.TB, tr *trace.Trace, q query.Query, lines bool) *profile {
	tb.Helper()
	var b bytes.Buffer
	if err := Write(tb.Context(), &b, tr, Options{Query: q, Lines: lines, Creator: "Tracer 1"}); err != nil {
		tb.Fatal(err)
	}
	var p profile
	if err := json.Unmarshal(b.Bytes(), &p); err != nil {
		tb.Fatalf("%v\n%s", err, b.Bytes())
	}
	for i := range p.Threads {
		if err := p.Threads[i].check(); err != nil {
			tb.Fatalf("thread %d: %v", i, err)
		}
	}
	return &p
}

var lineNumber = regexp.MustCompile(`:\d+`)

// functions are stretches of stacks of functions: those of equal stacks are one.
func functions(stretches []string) (merged []string) {
	last := "" // stack
	for _, s := range stretches {
		s = lineNumber.ReplaceAllString(s, "")
		parts := strings.SplitN(s, " ", 3)
		stack := strings.Join(parts[2:], "")
		if n := len(merged); n > 0 && last == stack {
			from, _, _ := strings.Cut(merged[n-1], " ")
			merged[n-1] = strings.TrimSuffix(from+" "+parts[1]+" "+stack, " ")
		} else {
			merged = append(merged, s)
		}
		last = stack
	}
	return merged
}

// check compares the samples with the stacks that there must be.
func check(tb testing.TB, tr *trace.Trace, q query.Query, lines bool, want func(*trace.Thread) *timelinetest.Track) {
	tb.Helper()
	p := export(tb, tr, q, lines)
	threads := q.Threads(tr)
	if len(p.Threads) != len(threads) {
		tb.Fatalf("%d threads, want %d", len(p.Threads), len(threads))
	}
	for i, th := range threads {
		got, track := p.Threads[i].stretches(), want(th)
		if !lines {
			got, track.Stacks = functions(got), functions(track.Stacks)
		}
		timelinetest.Same(tb, "stacks", got, track.Stacks)
		var gaps []string
		for _, call := range track.Calls {
			if strings.Contains(call, "gap") {
				gaps = append(gaps, call)
			}
		}
		timelinetest.Same(tb, "gaps", p.Threads[i].gaps(), gaps)
	}
}

// told is what of a thread the format tells.
const told = timelinetest.Calls | timelinetest.Stacks

func TestWholeTracesAreTold(t *testing.T) {
	timelinetest.Traces(t, func(t *testing.T, _ *rand.Rand, tr *trace.Trace) {
		for _, lines := range []bool{false, true} {
			check(t, tr, query.Query{}, lines, func(th *trace.Thread) *timelinetest.Track { return timelinetest.Whole(t, th, told) })
		}
	})
}

func TestWhatIsAskedForIsTold(t *testing.T) {
	timelinetest.Traces(t, func(t *testing.T, rnd *rand.Rand, tr *trace.Trace) {
		for name, q := range timelinetest.Queries(t, rnd, tr) {
			t.Run(name, func(t *testing.T) {
				check(t, tr, q, true, func(th *trace.Thread) *timelinetest.Track { return timelinetest.Asked(t, &q, th, told) })
			})
		}
	})
}

// TestManyStacks has room for few.
func TestManyStacks(t *testing.T) {
	defer func(most int) { mostStacks = most }(mostStacks)
	tr := timelinetest.Random(t, 5, true)
	known := 0
	for _, most := range []int{1 << 20, 7, 1} {
		mostStacks = most
		check(t, tr, query.Query{}, true, func(th *trace.Thread) *timelinetest.Track { return timelinetest.Whole(t, th, told) })
		n := export(t, tr, query.Query{}, true).Threads[0].StackTable.Length
		if n <= known {
			t.Errorf("%d stacks with room for %d, expected more than %d", n, most, known)
		}
		known = n
	}
}

func FuzzWrite(f *testing.F) {
	for seed := range uint64(10) {
		f.Add(seed, seed%2 == 0, seed%3 == 0)
	}
	f.Fuzz(func(t *testing.T, seed uint64, gaps, lines bool) {
		tr := timelinetest.Random(t, seed, gaps)
		check(t, tr, query.Query{}, lines, func(th *trace.Thread) *timelinetest.Track { return timelinetest.Whole(t, th, told) })
	})
}

func TestHead(t *testing.T) {
	p := export(t, timelinetest.Counted(t), query.Query{}, false)
	if p.Meta.Version != version || p.Meta.Product != "app.py" || p.Meta.StartTime != 1735787045000 {
		t.Errorf("meta %+v", p.Meta)
	}
	if got, want := fmt.Sprint(p.Counters), "[{malloc Memory 7 0 {[0.0001 0.0002] [20480 20480] 2}}]"; got != want {
		t.Errorf("counters %s, want %s", got, want)
	}
	th := p.Threads[0]
	if th.Name != "MainThread" || th.PID != "7" || th.TID != 7 || !th.IsMainThread {
		t.Errorf("thread %q of %s, %d, main %t", th.Name, th.PID, th.TID, th.IsMainThread)
	}
}

func TestProcessesOfOneNumberAreTwo(t *testing.T) {
	one := "process pid=7\ninterpreter\nthread 1 tid=7 name=MainThread\nslot thread=1\n"
	p := export(t, timelinetest.Open(t, tracetest.Spec{Processes: []string{one, one}}), query.Query{}, false)
	if len(p.Threads) != 2 || p.Threads[0].PID != "7" || p.Threads[1].PID != "7.1" {
		t.Errorf("threads %+v", p.Threads)
	}
}

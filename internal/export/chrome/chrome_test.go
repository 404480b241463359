package chrome

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/internal/export/timeline/timelinetest"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// file is a file as its readers see it.
type file struct {
	Unit   string         `json:"displayTimeUnit"`
	About  map[string]any `json:"otherData"`
	Events []struct {
		Phase    string  `json:"ph"`
		Name     string  `json:"name"`
		Category string  `json:"cat"`
		TS       float64 `json:"ts"`
		PID, TID int
		Args     map[string]any `json:"args"`
	} `json:"traceEvents"`
}

func export(tb testing.TB, tr *trace.Trace, q query.Query) *file {
	tb.Helper()
	var b bytes.Buffer
	if err := Write(tb.Context(), &b, tr, Options{Query: q, Creator: "Tracer 1"}); err != nil {
		tb.Fatal(err)
	}
	var f file
	if err := json.Unmarshal(b.Bytes(), &f); err != nil {
		tb.Fatalf("%v\n%s", err, b.Bytes())
	}
	return &f
}

// told is what a file tells of a thread.
func (f *file) told(th *trace.Thread) (told []string) {
	for _, e := range f.Events {
		if e.PID != th.Process.PID || e.TID != th.TID {
			continue
		}
		at := int64(math.Round(e.TS * 1000))
		switch e.Phase {
		case "B":
			told = append(told, fmt.Sprintln(at, "begin", e.Category, e.Name))
		case "E":
			exit, ok := e.Args["exit"]
			if !ok {
				exit = "return"
			}
			told = append(told, fmt.Sprintln(at, "end", exit))
		case "i":
			lost, ok := e.Args["lost"]
			if !ok {
				lost = 0
			}
			told = append(told, fmt.Sprintln(at, "gap", lost))
		}
	}
	return told
}

func check(tb testing.TB, tr *trace.Trace, q query.Query, want func(*trace.Thread) *timelinetest.Track) {
	tb.Helper()
	f := export(tb, tr, q)
	for _, th := range q.Threads(tr) {
		timelinetest.Same(tb, "calls", f.told(th), want(th).Calls)
	}
}

// told is what of a thread the format tells.
const told = timelinetest.Calls

func TestWholeTracesAreTold(t *testing.T) {
	timelinetest.Traces(t, func(t *testing.T, _ *rand.Rand, tr *trace.Trace) {
		check(t, tr, query.Query{}, func(th *trace.Thread) *timelinetest.Track { return timelinetest.Whole(t, th, told) })
	})
}

func TestPartsFollowEachOther(t *testing.T) {
	tr := timelinetest.Parts(t)
	check(t, tr, query.Query{}, func(th *trace.Thread) *timelinetest.Track { return timelinetest.Whole(t, th, told) })
}

func TestWhatIsAskedForIsTold(t *testing.T) {
	timelinetest.Traces(t, func(t *testing.T, rnd *rand.Rand, tr *trace.Trace) {
		for name, q := range timelinetest.Queries(t, rnd, tr) {
			t.Run(name, func(t *testing.T) {
				check(t, tr, q, func(th *trace.Thread) *timelinetest.Track { return timelinetest.Asked(t, &q, th, told) })
			})
		}
	})
}

func FuzzWrite(f *testing.F) {
	for seed := range uint64(10) {
		f.Add(seed, seed%2 == 0)
	}
	f.Fuzz(func(t *testing.T, seed uint64, gaps bool) {
		tr := timelinetest.Random(t, seed, gaps)
		check(t, tr, query.Query{}, func(th *trace.Thread) *timelinetest.Track { return timelinetest.Whole(t, th, told) })
	})
}

func TestHead(t *testing.T) {
	f := export(t, timelinetest.Counted(t), query.Query{})
	if f.Unit != "ns" || f.About["creator"] != "Tracer 1" {
		t.Errorf("unit %q, about %v", f.Unit, f.About)
	}
	var got []string
	for _, e := range f.Events {
		got = append(got, fmt.Sprint(e.Phase, " ", e.Name, " ", e.TS, " ", e.PID, " ", e.TID, " ", e.Args))
	}
	timelinetest.Same(t, "events", got, []string{
		"M process_name 0 7 0 map[name:app.py]",
		"M thread_name 0 7 7 map[name:MainThread]",
		"M thread_sort_index 0 7 7 map[sort_index:0]",
		"C memory 0.1 7 0 map[bytes:20480]",
		"C memory 0.2 7 0 map[bytes:40960]",
		"C processor, program 0.2 7 0 map[%:50]",
		"C threads 0.1 7 0 map[count:1]",
		"B app.main 0.01 7 7 map[at:a.py:1]",
		"E  0.51 7 7 map[]",
	})
}

func TestTraceOfNothing(t *testing.T) {
	tr := timelinetest.Open(t, tracetest.Spec{})
	if f := export(t, tr, query.Query{}); len(f.Events) != 0 {
		t.Errorf("events %v", f.Events)
	}
}

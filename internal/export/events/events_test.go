package events

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/internal/export/timeline/timelinetest"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// row is an event as it is read again.
type row struct {
	At          int64  `json:"t_ns"`
	PID         int    `json:"pid"`
	TID         int    `json:"tid"`
	Kind        string `json:"kind"`
	Module      string `json:"module"`
	Function    string `json:"function"`
	File        string `json:"file"`
	Line        int    `json:"line"`
	Depth       int    `json:"depth"`
	Interpreter int    `json:"interpreter"`
	Task        uint32 `json:"task"`
	Lost        uint64 `json:"lost"`
}

func (r *row) String() string {
	return fmt.Sprintln(r.At, r.Kind, r.Module, r.Function, r.File, r.Line, r.Depth, r.Lost)
}

func ndjson(tb testing.TB, tr *trace.Trace, q query.Query) (all []row) {
	tb.Helper()
	var b bytes.Buffer
	if err := WriteNDJSON(tb.Context(), &b, tr, Options{Query: q}); err != nil {
		tb.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		d := json.NewDecoder(strings.NewReader(line))
		d.DisallowUnknownFields()
		var r row
		if err := d.Decode(&r); err != nil {
			tb.Fatalf("%v: %s", err, line)
		}
		all = append(all, r)
	}
	return all
}

func table(tb testing.TB, tr *trace.Trace, q query.Query) (all []row) {
	tb.Helper()
	var b bytes.Buffer
	if err := WriteCSV(tb.Context(), &b, tr, Options{Query: q}); err != nil {
		tb.Fatal(err)
	}
	lines, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	if got := strings.Join(lines[0], ",") + "\n"; got != header {
		tb.Errorf("the first row is %s", got)
	}
	for _, c := range lines[1:] {
		r := row{Kind: c[3], Module: c[4], Function: c[5], File: c[6]}
		for i, to := range map[int]any{0: &r.At, 1: &r.PID, 2: &r.TID, 7: &r.Line, 8: &r.Depth, 9: &r.Interpreter, 10: &r.Task, 11: &r.Lost} {
			if _, err := fmt.Sscan(c[i], to); err != nil {
				tb.Fatalf("column %d of %q: %v", i, c, err)
			}
		}
		all = append(all, r)
	}
	return all
}

func check(tb testing.TB, tr *trace.Trace, q query.Query, want func(*trace.Thread) *timelinetest.Track) {
	tb.Helper()
	for name, all := range map[string][]row{"CSV": table(tb, tr, q), "NDJSON": ndjson(tb, tr, q)} {
		told := map[string][]string{}
		for i := range all {
			who := fmt.Sprint(all[i].PID, " ", all[i].TID)
			told[who] = append(told[who], all[i].String())
		}
		for _, th := range q.Threads(tr) {
			timelinetest.Same(tb, name, told[fmt.Sprint(th.Process.PID, " ", th.TID)], want(th).Events)
		}
	}
}

// told is what of a thread the format tells.
const told = timelinetest.Events

func TestWholeTracesAreTold(t *testing.T) {
	timelinetest.Traces(t, func(t *testing.T, _ *rand.Rand, tr *trace.Trace) {
		check(t, tr, query.Query{}, func(th *trace.Thread) *timelinetest.Track { return timelinetest.Whole(t, th, told) })
	})
}

func TestPartsFollowEachOther(t *testing.T) {
	tr := timelinetest.Parts(t)
	var got []string
	for _, r := range table(t, tr, query.Query{}) {
		got = append(got, r.String())
	}
	timelinetest.Same(t, "CSV", got, timelinetest.Whole(t, tr.Processes()[0].Threads[0], told).Events)
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

// Thread.All has all of them, and those that close no frame.
func TestRowsAreTheRecordedEvents(t *testing.T) {
	timelinetest.Traces(t, func(t *testing.T, _ *rand.Rand, tr *trace.Trace) {
		all := ndjson(t, tr, query.Query{})
		for _, th := range q0.Threads(tr) {
			for e, err := range th.All() {
				if err != nil {
					t.Fatal(err)
				}
				if len(all) > 0 && all[0].At == e.At && all[0].TID == th.TID && all[0].Kind == kind(e) && all[0].Line == e.Line {
					all = all[1:]
				} else if !e.Kind.Closes() {
					t.Fatalf("%+v is left out; next is %+v", e, all[:min(1, len(all))])
				}
			}
		}
		if len(all) > 0 {
			t.Errorf("%d events that were not recorded, or in another order, from %+v on", len(all), all[0])
		}
	})
}

var q0 query.Query

func kind(e trace.Event) string {
	if e.Kind.String() == "mark" {
		return "gap"
	}
	return e.Kind.String()
}

func TestOddNames(t *testing.T) {
	const text = `process pid=7
interpreter
file 1 name="a,b\".py" path="/srv/a,b\".py"
code 1 file=1 interpreter=2 module="\xff<é>" qualname="f\n\"g\"" first-line=1 lines=1-3
thread 1 tid=7 name=MainThread
slot thread=1
call 1 +10
mark gap +3
`
	tr := timelinetest.Open(t, tracetest.Spec{Processes: []string{text}})
	for name, rows := range map[string][]row{"CSV": table(t, tr, q0), "NDJSON": ndjson(t, tr, q0)} {
		if len(rows) != 2 {
			t.Fatalf("%s: %+v", name, rows)
		}
		module := map[string]string{"CSV": "\xff<é>", "NDJSON": "\ufffd<é>"}[name]
		if r := rows[0]; r.Module != module || r.Function != "f\n\"g\"" || r.File != `/srv/a,b".py` || r.Interpreter != 2 {
			t.Errorf("%s: %+v", name, r)
		}
		if r := rows[1]; r.Kind != "gap" || r.Lost != 3 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

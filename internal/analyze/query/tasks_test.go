package query_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/internal/wire"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// taskNames are an event loop and the coroutines that it runs.
const taskNames = `process pid=100 ppid=1 slot-size=4096
interpreter python=3.14.6
file 1 name=a.py path=/app/a.py
code 1 file=1 module=app qualname=loop first-line=1 lines=1-5
code 7 file=1 module=app qualname=fetch first-line=10 lines=11-13 flags=128
code 11 file=1 module=app qualname=parse first-line=20 lines=21-23 flags=128
code 15 file=1 module=app qualname=plain first-line=30 lines=31-33
thread 1 tid=100 name=MainThread
`

// taskEvents run two tasks of fetch in turns: 3, which awaits parse, and 4, within which a
// loop runs 5. The second slot begins within task 4.
const taskEvents = taskNames + `slot
call 1 +1
line 2 +1
mark task +3
call 7 +1
line 8 +1
call 11 +1
line 12 +1
yield 11 +1
yield 7 +1
mark task
line 3 +1
mark task +4
call 7 +1
line 8 +1
call 15 +1
slot
frame code=1 entered-ticks=1 location=3
frame code=7 entered-ticks=10 location=8
frame code=15 entered-ticks=12 location=15
mark task +4
line 16 +1
mark task +5
call 11 +1
line 12 +1
return 11 +1
mark task +4
return 15 +1
return 7 +1
mark task
mark task +3
resume 8 +1
call 15 +1
return 15 +1
return 7 +1
mark task
return 1 +1
`

// log writes down what a visitor is told of frames.
type log struct {
	names []string
	told  []string
}

func (l *log) Begin(_ trace.Moment, open []trace.OpenFrame) {
	for _, f := range open {
		l.names = append(l.names, f.Code.Qualname)
		l.told = append(l.told, fmt.Sprintf("%s of %d", f.Code.Qualname, f.Task))
	}
}

func (l *log) Open(_ trace.Moment, c *trace.Code, _ wire.Location, k wire.Kind) {
	l.names = append(l.names, c.Qualname)
	l.told = append(l.told, k.String()+" "+c.Qualname)
}

func (l *log) Line(trace.Moment, wire.Location) {}

func (l *log) Close(_ trace.Moment, k wire.Kind) {
	n := len(l.names) - 1
	l.told = append(l.told, k.String()+" "+l.names[n])
	l.names = l.names[:n]
}

func (l *log) Task(_ trace.Moment, task uint32) { l.told = append(l.told, fmt.Sprint("task ", task)) }
func (l *log) Gap(_ trace.Moment, lost uint64)  { l.told = append(l.told, fmt.Sprint("gap ", lost)) }
func (l *log) End(trace.Moment)                 {}

func compare(t *testing.T, got, want []string) {
	t.Helper()
	if g, w := strings.Join(got, ", "), strings.Join(want, ", "); g != w {
		t.Errorf("was told %s\nexpected    %s", g, w)
	}
}

// ask replays what a query asks for of the trace of taskEvents.
func ask(t *testing.T, q query.Query) *log {
	t.Helper()
	l := &log{}
	for _, th := range open(t, tracetest.Spec{Processes: []string{taskEvents}}).Processes()[0].Threads {
		if err := q.Replay(th, l); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

func TestTasks(t *testing.T) {
	three := []string{"call fetch", "call parse", "yield parse", "yield fetch", "resume fetch", "call plain", "return plain", "return fetch"}
	four := []string{"call fetch", "call plain", "return plain", "return fetch"}
	five := []string{"call parse", "return parse"}
	nested := []string{"call fetch", "call plain", "call parse", "return parse", "return plain", "return fetch"}
	for _, test := range []struct {
		tasks string
		want  []string
	}{
		{"3", three},
		{"4", four},
		{"5", five},
		{"parse", five}, // a coroutine that another awaits is no task
		{"app.fetch", append(append(slices.Clone(three[:4]), four...), three[4:]...)},
		{"f*,5", append(append(slices.Clone(three[:4]), nested...), three[4:]...)},
		{"plain", nil},
		{"6", nil},
	} {
		t.Run(test.tasks, func(t *testing.T) {
			for _, least := range []int64{0, 1} { // the second is a replay ahead besides
				l := ask(t, query.Query{Tasks: strings.Split(test.tasks, ","), MinDuration: least})
				compare(t, slices.DeleteFunc(l.told, func(s string) bool { return strings.HasPrefix(s, "task") }), test.want)
			}
		})
	}
}

// TestFramesSayTheirTask begins where tasks run already.
func TestFramesSayTheirTask(t *testing.T) {
	th := open(t, tracetest.Spec{Processes: []string{taskEvents}}).Processes()[0].Threads[0]
	at := func(n int64) trace.Window {
		first := int64(-1)
		for e := range th.All() {
			if first < 0 {
				first = e.At
			}
		}
		return trace.Window{From: first + n, To: first + n + 1}
	}
	for _, test := range []struct {
		from int64
		want string
	}{
		{4, "loop of 0, fetch of 3"},
		{5, "loop of 0, fetch of 3, parse of 3"},
		{8, "loop of 0"},
		{12, "loop of 0, fetch of 4, plain of 4"},
		{14, "loop of 0, fetch of 0, plain of 0, parse of 5"},
	} {
		l := &log{}
		q := query.Query{Window: at(test.from)}
		if err := q.Replay(th, l); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(l.told, ", "); !strings.HasPrefix(got+", ", test.want+", ") || strings.Count(got, " of ") != strings.Count(test.want, " of ") {
			t.Errorf("from %d: %s, expected %s first", test.from, got, test.want)
		}
	}
}

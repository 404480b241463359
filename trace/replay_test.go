package trace_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"tracer/internal/wire"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// names is what the texts of the tests begin with: main (1), its lines 1-5; f
// (7) with the lines 11-13; g (11) with the lines 21 and 500.
const names = `process pid=100 ppid=1 slot-size=4096 start-mono-ns=5000
interpreter python=3.14.6 cwd=/app argv=python3 argv=a.py
file 1 name=a.py path=/app/a.py
code 1 file=1 module=app qualname=main first-line=1 lines=1-5
code 7 file=1 module=app qualname=f first-line=10 lines=11-13
code 11 file=1 module=app qualname=g first-line=20 lines=21,500
thread 1 tid=100 name=MainThread
thread 2 tid=101 name=Worker
`

// recorder writes down what it is told.
type recorder struct {
	strings.Builder
	stack []*trace.Code
	last  int64
	wrong []string
}

func (r *recorder) say(at int64, format string, args ...any) {
	if at < r.last {
		r.wrong = append(r.wrong, fmt.Sprintf("time falls from %d to %d", r.last, at))
	}
	r.last = at
	fmt.Fprintf(r, "%d ", at)
	fmt.Fprintf(r, format+"\n", args...)
}

func kind(k wire.Kind) string {
	switch k {
	case trace.Adopted:
		return "adopted"
	case trace.Implied:
		return "implied"
	}
	return k.String()
}

func (r *recorder) Begin(at int64) {
	r.last = at
	r.say(at, "begin")
}

func (r *recorder) Open(at int64, c *trace.Code, loc wire.Location, k wire.Kind) {
	r.stack = append(r.stack, c)
	r.say(at, "open %s:%d %s", c.Qualname, c.Line(loc), kind(k))
}

func (r *recorder) Line(at int64, loc wire.Location) {
	c := r.stack[len(r.stack)-1]
	if loc < c.Base || loc >= c.End {
		r.wrong = append(r.wrong, fmt.Sprintf("line at %d, not of the innermost frame", loc))
	}
	r.say(at, "line %d", c.Line(loc))
}

func (r *recorder) Close(at int64, k wire.Kind) {
	c := r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
	r.say(at, "close %s %s", c.Qualname, kind(k))
}

func (r *recorder) Gap(at int64, lost uint64) { r.say(at, "gap %d", lost) }

func (r *recorder) End(at int64) {
	if len(r.stack) > 0 {
		r.wrong = append(r.wrong, "frames are open at the end")
	}
	r.say(at, "end")
}

// open opens a trace of texts.
func open(tb testing.TB, processes ...string) *trace.Trace {
	tb.Helper()
	return openDir(tb, tracetest.Text(tb, processes...))
}

func openDir(tb testing.TB, dir string) *trace.Trace {
	tb.Helper()
	t, err := trace.Open(dir)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := t.Close(); err != nil {
			tb.Error(err)
		}
	})
	return t
}

// lines makes one string of lines without their indents.
func lines(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

func TestReplay(t *testing.T) {
	tests := replayTests()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tr := open(t, names+test.events)
			var r recorder
			err := tr.Processes()[0].Threads[0].Replay(&r)
			if err != nil != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v, expected %q", err, test.err)
			}
			var corrupt *wire.CorruptError
			if err != nil && !errors.As(err, &corrupt) {
				t.Errorf("%v is no CorruptError", err)
			}
			if got := r.String(); got != lines(test.want) {
				t.Errorf("got\n%s\nexpected\n%s", got, lines(test.want))
			}
			for _, w := range r.wrong {
				t.Error(w)
			}
		})
	}
	if len(tests) != 21 {
		t.Errorf("visited %d tests", len(tests))
	}
}

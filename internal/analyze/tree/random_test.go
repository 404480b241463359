package tree

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"tracer/trace"
	"tracer/trace/tracetest"
)

// random is the text of a process that does anything that an agent may report: recursion,
// generators, exceptions, lost events and slots, several threads.
type random struct {
	*rand.Rand
	text  strings.Builder
	exact bool // a tick is a ns, and costs are whole ticks
	codes int
}

// linesOf is how many lines each function has; every second code object is the function
// of the one before once more, as one that is defined twice is.
const linesOf = 8

func randomProcess(rnd *rand.Rand, exact bool, pid, threads, events int) string {
	r := &random{Rand: rnd, exact: exact, codes: 2 + rnd.IntN(10)}
	clock := "clock-kind=monotonic"
	if !exact {
		clock = fmt.Sprintf("clock-kind=tsc tick-hz=%d", 1_000_000_000+rnd.IntN(3_000_000_000))
	}
	r.say("process pid=%d %s slot-size=4096 start-ticks=1000 start-mono-ns=1000", pid, clock)
	r.say("interpreter python=3.14.6 executable=/usr/bin/python3 cwd=/app argv=python3 argv=a.py")
	if rnd.IntN(3) > 0 {
		r.costs()
	}
	r.say("file 1 name=a.py path=/app/a.py\nfile 2 name=b.py path=/app/b.py")
	for i := range r.codes {
		first := 5 + 3*(i/2)
		// The first of its lines is the def line, which is that of its base as well.
		r.say("code %d file=%d module=m%d qualname=f%d first-line=%d lines=%d-%d", base(i), 1+i/2%2, i/2%3, i/2, first, first, first+linesOf-1)
	}
	for th := 1; th <= threads; th++ {
		r.say("thread %d tid=%d ident=%d name=T%d", th, pid*10+th, th, th)
	}
	for th := 1; th <= threads; th++ {
		r.thread(th, events)
	}
	return r.text.String()
}

func base(code int) int { return 1 + code*(linesOf+1) }

func (r *random) say(format string, args ...any) { fmt.Fprintf(&r.text, format+"\n", args...) }

// costs are now and then below 0.
func (r *random) costs() {
	r.text.WriteString("costs")
	for _, k := range []string{
		"line", "first", "call-before", "call-after", "return-before", "return-after", "yield-before", "yield-after",
		"unwind-before", "unwind-after", "resume-before", "resume-after", "throw-before", "throw-after",
	} {
		cost := r.Int32N(60*trace.CostUnit) - 10*trace.CostUnit
		if r.exact {
			cost -= cost % trace.CostUnit
		}
		fmt.Fprintf(&r.text, " %s=%d", k, uint32(cost))
	}
	r.say("")
}

type openFrame struct {
	code    int
	entered uint64
	line    int
}

func (r *random) thread(number, events int) {
	var stack []openFrame
	ticks, sequence := uint64(1000+r.IntN(1000)), 0
	deepest := 2 + r.IntN(25)
	for events > 0 {
		r.say("slot thread=%d sequence=%d ticks=%d", number, sequence, ticks)
		sequence++
		for _, f := range stack {
			r.say("frame code=%d entered-ticks=%d location=%d", base(f.code), f.entered, f.line)
		}
		for room := min(events, 20+r.IntN(380-3*len(stack))); room > 0; room-- {
			events--
			delta := uint64(r.IntN(4) * r.IntN(50)) // often no time at all
			if r.IntN(40) == 0 {
				r.say("mark own +%d", 1+delta)
				continue
			}
			stack = r.event(stack, ticks+delta, delta, deepest)
			ticks += delta
		}
		switch r.IntN(12) {
		case 0: // events are lost, and what these did is seen as it goes on
			r.say("mark gap +%d", r.IntN(50))
		case 1: // a slot is lost, and the next one says what is open
			sequence++
			stack = r.other(stack, ticks)
		}
	}
}

// other is a stack that may have become of one.
func (r *random) other(stack []openFrame, ticks uint64) []openFrame {
	stack = stack[:r.IntN(len(stack)+1)]
	for range r.IntN(3) {
		code := r.IntN(r.codes)
		stack = append(stack, openFrame{code, ticks, base(code) + r.IntN(linesOf+1)})
	}
	return stack
}

func (r *random) event(stack []openFrame, at, delta uint64, deepest int) []openFrame {
	kinds := r.IntN(10)
	switch {
	case len(stack) == 0 || kinds < 3 && len(stack) < deepest:
		code := r.IntN(r.codes)
		kind, line := "call", base(code)
		if r.IntN(3) == 0 {
			kind, line = []string{"resume", "throw"}[r.IntN(2)], base(code)+r.IntN(linesOf+1)
		}
		r.say("%s %d +%d", kind, line, delta)
		return append(stack, openFrame{code, at, line})
	case kinds < 6:
		// Now and then one further out: those inside end unseen.
		n := len(stack) - 1
		if r.IntN(8) == 0 {
			outer := stack[r.IntN(len(stack))].code
			for stack[n].code != outer {
				n--
			}
		}
		r.say("%s %d +%d", []string{"return", "yield", "unwind"}[r.IntN(3)], base(stack[n].code), delta)
		return stack[:n]
	}
	top := &stack[len(stack)-1]
	top.line = base(top.code) + 1 + r.IntN(linesOf)
	r.say("line %d +%d", top.line, delta)
	return stack
}

// write makes a trace, as it is recorded or compacted.
func write(tb testing.TB, compact bool, processes ...string) string {
	tb.Helper()
	path := tracetest.Text(tb, processes...)
	if compact {
		tracetest.Compact(tb, path)
	}
	return path
}

func open(tb testing.TB, path string) *trace.Trace {
	tb.Helper()
	t, err := trace.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { t.Close() })
	return t
}

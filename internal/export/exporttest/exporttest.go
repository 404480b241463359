// Package exporttest makes traces for the tests of exports, and finds the tools that read
// what these write.
package exporttest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"tracer/trace"
	"tracer/trace/tracetest"
)

// Program is what a random trace is like.
type Program struct {
	Seed      uint64
	Processes int // 0: 1
	Threads   int // of each process; 0: 1
	Events    int // of each thread, about
	Costs     bool
	TickHz    int // 0: ticks are ns
}

// Open opens a trace for a test.
func Open(tb testing.TB, path string) *trace.Trace {
	tb.Helper()
	t, err := trace.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { t.Close() })
	return t
}

// Random opens a trace of threads that call functions of several modules and files, some of
// which are defined twice, with recursion, generators, exceptions, and ends that were
// not seen. Its times are ns.
func Random(tb testing.TB, p Program) *trace.Trace {
	tb.Helper()
	rnd := rand.New(rand.NewPCG(p.Seed, 1))
	var processes []string
	for i := range max(p.Processes, 1) {
		processes = append(processes, process(rnd, 100+10*i, p))
	}
	return Open(tb, tracetest.Write(tb, tracetest.Spec{Processes: processes, Sources: sources()}))
}

// What a random program consists of.
const (
	functions = 12
	length    = 6 // lines of each
)

// File is the path of a file of a random program.
func File(i int) string { return fmt.Sprintf("/srv/app/f%d.py", i) }

// code is function number i: its file, and its first line there.
func code(i int) (file, line int) { return i % 2, 1 + i/2%5*length }

// base is its location.
func base(i int) int { return 1 + i*(length+1) }

// sources are the texts of the files.
func sources() map[string]string {
	texts := map[string]string{}
	for file := range 2 {
		var b strings.Builder
		for n := range 5 {
			fmt.Fprintf(&b, "def g%d(a):\n", n)
			for line := range length - 1 {
				fmt.Fprintf(&b, "    a += %d\n", line)
			}
		}
		b.WriteString("a = 1\n") // the last line of the last function
		texts[File(file)] = b.String()
	}
	return texts
}

// process returns the text of a process.
func process(rnd *rand.Rand, pid int, p Program) string {
	var b strings.Builder
	clock := "monotonic"
	if p.TickHz > 0 {
		clock = fmt.Sprintf("tsc tick-hz=%d", p.TickHz)
	}
	fmt.Fprintf(&b, "process pid=%d ppid=1 clock-kind=%s start-ticks=1000000 start-mono-ns=1000000 slot-size=%d\n", pid, clock, 16*(p.Events+100))
	fmt.Fprintf(&b, "interpreter python=3.14.6 executable=/usr/bin/python3 cwd=/srv argv=python3 argv=app.py\n")
	if p.Costs {
		fmt.Fprintf(&b, "costs line=%d first=%d call-before=256 call-after=512 return-before=256 return-after=%d yield-after=256 resume-before=256\n", 256*rnd.IntN(8), 256*rnd.IntN(8), 256*rnd.IntN(8))
	}
	for i := range 2 {
		fmt.Fprintf(&b, "file %d name=f%d.py path=%s\n", i+1, i, File(i))
	}
	for i := range functions {
		file, line := code(i)
		fmt.Fprintf(&b, "code %d file=%d module=app.m%d qualname=C.g%d first-line=%d lines=%d-%d\n", base(i), file+1, file, line/length, line, line+1, line+length)
	}
	for th := 1; th <= max(p.Threads, 1); th++ {
		fmt.Fprintf(&b, "thread %d tid=%d ident=%d name=\"Worker-%d; x\"\n", th, pid+th-1, th, th)
	}
	for th := 1; th <= max(p.Threads, 1); th++ {
		fmt.Fprintf(&b, "slot thread=%d\n", th)
		thread(&b, rnd, p.Events)
	}
	return b.String()
}

// thread writes the events of a thread: each frame does what a frame may.
func thread(b *strings.Builder, rnd *rand.Rand, events int) {
	var stack []int        // functions
	var suspended [][2]int // functions, and where they are
	for range events {
		delta := rnd.IntN(4) * rnd.IntN(300)
		switch r := rnd.IntN(20); {
		case len(stack) == 0 || r < 5 && len(stack) < 12:
			i := rnd.IntN(functions)
			stack = append(stack, i)
			fmt.Fprintf(b, "call %d +%d\nline %d\n", base(i), delta, base(i)+1)
		case r < 8:
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			kind := "return"
			switch rnd.IntN(5) {
			case 0:
				kind = "unwind"
			case 1:
				kind = "yield"
				suspended = append(suspended, [2]int{i, base(i) + 1 + rnd.IntN(length)})
			}
			fmt.Fprintf(b, "%s %d +%d\n", kind, base(i), delta)
		case r == 8 && len(suspended) > 0 && len(stack) < 12:
			at := suspended[len(suspended)-1]
			suspended = suspended[:len(suspended)-1]
			stack = append(stack, at[0])
			fmt.Fprintf(b, "%s %d +%d\n", []string{"resume", "resume", "throw"}[rnd.IntN(3)], at[1], delta)
		default:
			i := stack[len(stack)-1]
			fmt.Fprintf(b, "line %d +%d\n", base(i)+1+rnd.IntN(length), delta)
		}
	}
}

// Text opens a trace of the texts of its processes.
func Text(tb testing.TB, processes ...string) *trace.Trace {
	tb.Helper()
	return Open(tb, tracetest.Text(tb, processes...))
}

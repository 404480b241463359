package diff

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tracer/internal/analyze/profile"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// work is a function of a program made up for a test: its text, and the time each line
// takes. The first line is its def, which takes none.
type work struct {
	module, name string
	text         []string
	ns           []float64 // of each line
	calls        int
}

// run writes a trace of main, which calls each function from a line of its own.
func run(tb testing.TB, functions []work) *Run {
	tb.Helper()
	var head, events strings.Builder
	source := []string{"def main():"}
	for _, f := range functions {
		source = append(source, "    "+f.name+"()")
	}
	fmt.Fprintf(&head, "process pid=100 slot-size=65536 clock-kind=monotonic start-ticks=1000 start-mono-ns=1000\ninterpreter python=3.14.0\n")
	fmt.Fprintf(&head, "costs line=%d\nfile 1 name=a.py path=/app/a.py\n", 20*trace.CostUnit)
	fmt.Fprintf(&head, "code 1 file=1 module=app qualname=main first-line=1 lines=1-%d\n", len(source))
	fmt.Fprintf(&events, "slot thread=1\ncall 1 +10\n")
	location := 2 + len(source)
	for i, f := range functions {
		first := len(source) + 1
		fmt.Fprintf(&head, "code %d file=1 module=%s qualname=%s first-line=%d lines=%d-%d\n", location, f.module, f.name, first, first, first+len(f.text)-1)
		fmt.Fprintf(&events, "line %d +30\n", 3+i)
		for range f.calls {
			fmt.Fprintf(&events, "call %d +30\n", location)
			before := 0.
			for n, ns := range f.ns {
				if n > 0 {
					fmt.Fprintf(&events, "line %d +%d\n", location+1+n, int(math.Round(before)))
					before = ns + 20
				}
			}
			fmt.Fprintf(&events, "return %d +%d\n", location, int(math.Round(before)))
		}
		source = append(source, f.text...)
		location += 1 + len(f.text)
	}
	fmt.Fprintf(&events, "return 1 +50\n")
	path := tracetest.Write(tb, tracetest.Spec{
		Processes: []string{head.String() + "thread 1 tid=100\n" + events.String()},
		Sources:   map[string]string{"/app/a.py": strings.Join(source, "\n") + "\n"},
	})
	return readRun(tb, path)
}

func readRun(tb testing.TB, path string) *Run {
	tb.Helper()
	t, err := trace.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer t.Close()
	if problems := t.Info().Problems; len(problems) > 0 {
		tb.Fatal(problems)
	}
	p, err := profile.Build(t.Processes(), trace.Window{})
	if err != nil {
		tb.Fatal(err)
	}
	r, err := Read(t, p)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// program is so many functions of three lines, with times from 20 µs to 2 ms.
func program(rnd *rand.Rand, functions int) []work {
	list := make([]work, functions)
	for i := range list {
		ns := 20e3 * math.Pow(100, rnd.Float64())
		list[i] = work{
			module: fmt.Sprintf("app.part%d", i%7), name: fmt.Sprintf("f%d", i), calls: 1 + i%3,
			text: []string{fmt.Sprintf("def f%d():", i), fmt.Sprintf("    a = g%d(1)", i), fmt.Sprintf("    b = h(a, %d)", i), "    return a + b"},
			ns:   []float64{0, ns * .6, ns * .3, ns * .1},
		}
	}
	return list
}

// noise is how runs differ, as it was seen in runs of real programs.
type noise struct {
	run      float64 // standard deviation of a run's pace
	function float64 // of a function's, beyond that
	pauses   int     // at most, of up to 2 ms each
	cold     bool    // the first run of all takes half as long again
}

// runs makes so many noisy runs.
func (n noise) runs(tb testing.TB, rnd *rand.Rand, functions []work, count int) []*Run {
	var list []*Run
	for i := range count {
		pace := math.Exp(n.run * rnd.NormFloat64())
		if n.cold && i == 0 {
			pace *= 1.5
		}
		noisy := make([]work, len(functions))
		for i, f := range functions {
			// Sometimes a function is much further away than a normal distribution has it.
			at := pace * math.Exp(n.function*rnd.NormFloat64()*(1+rnd.ExpFloat64()*rnd.Float64()))
			f.ns = slices.Clone(f.ns)
			for l := range f.ns {
				f.ns[l] *= at * math.Exp(n.function/2*rnd.NormFloat64())
			}
			noisy[i] = f
		}
		for range rnd.IntN(n.pauses + 1) {
			noisy[rnd.IntN(len(noisy))].ns[1] += 2e6 * rnd.Float64()
		}
		list = append(list, run(tb, noisy))
	}
	return list
}

// said returns what is said to have changed.
func said(d *Diff) (list []string) {
	if d.Whole.Beyond() {
		list = append(list, fmt.Sprintf("whole %+v", d.Whole))
	}
	for _, f := range d.Functions {
		if f.Self.Beyond() || f.Total.Beyond() || f.Calls.Changed {
			list = append(list, fmt.Sprintf("%s.%s %+v", f.Module, f.Function, f))
		}
	}
	for _, l := range d.Lines {
		if l.Self.Beyond() || l.Total.Beyond() || l.Hits.Changed {
			list = append(list, fmt.Sprintf("%s.%s:%d %+v", l.Module, l.Function, l.New.Line, l))
		}
	}
	return list
}

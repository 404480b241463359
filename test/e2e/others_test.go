package e2e

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"tracer/internal/pyabi"
	"tracer/internal/wire"
	"tracer/trace"
)

// besideOthers is where the programs of this file lie.
var besideOthers = filepath.Join(root, "test", "programs", "others")

// beside runs a program of besideOthers alone and traced, and compares.
func beside(t *testing.T, python pyabi.Info, plain func(outcome) outcome, j job, flags ...string) (outcome, string) {
	t.Helper()
	j.dir = besideOthers
	got, dir := traced(t, python, flags, j)
	same(t, plain(got), plain(untraced(t, python, j)))
	return got, dir
}

func asIs(o outcome) outcome { return o }

// ofFile returns the counts of some functions of a file, by its name alone and without
// the module: a program that a tool runs may have another.
func (c counts) ofFile(name string, functions ...string) counts {
	sum := counts{map[place]tally{}, map[place]int{}, nil}
	in := func(at place) (place, bool) {
		last := at.function[strings.LastIndex(at.function, ".")+1:]
		of := filepath.Base(at.file) == name && slices.Contains(functions, last)
		return place{function: at.function, file: name, line: at.line}, of
	}
	for at, n := range c.functions {
		if at, ok := in(at); ok {
			sum.functions[at] = n
		}
	}
	for at, n := range c.lines {
		if at, ok := in(at); ok {
			sum.lines[at] += n
		}
	}
	return sum
}

// sameCounts compares what was recorded beside another tool with what is without it.
func sameCounts(t *testing.T, got, want counts) {
	t.Helper()
	if len(want.lines) == 0 {
		t.Error("without the other tool nothing was recorded: the comparison proves nothing")
	}
	compare(t, "functions", got.functions, want.functions)
	compare(t, "lines", got.lines, want.lines)
}

// gap is where events were lost: the lines before and after it.
type gap struct{ before, after place }

// gapFinder notes the gaps of one thread.
type gapFinder struct {
	counter
	last gap
	gaps []gap
	open bool
}

func (g *gapFinder) Gap(int64, uint64) {
	g.gaps, g.open = append(g.gaps, g.last), true
}

func (g *gapFinder) Line(at int64, loc wire.Location) {
	g.counter.Line(at, loc)
	code := g.stack[len(g.stack)-1]
	g.last = gap{before: place{code.Module, code.Qualname, code.File.Name, code.Line(loc)}}
	if g.open {
		g.gaps[len(g.gaps)-1].after, g.open = g.last.before, false
	}
}

// gapsOf returns the gaps of a trace's first process, and how often another tool
// has taken the trace function there.
func gapsOf(t *testing.T, dir string) ([]gap, uint64) {
	t.Helper()
	tr, err := trace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	var gaps []gap
	p := tr.Processes()[0]
	for _, th := range p.Threads {
		found := &gapFinder{counter: counter{counts: counts{map[place]tally{}, map[place]int{}, nil}}}
		if err := th.Replay(found); err != nil {
			t.Error(err)
		}
		gaps = append(gaps, found.gaps...)
	}
	return gaps, p.Seen().Taken
}

// noGaps fails the test where another tool has taken the trace function.
func noGaps(t *testing.T, dir string) {
	t.Helper()
	if gaps, taken := gapsOf(t, dir); len(gaps) != 0 || taken != 0 {
		t.Errorf("another tool took the trace function %d times, gaps %v", taken, gaps)
	}
}

// source returns the lines of a file.
func source(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(text), "\n")
}

// TestToolInCTakesTheTraceFunction: what the tool is told is the same. Before 3.12, what
// runs between that and the next call is lost, which is a gap, and nothing else is.
func TestToolInCTakesTheTraceFunction(t *testing.T) {
	const file, times = "c_tool.py", 6
	text := source(t, filepath.Join(besideOthers, file))
	functions := []string{"called", "takes", "goes_on", "removes", "turn"}
	everyPython(t, func(t *testing.T, python pyabi.Info) {
		_, dir := beside(t, python, asIs, job{args: []string{file}})
		got := recorded(t, dir).ofFile(file, functions...)
		_, dir2 := beside(t, python, asIs, job{args: []string{file, "without"}})
		want := recorded(t, dir2).ofFile(file, functions...)
		noGaps(t, dir2)
		if python.Hook() == pyabi.Monitoring {
			noGaps(t, dir)
			sameCounts(t, got, want)
			return
		}
		lost := 0
		for at := range want.lines {
			if strings.Contains(text[at.line-1], "lost") {
				delete(want.lines, at)
				lost++
			}
		}
		sameCounts(t, got, want)
		gaps, taken := gapsOf(t, dir)
		if taken != times || len(gaps) != times || lost != times {
			t.Errorf("the trace function was taken %d times, %d gaps, %d lines that are lost in them, expected %d each", taken, len(gaps), lost, times)
		}
		for _, g := range gaps {
			before, after := text[g.before.line-1], text[g.after.line-1]
			if !strings.Contains(before, "set_trace(") || !strings.Contains(after, "return n + 1") {
				t.Errorf("a gap is between %q and %q, expected between set_trace and the function that is called next", before, after)
			}
		}
	})
}

// TestDebuggerRunsTheProgram: the whole transcript is the same, and of the program
// everything was recorded.
func TestDebuggerRunsTheProgram(t *testing.T) {
	const commands = "b inner\nc\nw\na\nn\np doubled, n\nup\np n\nup\np total\ndown\ndown\nr\np doubled\nretval\ns\ns\n" +
		"tbreak after\ncondition 1 n > 2\nc\nl\nn\nn\nn\nc\nw\np n\nn\nn\ns\ns\ns\ns\nclear 1\nuntil\nuntil\nc\nq\n"
	const file = "debugged.py"
	functions := []string{"inner", "generator", "outer", "after"}
	everyPython(t, func(t *testing.T, python pyabi.Info) {
		got, dir := beside(t, python, asIs, job{args: []string{"-m", "pdb", file}, stdin: commands})
		for _, part := range []string{"> inner()\n-> doubled", "(Pdb) 0\n", "--Return--", "ValueError: 6", "will be restarted"} {
			where := regexp.MustCompile(`> \S+\(\d+\)`).ReplaceAllString(got.stdout, "> ")
			if !strings.Contains(where, part) && !(part == "ValueError: 6" && strings.Contains(where, "ValueError(6")) {
				t.Errorf("the debugger did not do what it was told, %q is missing:\n%s", part, excerpt(where))
			}
		}
		noGaps(t, dir)
		_, alone := beside(t, python, asIs, job{args: []string{file}})
		sameCounts(t, recorded(t, dir).ofFile(file, functions...), recorded(t, alone).ofFile(file, functions...))
	})
}

// TestProgramCallsTheDebugger: as above. On 3.13 alone, it stops a line further on
// at first (docs/conformance.md says why).
func TestProgramCallsTheDebugger(t *testing.T) {
	const commands = "w\np doubled\nn\np doubled\nr\nretval\nc\nu\np i, total\nc\nn\nn\nn\nn\np total\nc\nq\n"
	const file = "stops.py"
	everyPython(t, func(t *testing.T, python pyabi.Info) {
		for _, by := range []string{"pdb", "breakpoint"} {
			if by == "breakpoint" && (python.Major < 3 || python.Minor < 7) {
				continue // there is none yet
			}
			t.Run(by, func(t *testing.T) {
				j := job{dir: besideOthers, args: []string{file, by}, stdin: commands}
				want := untraced(t, python, j)
				got, dir := traced(t, python, nil, j)
				noGaps(t, dir)
				if python.Major == 3 && python.Minor == 13 {
					t.Logf("%s stops at the line behind the call at first, beside any tool that has lines", python)
					alone, _, _ := strings.Cut(want.stdout, "\n(Pdb)")
					beside, _, _ := strings.Cut(got.stdout, "\n(Pdb)")
					if !strings.HasSuffix(alone, "(11)inner()\n-> stop()") || !strings.HasSuffix(beside, "(12)inner()\n-> doubled += 1") {
						t.Errorf("the first stop is %q, untraced %q, expected the known difference", beside, alone)
					}
				} else {
					same(t, got, want)
				}
				sum := slices.Collect(maps.Values(recorded(t, dir).ofFile(file, "inner").functions))
				if want := []tally{{calls: 4, returns: 3, unwinds: 1}}; !slices.Equal(sum, want) {
					t.Errorf("of the debugged function was recorded %+v, expected %+v: the debugger ends the last call", sum, want)
				}
			})
		}
	})
}

// TestProgramsOwnMonitoringTools: both are told the same, and what was recorded is what
// a third would count.
func TestProgramsOwnMonitoringTools(t *testing.T) {
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		hasToolIDs(t, python)
		j := job{dir: besideOthers, args: []string{"two_tools.py"}}
		_, dir := beside(t, python, asIs, j)
		functions := []string{"branch", "generator", "fails", "work"}
		want := reference(t, python, "monitoring", nil, j)
		sameCounts(t, recorded(t, dir).ofFile("two_tools.py", functions...), want.ofFile("two_tools.py", functions...))
	})
}

// TestFaulthandlerTellsTheSame: files and lines of the program where it is, in each way
// of asking, and where it crashes. Only addresses differ.
func TestFaulthandlerTellsTheSame(t *testing.T) {
	const file, busy = "tracebacks.py", `while begin and begin.pop()(0.05, file=file) or b"in <module>" not in os.pread(file.fileno(), 1 << 16, 0): continue`
	address := regexp.MustCompile("0x[0-9a-f]+")
	plain := func(o outcome) outcome {
		o.stderr = address.ReplaceAllString(o.stderr, "0x")
		o.stderr, _, _ = strings.Cut(o.stderr, "Current thread's C stack trace") // of 3.14: functions of the interpreter
		return o
	}
	everyPython(t, func(t *testing.T, python pyabi.Info) {
		if python.Major < 3 {
			t.Skipf("%s has no faulthandler", python)
		}
		got, dir := beside(t, python, plain, job{args: []string{file}})
		if got.status != -int(syscall.SIGSEGV) || strings.Count(got.stdout, "most recent call first") < 8 || !strings.Contains(got.stderr, "in crash") {
			t.Errorf("status %d, expected the end by a signal and tracebacks: %s%s", got.status, excerpt(got.stdout), excerpt(got.stderr))
		}
		sum, text := recorded(t, dir).ofFile(file, "crash", "busy"), source(t, filepath.Join(besideOthers, file))
		hits := map[string]int{}
		for at, n := range sum.lines {
			hits[strings.TrimSpace(text[at.line-1])] += n
		}
		if hits["faulthandler._sigsegv()"] != 1 || hits[busy] == 0 {
			t.Errorf("of the lines up to the crash was recorded: %v", hits)
		}
	})
}

// TestTracemallocTellsTheSame: sizes and numbers of blocks, by where they come from.
func TestTracemallocTellsTheSame(t *testing.T) {
	const file = "memory.py"
	want := map[string]int{"Node.__init__": 400, "chain": 2, "texts": 2, "generator": 2, "table": 2, "allocate": 2}
	everyPython(t, func(t *testing.T, python pyabi.Info) {
		if python.Major < 3 {
			t.Skipf("%s has no tracemalloc", python)
		}
		for _, j := range []job{{args: []string{file, "1"}}, {args: []string{file, "5"}}, {args: []string{file}, env: []string{"PYTHONTRACEMALLOC=3"}}} {
			got, dir := beside(t, python, asIs, j)
			if strings.Count(got.stdout, "\nmade ") < 4 {
				t.Errorf("no allocations were seen: %s%s", got.stdout, got.stderr)
			}
			called := map[string]int{}
			for at, n := range recorded(t, dir).ofFile(file, "__init__", "chain", "texts", "generator", "table", "allocate").functions {
				called[at.function] += n.calls
			}
			if !maps.Equal(called, want) {
				t.Errorf("calls %v were recorded, expected %v", called, want)
			}
		}
	})
}

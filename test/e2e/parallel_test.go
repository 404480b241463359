package e2e

import (
	"bufio"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"tracer/internal/pyabi"
	"tracer/internal/wire"
	"tracer/trace"
)

// here is a function of one of a process's interpreters, or one of its lines,
// counted from the function's first.
type here struct {
	interpreter int
	function    string
	line        int
}

// tale is what a trace tells of its first process.
type tale struct {
	calls, lines map[here]int
	below        map[here]here // the frame around the last call
	stack        []*trace.Code
}

func (c *tale) Begin(int64)       {}
func (c *tale) Gap(int64, uint64) {}
func (c *tale) End(int64)         { c.stack = nil }

func (c *tale) Open(_ int64, code *trace.Code, _ wire.Location, k wire.Kind) {
	at := here{code.Interpreter, code.Qualname, 0}
	if k == wire.Call {
		c.calls[at]++
		if n := len(c.stack); n > 0 {
			c.below[at] = here{c.stack[n-1].Interpreter, c.stack[n-1].Qualname, 0}
		}
	}
	c.stack = append(c.stack, code)
}

func (c *tale) Line(_ int64, loc wire.Location) {
	code := c.stack[len(c.stack)-1]
	c.lines[here{code.Interpreter, code.Qualname, code.Line(loc) - code.FirstLine}]++
}

func (c *tale) Close(int64, wire.Kind) { c.stack = c.stack[:len(c.stack)-1] }

// told reads all threads of a trace's first process, which must be whole.
func told(t *testing.T, dir string) *tale {
	t.Helper()
	tr, err := trace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	if info := tr.Info(); info.Dropped != 0 || len(info.Problems) != 0 {
		t.Errorf("the trace lost %d events, problems %q", info.Dropped, info.Problems)
	}
	c := &tale{calls: map[here]int{}, lines: map[here]int{}, below: map[here]here{}}
	for _, th := range tr.Processes()[0].Threads {
		if err := th.Replay(c); err != nil {
			t.Errorf("thread %d: %v", th.TID, err)
		}
	}
	check(t, dir)
	return c
}

// over adds up a function's counts in all interpreters.
func over(counts map[here]int, function string, line int) int {
	sum := 0
	for at, n := range counts {
		if at.function == function && at.line == line {
			sum += n
		}
	}
	return sum
}

// compareStated compares with what the program says of itself, in lines "calls
// NAME N", "line NAME OFFSET N" and "calls INTERPRETER NAME N". Returns how many
// there were.
func (c *tale) compareStated(t *testing.T, stdout string) int {
	t.Helper()
	stated := 0
	for scan := bufio.NewScanner(strings.NewReader(stdout)); scan.Scan(); {
		word := strings.Fields(scan.Text())
		var name string
		var at, want, got int
		switch {
		case len(word) == 3 && word[0] == "calls":
			name = word[1]
			fmt.Sscan(word[2], &want)
			got = over(c.calls, name, 0)
		case len(word) == 4 && word[0] == "calls":
			name = word[2]
			fmt.Sscan(word[1], &at)
			fmt.Sscan(word[3], &want)
			got = c.calls[here{at, name, 0}]
		case len(word) == 4 && word[0] == "line":
			name = word[1]
			fmt.Sscan(word[2], &at)
			fmt.Sscan(word[3], &want)
			got = over(c.lines, name, at)
		default:
			continue
		}
		stated++
		if got != want || want == 0 {
			t.Errorf("%q: recorded %d", scan.Text(), got)
		}
	}
	return stated
}

// parallelPrograms say themselves what there is to record of them.
var parallelPrograms = []struct {
	command  []string
	minMinor int
	stated   int // lines that say something, at least
}{
	{[]string{"threads_parallel.py", "4"}, 12, 140},
	{[]string{"threads_parallel.py", "16"}, 12, 160},
	{[]string{"interpreters.py", "own"}, 12, 33},
	{[]string{"interpreters.py", "shared"}, 12, 33},
	{[]string{"interpreters.py", "nested"}, 12, 3},
	{[]string{"interpreters.py", "many"}, 12, 81},
	{[]string{"interpreter_pool.py"}, 14, 2},
}

// TestParallel runs threads that run at the same time where the interpreter has
// no global lock, and interpreters with locks of their own, which do so anywhere.
func TestParallel(t *testing.T) {
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		for _, p := range parallelPrograms {
			t.Run(strings.Join(p.command, "-"), func(t *testing.T) {
				if python.Minor < p.minMinor {
					t.Skipf("it needs CPython 3.%d", p.minMinor)
				}
				got, dir := traced(t, python, nil, job{dir: filepath.Join(root, "test", "programs"), args: p.command})
				if got.status != 0 || got.stderr != "" {
					t.Fatalf("ended with %d: %s", got.status, excerpt(got.stderr))
				}
				c := told(t, dir)
				if n := c.compareStated(t, got.stdout); n < p.stated {
					t.Errorf("the program says only %d things of itself, expected %d", n, p.stated)
				}
				if p.command[0] == "interpreters.py" {
					c.checkInterpreters(t, dir, p.command[1])
				}
			})
		}
	})
}

// checkInterpreters tests that each interpreter is one of its own, and where its
// frames lie: what runs in the caller's thread lies in the frame of the caller.
func (c *tale) checkInterpreters(t *testing.T, dir, how string) {
	t.Helper()
	seen := map[int]bool{}
	for at := range c.calls {
		seen[at.interpreter] = true
	}
	tr, err := trace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	if n := map[string]int{"own": 17, "shared": 17, "nested": 3, "many": 41}[how]; len(seen) != n {
		t.Errorf("events of %d interpreters, expected %d", len(seen), n)
	}
	for at, around := range c.below {
		if at.function != "<module>" || at.interpreter == 0 {
			continue
		}
		want := map[string]string{"own": "run", "shared": "run", "many": "run"}[how]
		if how == "nested" {
			want = map[bool]string{true: "nested", false: "around"}[around.interpreter == 0]
		}
		if around.function != want || around.interpreter >= at.interpreter {
			t.Errorf("interpreter %d begins in %s of interpreter %d, expected %s", at.interpreter, around.function, around.interpreter, want)
		}
	}
}

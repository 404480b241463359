package e2e

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tracer/internal/pyabi"
	"tracer/internal/wire"
	"tracer/internal/wire/twin"
	"tracer/test/interpreters"
	"tracer/trace"
)

// place is a function, or one of its lines.
type place struct {
	module, function, file string
	line                   int
}

// tally is how often each thing happened in a function.
type tally struct{ calls, returns, yields, resumes, throws, unwinds int }

// counts are the sums over a trace or a reference run.
type counts struct {
	functions map[place]tally
	lines     map[place]int
	// repeats are lines on which a loop begins and ends: sys.settrace tells of
	// each turn, sys.monitoring of the line once.
	repeats map[place]bool
}

// counter adds up one thread's events in the main interpreter: a reference sees
// no other.
type counter struct {
	counts
	stack []*trace.Code
}

func (c *counter) Begin(int64)       {}
func (c *counter) Gap(int64, uint64) {}
func (c *counter) End(int64)         {}

func (c *counter) Open(_ int64, code *trace.Code, _ wire.Location, k wire.Kind) {
	c.stack = append(c.stack, code)
	c.add(code, k)
}

func (c *counter) Line(_ int64, loc wire.Location) {
	code := c.stack[len(c.stack)-1]
	if code.Interpreter != 0 {
		return
	}
	c.lines[place{code.Module, code.Qualname, code.File.Name, code.Line(loc)}]++
}

func (c *counter) Close(_ int64, k wire.Kind) {
	code := c.stack[len(c.stack)-1]
	c.stack = c.stack[:len(c.stack)-1]
	c.add(code, k)
}

func (c *counter) add(code *trace.Code, k wire.Kind) {
	if code.Interpreter != 0 {
		return
	}
	at := place{code.Module, code.Qualname, code.File.Name, code.FirstLine}
	n := c.functions[at]
	switch k {
	case wire.Call:
		n.calls++
	case wire.Return:
		n.returns++
	case wire.Yield:
		n.yields++
	case wire.Resume:
		n.resumes++
	case wire.Throw:
		n.throws++
	case wire.Unwind:
		n.unwinds++
	}
	c.functions[at] = n
}

// recorded returns the counts of a trace's first process, which is what a reference
// counts too; all of it must be whole by the rules of the format and of the reader.
func recorded(t *testing.T, dir string) counts {
	t.Helper()
	sum := counts{map[place]tally{}, map[place]int{}, map[place]bool{}}
	tr, err := trace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	if info := tr.Info(); info.Dropped != 0 || len(info.Problems) != 0 {
		t.Errorf("the trace lost %d events, problems %q", info.Dropped, info.Problems)
	}
	for i, p := range tr.Processes() {
		of := &counter{counts: sum}
		if i > 0 {
			of.counts = counts{map[place]tally{}, map[place]int{}, map[place]bool{}}
		}
		for _, th := range p.Threads {
			if err := th.Replay(of); err != nil {
				t.Errorf("thread %d of process %d: %v", th.TID, p.PID, err)
			}
		}
	}
	check(t, dir)
	return sum
}

// check holds a trace against the rules of the format, independently of the
// reader.
func check(t *testing.T, dir string) {
	t.Helper()
	tr, err := trace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	if len(tr.Processes()) == 0 {
		t.Errorf("no process in %s", dir)
	}
	read := func(p *trace.Process, name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, p.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, p := range tr.Processes() {
		files := twin.Files{Control: read(p, "control"), Names: read(p, "names"), Raw: read(p, "raw"), Drained: true}
		for q := p; q.Forked; q = q.Parent {
			files.Parents = append(files.Parents, read(q.Parent, "names"))
		}
		if err := twin.Check(files); err != nil {
			t.Errorf("%s breaks a rule: %v", p.Dir, err)
		}
	}
}

// reference runs the program under a counter in pure Python.
func reference(t *testing.T, python pyabi.Info, tool string, flags []string, j job) counts {
	t.Helper()
	out := filepath.Join(t.TempDir(), tool+".json")
	script := filepath.Join(root, "test", "reference", "reference.py")
	args := []string{python.Executable, script, "--out", out, "--tool", tool}
	if tool == "older" { // the script itself needs a newer one
		newer := interpreters.Traceable(t)[0].Executable
		args = []string{newer, script, "--out", out, "--tool", "settrace", "--older", python.Executable}
	}
	args = append(append(args, flags...), "--")
	execute(t, job{dir: j.dir, args: append(args, j.args...), stdin: j.stdin, env: j.env})
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatalf("the reference wrote nothing: %v", err)
	}
	var file struct {
		Functions []struct {
			Module, Function, File                           string
			Line                                             int
			Calls, Returns, Yields, Resumes, Throws, Unwinds int
		}
		Lines []struct {
			Module, Function, File string
			Line, Hits             int
			Repeats                bool
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	sum := counts{map[place]tally{}, map[place]int{}, map[place]bool{}}
	for _, f := range file.Functions {
		sum.functions[place{f.Module, f.Function, f.File, f.Line}] = tally{f.Calls, f.Returns, f.Yields, f.Resumes, f.Throws, f.Unwinds}
	}
	for _, l := range file.Lines {
		at := place{l.Module, l.Function, l.File, l.Line}
		sum.lines[at] = l.Hits
		if l.Repeats {
			sum.repeats[at] = true
		}
	}
	return sum
}

// compare fails the test at each place where two counts differ, up to a few.
func compare[V comparable](t *testing.T, what string, got, want map[place]V) {
	t.Helper()
	all := maps.Clone(got)
	maps.Copy(all, want)
	places := slices.SortedFunc(maps.Keys(all), func(a, b place) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line), cmp.Compare(a.function, b.function))
	})
	var shown int
	for _, at := range places {
		if got[at] == want[at] {
			continue
		}
		if shown++; shown > 8 {
			t.Errorf("… and more %s differ", what)
			return
		}
		t.Errorf("%s of %s at %s: recorded %s, reference %s", what, at.function,
			fmt.Sprintf("%s:%d", filepath.Base(at.file), at.line), fmt.Sprint(got[at]), fmt.Sprint(want[at]))
	}
}

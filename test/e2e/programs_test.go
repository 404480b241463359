package e2e

import (
	"fmt"
	"maps"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tracer/internal/pyabi"
	"tracer/test/programs"
)

// program is an entry of test/programs/programs.json.
type program struct{ programs.Program }

func readPrograms(t *testing.T) []program {
	t.Helper()
	read, err := programs.Read(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(read) < 15 {
		t.Fatalf("only %d programs", len(read))
	}
	var all []program
	for _, p := range read {
		all = append(all, program{p})
	}
	return all
}

func (p program) flags() []string {
	var flags []string
	for _, module := range p.Only {
		flags = append(flags, "--only", module)
	}
	for _, module := range p.Skip {
		flags = append(flags, "--skip", module)
	}
	return flags
}

// referenceFlags are the same for the reference, which takes one list.
func (p program) referenceFlags() []string {
	return []string{"--only", strings.Join(p.Only, ","), "--skip", strings.Join(p.Skip, ",")}
}

// TestProgramsBehaveAndAreCounted runs each program alone, traced, and under the
// references: what the user sees is the same, and the counts are equal.
func TestProgramsBehaveAndAreCounted(t *testing.T) {
	all := readPrograms(t)
	everyPython(t, func(t *testing.T, python pyabi.Info) {
		for _, p := range all {
			if !p.RunsOn(python) {
				continue // the program uses what this version does not have yet
			}
			t.Run(p.Name, func(t *testing.T) { p.test(t, python) })
		}
	})
}

// best is the reference that sees everything that a version tells of.
func best(python pyabi.Info) string {
	if python.Hook() == pyabi.Monitoring {
		return "monitoring"
	}
	return "older"
}

func (p program) test(t *testing.T, python pyabi.Info) {
	j := job{dir: filepath.Join(root, "test", "programs"), args: p.Command, stdin: p.Stdin}
	alone := untraced(t, python, j)
	if alone.status != p.Status {
		t.Fatalf("untraced, the program ends with %d, expected %d: %s", alone.status, p.Status, excerpt(alone.stderr))
	}
	got, dir := traced(t, python, p.flags(), j)
	same(t, got, alone)
	sum := recorded(t, dir)
	p.checkStated(t, got.stdout, sum)
	for _, tool := range p.Tools(python) {
		want := reference(t, python, tool, p.referenceFlags(), j)
		if (tool == "monitoring" || tool == "older") && len(want.lines) == 0 && p.Name != "only-nothing" {
			t.Error("the reference counted nothing: the comparison proves nothing")
		}
		sum.compareWith(t, tool, want)
	}
}

// checkStated compares the calls of functions that the program counts itself, as
// lines "calls NAME N" of its output.
func (p program) checkStated(t *testing.T, stdout string, sum counts) {
	t.Helper()
	for _, name := range p.Stated {
		calls := 0
		for at, n := range sum.functions {
			if at.function == name || strings.HasSuffix(at.function, "."+name) {
				calls += n.calls
			}
		}
		_, rest, _ := strings.Cut(stdout, fmt.Sprintf("calls %s ", name))
		want, err := strconv.Atoi(strings.SplitN(rest, "\n", 2)[0])
		if err != nil || calls != want {
			t.Errorf("%d calls of %s were recorded, the program counted %d (%v)", calls, name, want, err)
		}
	}
}

// compareWith compares as far as the tool can tell: sys.monitoring everything, and
// what is used on older versions, too;
// sys.settrace not why a frame is entered or left; trace the lines of files that
// exist. test/reference/README.md says where the three differ.
func (c counts) compareWith(t *testing.T, tool string, want counts) {
	t.Helper()
	switch tool {
	case "monitoring", "older":
		compare(t, tool+" functions", c.functions, want.functions)
		compare(t, tool+" lines", c.lines, want.lines)
	case "settrace":
		compare(t, tool+" calls", calls(c.functions), calls(want.functions))
		compare(t, tool+" lines", c.once(t, want), want.once(t, want))
	case "trace":
		got := counts{lines: byFile(c.lines)}
		want = counts{lines: byFile(want.lines), repeats: real(want.repeats)}
		compare(t, tool+" lines", got.once(t, want), want.once(t, want))
	default:
		t.Errorf("unknown reference %q", tool)
	}
}

func calls(functions map[place]tally) map[place]int {
	sum := map[place]int{}
	for at, n := range functions {
		sum[at] += n.calls
	}
	return sum
}

// byFile adds up the lines of the files that exist.
func byFile(lines map[place]int) map[place]int {
	sum := map[place]int{}
	for at, n := range lines {
		if !strings.HasPrefix(at.file, "<") {
			sum[place{file: at.file, line: at.line}] += n
		}
	}
	return sum
}

// real returns those of the lines that are in files that exist.
func real(lines map[place]bool) map[place]bool {
	rest := maps.Clone(lines)
	maps.DeleteFunc(rest, func(at place, _ bool) bool { return strings.HasPrefix(at.file, "<") })
	return rest
}

// once returns the lines without those that the reference marks as repeated,
// which must have been hit, but not more often than it says.
func (c counts) once(t *testing.T, want counts) map[place]int {
	t.Helper()
	rest := map[place]int{}
	for at, n := range c.lines {
		switch {
		case !want.repeats[at]:
			rest[at] = n
		case n > want.lines[at]:
			t.Errorf("line %d of %s was hit %d times, by the reference at most %d", at.line, at.function, n, want.lines[at])
		}
	}
	for at := range want.repeats {
		if c.lines[at] == 0 {
			t.Errorf("line %d of %s was never hit, by the reference %d times", at.line, at.function, want.lines[at])
		}
	}
	return rest
}

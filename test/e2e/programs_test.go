package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tracer/internal/pyabi"
)

// program is an entry of test/programs/programs.json.
type program struct {
	Name          string
	Command       []string
	Stdin         string
	Status        int
	Deterministic bool
	References    []string
	Only, Skip    []string
	Stated        []string
	MinPython     []int `json:"min_python"`
}

func programs(t *testing.T) []program {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "test", "programs", "programs.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Programs []program }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Programs) < 15 {
		t.Fatalf("only %d programs", len(file.Programs))
	}
	return file.Programs
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
	all := programs(t)
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		for _, p := range all {
			if len(p.MinPython) == 2 && python.Minor < p.MinPython[1] {
				continue // the program uses what this version does not have yet
			}
			t.Run(p.Name, func(t *testing.T) { p.test(t, python) })
		}
	})
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
	if !p.Deterministic {
		return
	}
	for _, tool := range p.References {
		want := reference(t, python, tool, p.referenceFlags(), j)
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

// compareWith compares as far as the tool can tell: sys.monitoring everything;
// sys.settrace not why a frame is entered or left; trace the lines of a file.
func (c counts) compareWith(t *testing.T, tool string, want counts) {
	t.Helper()
	switch tool {
	case "monitoring":
		compare(t, tool+" functions", c.functions, want.functions)
		compare(t, tool+" lines", c.lines, want.lines)
	case "settrace":
		compare(t, tool+" calls", calls(c.functions), calls(want.functions))
		compare(t, tool+" lines", c.lines, want.lines)
	case "trace":
		compare(t, tool+" lines", byFile(c.lines), byFile(want.lines))
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

func byFile(lines map[place]int) map[place]int {
	sum := map[place]int{}
	for at, n := range lines {
		sum[place{file: at.file, line: at.line}] += n
	}
	return sum
}

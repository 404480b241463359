package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tracer/internal/pyabi"
	"tracer/test/interpreters"
	"tracer/trace"
)

// member is a process of a family: as it says itself, or as the trace has it.
type member struct {
	PID, Parent int
	Forked      bool
	Calls       int
}

// relatives is where the programs of this file lie.
var relatives = filepath.Join(root, "test", "programs", "families")

// logged returns what the members of a family have said, and how often there was
// each environment.
func logged(t *testing.T, log string) ([]member, map[string]int) {
	t.Helper()
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	var list []member
	begun := map[int]int{} // by number: the place of a fork that has not left yet, plus 1
	environments := map[string]int{}
	for line := range bytes.Lines(text) {
		var m struct {
			member
			What, Environment string
		}
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatalf("read %q: %v", line, err)
		}
		if at := begun[m.PID]; at > 0 && m.Forked && m.What == "left" {
			list[at-1], begun[m.PID] = m.member, 0
		} else {
			list = append(list, m.member)
			begun[m.PID] = len(list)
		}
		environments[m.Environment]++
	}
	return list, environments
}

// helper reports whether the standard library has started the process for itself.
func helper(p *trace.Process) bool {
	return !p.Forked && slices.ContainsFunc(p.Argv, func(word string) bool {
		return strings.Contains(word, "resource_tracker") || strings.Contains(word, "multiprocessing.forkserver")
	})
}

// inTrace returns the same of a trace: of each of its processes the calls of the
// function work, which has two lines. Helpers are left out.
func inTrace(t *testing.T, dir string) []member {
	t.Helper()
	tr, err := trace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	if i := tr.Info(); i.Dropped != 0 || len(i.Problems) != 0 || !i.Complete {
		t.Errorf("the trace lost %d events, complete %v, problems %q", i.Dropped, i.Complete, i.Problems)
	}
	var list []member
	for _, p := range tr.Processes() {
		sum := countsOf(t, p)
		m := member{PID: p.PID, Forked: p.Forked}
		if p.Parent != nil {
			m.Parent = p.Parent.PID
		}
		hits := 0
		for at, n := range sum.functions {
			if at.module == "kin" && at.function == "work" {
				m.Calls += n.calls
			}
		}
		for at, n := range sum.lines {
			if at.module == "kin" && at.function == "work" {
				hits += n
			}
		}
		if hits != 2*m.Calls {
			t.Errorf("process %d: %d hits of the lines of work, %d calls", p.PID, hits, m.Calls)
		}
		if m.Calls == 0 && helper(p) {
			continue
		}
		list = append(list, m)
	}
	return list
}

// countsOf returns the counts of a process.
func countsOf(t *testing.T, p *trace.Process) counts {
	t.Helper()
	sum := counts{map[place]tally{}, map[place]int{}, map[place]bool{}}
	for _, th := range p.Threads {
		if err := th.Replay(&counter{counts: sum}); err != nil {
			t.Errorf("process %d: %v", p.PID, err)
		}
	}
	return sum
}

// compareMembers fails the test where the trace's processes are not those that were.
func compareMembers(t *testing.T, got, want []member) {
	t.Helper()
	count := func(list []member) map[member]int {
		n := map[member]int{}
		for _, m := range list {
			n[m]++
		}
		return n
	}
	g, w := count(got), count(want)
	if maps.Equal(g, w) {
		return
	}
	var differ []string
	for m, n := range w {
		if g[m] != n {
			differ = append(differ, fmt.Sprintf("%+v is in the trace %d times, and was there %d times", m, g[m], n))
		}
	}
	for m, n := range g {
		if w[m] == 0 {
			differ = append(differ, fmt.Sprintf("%+v is in the trace %d times, and was never there", m, n))
		}
	}
	slices.Sort(differ)
	t.Errorf("%d processes in the trace, %d were there:\n%s", len(got), len(want), excerpt(strings.Join(differ, "\n")))
}

// family runs a program of many processes alone and traced, and compares what its
// user sees, what its processes are given, and what is in the trace.
func family(t *testing.T, python pyabi.Info, atLeast int, command ...string) {
	t.Helper()
	familyWith(t, python, nil, atLeast, command...)
}

func familyWith(t *testing.T, python pyabi.Info, flags []string, atLeast int, command ...string) {
	t.Helper()
	logs := t.TempDir()
	j := job{dir: relatives, args: command, env: []string{"FAMILY_LOG=" + filepath.Join(logs, "alone")}}
	alone := untraced(t, python, j)
	if alone.status != 0 || alone.stderr != "" {
		t.Fatalf("untraced, the program ends with %d: %s", alone.status, excerpt(alone.stderr))
	}
	j.env = []string{"FAMILY_LOG=" + filepath.Join(logs, "traced")}
	got, dir := traced(t, python, flags, j)
	same(t, got, alone)
	_, before := logged(t, filepath.Join(logs, "alone"))
	members, environments := logged(t, filepath.Join(logs, "traced"))
	if !maps.Equal(environments, before) {
		t.Errorf("environments and how many processes have each: %v, untraced %v", environments, before)
	}
	if len(members) < atLeast {
		t.Errorf("only %d processes, expected %d", len(members), atLeast)
	}
	compareMembers(t, inTrace(t, dir), members)
}

func TestFamilies(t *testing.T) {
	for _, f := range []struct {
		name    string
		members int
		command []string
	}{
		{"ways to fork", 34, []string{"forks.py"}},
		{"ways to start", 19, []string{"starts.py"}},
		{"pools by fork", 5, []string{"pools.py", "fork"}},
		{"pools by spawn", 4, []string{"pools.py", "spawn"}},
		{"pools by forkserver", 4, []string{"pools.py", "forkserver"}},
	} {
		t.Run(f.name, func(t *testing.T) {
			eachKind(t, func(t *testing.T, python pyabi.Info) { family(t, python, f.members, f.command...) })
		})
	}
}

// More than a hundred processes that are forked and fifty that are started, on four
// levels, at work at the same time.
func TestLargeFamily(t *testing.T) {
	eachKind(t, func(t *testing.T, python pyabi.Info) { family(t, python, 169, "tree.py") })
}

// What is synced, sampled or bounded is no other.
func TestFamilyWithOptions(t *testing.T) {
	python := interpreters.Traceable(t)[0]
	for _, flags := range [][]string{
		{"--durable"}, {"--sample", "0"}, {"--sample", "1ms"}, {"--max-size", "1GB"}, {"--ring", "1GB"}, {"--slot-size", "4096"},
		{"--trigger", "exit:0", "--ring", "1h"},
	} {
		t.Run(strings.Join(flags, " "), func(t *testing.T) { familyWith(t, python, flags, 34, "forks.py") })
	}
}

func TestFamilyWithoutChildren(t *testing.T) {
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		logs := t.TempDir()
		j := job{dir: relatives, args: []string{"forks.py"}, env: []string{"FAMILY_LOG=" + filepath.Join(logs, "alone")}}
		alone := untraced(t, python, j)
		j.env = []string{"FAMILY_LOG=" + filepath.Join(logs, "traced")}
		got, dir := traced(t, python, []string{"--no-children"}, j)
		same(t, got, alone)
		members, _ := logged(t, filepath.Join(logs, "traced"))
		compareMembers(t, inTrace(t, dir), members[len(members)-1:])
	})
}

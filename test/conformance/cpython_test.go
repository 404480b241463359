package conformance

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tracer/test/interpreters"
)

// TestCPythonsOwnTestsEndAlike runs CPython's test modules untraced, and traced with
// everything recorded.
func TestCPythonsOwnTestsEndAlike(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes")
	}
	known, err := readKnown("known.json")
	if err != nil {
		t.Fatal(err)
	}
	chosen, left := subjects(interpreters.Traceable(t), *all)
	for _, reason := range left {
		t.Logf("left out: %s", reason)
	}
	if len(chosen) == 0 {
		t.Skip("no interpreter here comes with CPython's tests")
	}
	for _, s := range chosen {
		if !wantedVersion(t, s.Info) {
			continue
		}
		t.Run(name(s.Info), func(t *testing.T) {
			if !*all { // the long run has modules that measure time
				t.Parallel()
			}
			testSubject(t, s, known)
		})
	}
}

func testSubject(t *testing.T, s Subject, known []Known) {
	if s.Lent != nil {
		t.Logf("it comes without tests: those of %s are run on it", s.Lent)
	}
	env, err := s.lend(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var missing, slow, foreign []string
	tests := 0
	for _, m := range modules {
		switch {
		case !wantedModule(t, m.name):
		case !s.has(m.name) && (m.standIn == "" || !s.has(m.needs)):
			missing = append(missing, m.name)
		case m.slow && !*all:
			slow = append(slow, m.name)
		case s.Lent != nil && s.has(m.name) && !s.imports(t.Context(), m.name, env):
			foreign = append(foreign, m.name)
		default:
			t.Run(m.name, func(t *testing.T) { tests += testModule(t, s, m, env, s.known(known, m.name)) })
		}
	}
	t.Logf("%d tests were compared", tests)
	if len(missing) > 0 {
		t.Logf("not in this version's tests: %s", strings.Join(missing, " "))
	}
	if len(foreign) > 0 {
		t.Logf("lent, and of no use to this version: %s", strings.Join(foreign, " "))
	}
	if len(slow) > 0 {
		t.Logf("only in the long run (make conformance): %s", strings.Join(slow, " "))
	}
}

// testModule compares a module's tests, and returns how many there are.
func testModule(t *testing.T, s Subject, m module, env []string, known []Known) int {
	name := "test." + m.name
	if !s.has(m.name) {
		name = m.standIn
		t.Logf("it is not installed: %s stands in for it", name)
	}
	out := notRun(known, name+".")
	if len(out) > 0 {
		t.Logf("not run: %s", strings.Join(out, " "))
	}
	p := Program{
		Python: s.Executable, Env: env, Only: "*", Patience: 15 * time.Minute,
		Args: func(outcomes string) []string {
			return append([]string{filepath.Join(here, "outcomes.py"), outcomes, name}, out...)
		},
	}
	return endsAlike(t, p, name+".", known, func(t *testing.T, r *Run, trace string) {
		if n := calls(mainRows(t, trace), "Outcomes.startTest"); n != r.Started {
			t.Errorf("%d tests began, %d calls of the function that notes it were recorded", r.Started, n)
		}
	})
}

func mainRows(t *testing.T, trace string) []reported {
	t.Helper()
	rows, err := report(t.Context(), tracer, trace, "--only", "__main__")
	if err != nil {
		t.Error(err)
	}
	return rows
}

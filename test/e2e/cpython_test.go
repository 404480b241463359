package e2e

import (
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tracer/internal/pyabi"
)

// suites are modules of CPython's own tests that lean on what tracing touches.
var suites = []string{
	"test_generators", "test_coroutines", "test_asyncgen", "test_exceptions", "test_contextlib", "test_scope",
	"test_with", "test_sys_setprofile", "test_sys_settrace", "test_frame", "test_context", "test_gc", "test_threading",
}

// TestCPythonsOwnTestsEndAlike runs them traced, with the tests' own modules
// recorded, and untraced. Left out is test_monitoring alone: before each of its
// tests it asserts that no tool has any event on.
func TestCPythonsOwnTestsEndAlike(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes")
	}
	var ran int
	eachPythonInTurn(t, func(t *testing.T, python pyabi.Info) {
		if exec.Command(python.Executable, "-c", "import test.test_generators").Run() != nil {
			t.Skipf("%s comes without its test suite", python)
		}
		ran++
		j := job{dir: t.TempDir(), args: append([]string{"-m", "test", "-v"}, suites...)}
		want := results(untraced(t, python, j))
		j.dir = t.TempDir()
		got, trace := traced(t, python, []string{"--only", "__main__,test,unittest"}, j)
		compareResults(t, results(got), want)
		if sum := recorded(t, trace); len(sum.lines) < 10000 {
			t.Errorf("only %d lines were recorded: the tests were not traced", len(sum.lines))
		}
	})
	if ran == 0 {
		t.Log("no interpreter here comes with CPython's test suite: it was not run")
	}
}

// result is a line of the verbose output of unittest.
var result = regexp.MustCompile(`(?m)^(test\w+ \([\w.]+\))(?:.*\n)?.*\.\.\. .*?(ok|FAIL|ERROR|skipped|expected failure)`)

func results(o outcome) map[string]string {
	all := map[string]string{"exit status": string(rune('0' + o.status%10))}
	for _, m := range result.FindAllStringSubmatch(o.stdout+o.stderr, -1) {
		all[m[1]] = m[2]
	}
	return all
}

func compareResults(t *testing.T, got, want map[string]string) {
	t.Helper()
	if len(want) < 500 {
		t.Errorf("only %d results were found in the output", len(want))
	}
	both := maps.Clone(want)
	maps.Copy(both, got)
	for _, test := range slices.Sorted(maps.Keys(both)) {
		if got[test] != want[test] {
			t.Errorf("%s: %q traced, %q untraced", test, got[test], want[test])
		}
	}
	failed := 0
	for _, end := range want {
		if strings.HasPrefix(end, "FAIL") || end == "ERROR" {
			failed++
		}
	}
	t.Logf("%d tests, %d of them fail here untraced too", len(want)-1, failed)
}

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tracer/internal/pyabi"
	"tracer/test/interpreters"
)

// coverageTool is what is installed: versions of coverage.py with a part in C for each
// of the interpreters from 3.8 to 3.newestCovered.
const coverageTool = "coverage==7.6.1 ; python_version < \"3.9\"\ncoverage==7.10.7 ; python_version >= \"3.9\"\n"

const newestCovered = 14

// withCoverage returns, for each interpreter that eachPython runs on, one with
// coverage.py. They are made one after another: they share a pip.
func withCoverage(t *testing.T) map[string]string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	found, installed := interpreters.Traceable(t), map[string]string{}
	for _, python := range interpreters.Each(found) {
		if python.Major != 3 || python.Minor > newestCovered {
			t.Logf("%s is newer than the versions of coverage.py here, which are for up to 3.%d", python, newestCovered)
			continue
		}
		dir := filepath.Join(cache, "tracer", "e2e", "coverage-"+name(python))
		if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
			t.Fatal(err)
		}
		made, err := interpreters.Environment(t.Context(), python, dir, coverageTool, found)
		switch {
		case err == nil:
			installed[name(python)] = made
		case os.Getenv(interpreters.RequireEnv) != "":
			t.Fatal(err)
		default:
			t.Logf("%s has no coverage.py: %v", python, err)
		}
	}
	return installed
}

// core is a way in which coverage.py sees lines.
type core struct {
	name  string
	flags []string
	takes bool // in C, as the trace function of the thread
}

// cores are those of a version. Its sys.monitoring can measure branches from 3.14 on.
func cores(python pyabi.Info) []core {
	branches := []string{"--branch"}
	all := []core{{"ctrace", branches, true}, {"pytrace", branches, false}}
	switch {
	case python.Hook() != pyabi.Monitoring:
		return all
	case python.Minor < 14:
		branches = nil
	}
	return append(all, core{"sysmon", branches, false})
}

// TestCoverageIsTheSame measures a program's coverage alone and traced: the report is the
// same, and what was recorded of the program is what is without coverage.py.
func TestCoverageIsTheSame(t *testing.T) {
	const file = "covered.py"
	functions := []string{"<module>", "branches", "generator", "fails", "in_thread", "last", "<listcomp>"}
	installed := withCoverage(t)
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		executable, ok := installed[name(python)]
		if !ok {
			t.Skipf("not tested: %s has no coverage.py", python)
		}
		python.Executable = executable
		_, dir := beside(t, python, asIs, job{args: []string{file}})
		want := recorded(t, dir).ofFile(file, functions...)
		for _, c := range cores(python) {
			t.Run(c.name, func(t *testing.T) {
				dir := measureCoverage(t, python, c, file)
				sameCounts(t, recorded(t, dir).ofFile(file, functions...), want)
				if c.takes && python.Hook() != pyabi.Monitoring {
					checkTaken(t, dir)
				} else {
					noGaps(t, dir)
				}
			})
		}
	})
}

// measureCoverage compares the reports, and returns the trace, in which the part of
// coverage.py is that starts it.
func measureCoverage(t *testing.T, python pyabi.Info, c core, file string) string {
	t.Helper()
	data := t.TempDir()
	run := func(to string) job {
		args := append([]string{"-m", "coverage", "run", "--data-file=" + filepath.Join(data, to)}, c.flags...)
		return job{dir: besideOthers, args: append(args, file), env: []string{"COVERAGE_CORE=" + c.name}}
	}
	alone := untraced(t, python, run("alone"))
	if alone.status != 3 || alone.stderr != "no more\n" { // a warning says that it has chosen another core
		t.Fatalf("untraced: status %d, %s", alone.status, alone.stderr)
	}
	got, dir := traced(t, python, []string{"--only", "__main__,coverage.collector"}, run("traced"))
	same(t, got, alone)
	const report = `
import coverage, json, sys
for name in "alone", "traced":
    c = coverage.Coverage(data_file=sys.argv[1] + "/" + name)
    c.load()
    c.json_report(outfile=sys.argv[1] + "/" + name + ".json")
    with open(sys.argv[1] + "/" + name + ".json") as file:
        print(json.dumps(json.load(file)["files"], sort_keys=True))
`
	out := untraced(t, python, job{dir: besideOthers, args: []string{"-c", report, data}})
	files := strings.Split(out.stdout, "\n")
	if len(files) < 3 || !strings.Contains(files[0], `"executed_lines": [1, `) || files[0] != files[1] {
		t.Errorf("the reports are not the same, or none:\n%s\n%s", out.stdout, out.stderr)
	}
	return dir
}

// checkTaken: coverage.py's part in C takes the main thread's trace function. All that is
// lost is a line: the call that it makes brings the agent back. In other threads
// its trace function in Python begins, so there nothing is.
func checkTaken(t *testing.T, dir string) {
	t.Helper()
	gaps, taken := gapsOf(t, dir)
	if len(gaps) != 1 || taken != 1 {
		t.Fatalf("the trace function was taken %d times, %d gaps, expected one", taken, len(gaps))
	}
	g := gaps[0]
	text := source(t, g.before.file)
	between := text[g.before.line-1 : g.after.line]
	var code []string
	for _, line := range between {
		if line = strings.TrimSpace(line); line != "" {
			code = append(code, line)
		}
	}
	want := []string{"fn = tracer.start()", "self.tracers.append(tracer)", "return fn"}
	if !slices.Equal(code, want) {
		t.Errorf("the gap is from the first to the last of %q, expected %q", code, want)
	}
}

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"tracer/internal/pyabi"
	"tracer/test/interpreters"
)

// exported is a program that others measure too.
const exported = "exported.py"

// measuring are the tools that others measure with, which have a part in C for the
// interpreters of measured.
const measuring = "line_profiler==5.1.0\ncoverage==7.17.3\n"

// measured calls a test with the newest interpreters, which have the tools.
func measured(t *testing.T, test func(t *testing.T, python pyabi.Info)) {
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	found := interpreters.Traceable(t)
	for _, python := range interpreters.Each(found) {
		minor := interpreters.Minor(python)
		if minor != "3.13" && minor != "3.14" {
			continue
		}
		t.Run(name(python), func(t *testing.T) {
			dir := filepath.Join(cache, "tracer", "e2e", "measuring-"+name(python))
			if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
				t.Fatal(err)
			}
			made, err := interpreters.Environment(t.Context(), python, dir, measuring, found)
			if err != nil && os.Getenv(interpreters.RequireEnv) != "" {
				t.Fatal(err)
			} else if err != nil {
				t.Skipf("not tested: %s has no tools to compare with: %v", python, err)
			}
			python.Executable = made
			test(t, python)
		})
	}
}

// exports traces the program, and exports that in a format.
func exports(t *testing.T, python pyabi.Info, format string) string {
	t.Helper()
	got, dir := traced(t, python, nil, job{dir: besideOthers, args: []string{exported}})
	if got.status != 0 {
		t.Fatalf("status %d: %s", got.status, got.stderr)
	}
	path := filepath.Join(t.TempDir(), "out")
	out := execute(t, job{args: []string{tracer, "export", dir, "--as", format, "-o", path}})
	if out.status != 0 {
		t.Fatalf("status %d: %s", out.status, out.stderr)
	}
	return path
}

// scripted runs a script of an interpreter in the folder of the program, and reads the JSON
// that it prints last.
func scripted(t *testing.T, python pyabi.Info, script string, to any, args ...string) {
	t.Helper()
	out := untraced(t, python, job{dir: besideOthers, args: append([]string{"-c", script}, args...)})
	lines := strings.Split(strings.TrimSpace(out.stdout), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), to); err != nil || out.status != 0 {
		t.Fatalf("status %d, %v: %s\n%s", out.status, err, out.stdout, out.stderr)
	}
}

// TestCallsAreThoseOfCProfile: so are the callers. Calls of what is written in C, which is not
// traced, are left out of both; what C calls, as sum does a generator, is called by its caller
// then. But from 3.14 on cProfile knows no caller of that.
func TestCallsAreThoseOfCProfile(t *testing.T) {
	const show = `
def show(path):
    rows = {}
    own = lambda f: os.path.basename(f[0]) == "exported.py"
    for f, (cc, nc, tt, ct, callers) in pstats.Stats(path).stats.items():
        if own(f):
            name = "%s:%d" % f[2:0:-1]
            rows[name] = [nc, cc]
            for g, (n, c, *_) in callers.items():
                if own(g):
                    rows[g[2] + " calls " + name] = [n, c]
    print(json.dumps(rows))
`
	const profiled = `
import cProfile, json, os, pstats, sys
with open("exported.py") as f:
    code = compile(f.read(), "exported.py", "exec")
p = cProfile.Profile(builtins=False)
names = {"__name__": "__main__"}
p.enable()
exec(code, names)
p.disable()
p.dump_stats(sys.argv[1])
` + show + "show(sys.argv[1])\n"
	const ours = "import json, os, pstats, sys\n" + show + "show(sys.argv[1])\n"
	measured(t, func(t *testing.T, python pyabi.Info) {
		var want, got map[string][2]int
		scripted(t, python, profiled, &want, filepath.Join(t.TempDir(), "theirs"))
		scripted(t, python, ours, &got, exports(t, python, "pstats"))
		if len(want) < 40 {
			t.Errorf("cProfile has %d functions and edges", len(want))
		}
		for key, n := range got {
			if strings.Contains(key, " calls ") && python.Minor >= 14 && want[key][0] < n[0] {
				delete(got, key)
				delete(want, key)
			}
		}
		differ(t, got, want)
	})
}

// TestHitsAreThoseOfLineProfiler: of each line of each function that it is told to measure.
func TestHitsAreThoseOfLineProfiler(t *testing.T) {
	const show = `
def show(stats):
    rows = {}
    for (file, first, name), lines in stats.timings.items():
        if os.path.basename(file) == "exported.py":
            for line, hits, _ in lines:
                rows["%d:%d" % (first, line)] = hits
    print(json.dumps(rows))
`
	const profiled = `
import json, os, sys
sys.path.insert(0, ".")
import line_profiler, exported
p = line_profiler.LineProfiler()
p.add_module(exported)
p.enable_by_count()
exported.main()
p.disable_by_count()
p.dump_stats(sys.argv[1])
` + show + "show(line_profiler.load_stats(sys.argv[1]))\n"
	const ours = "import json, line_profiler, os, sys\n" + show + "show(line_profiler.load_stats(sys.argv[1]))\n"
	measured(t, func(t *testing.T, python pyabi.Info) {
		var want, got map[string]int
		scripted(t, python, profiled, &want, filepath.Join(t.TempDir(), "theirs"))
		scripted(t, python, ours, &got, exports(t, python, "lprof"))
		if len(want) < 40 {
			t.Errorf("line_profiler has %d lines", len(want))
		}
		for line := range got {
			if _, ok := want[line]; !ok {
				delete(got, line) // of a module, or of a function in another
			}
		}
		differ(t, got, want)
	})
}

// TestCoverageIsThatOfCoveragePy: statements that ran, that did not and that are excluded, of the
// file, of its functions and of its classes, and their sums.
func TestCoverageIsThatOfCoveragePy(t *testing.T) {
	const profiled = `
import coverage, json, os, runpy, sys
c = coverage.Coverage(data_file=None)
c.start()
runpy.run_path("exported.py", run_name="__main__")
c.stop()
c.json_report(outfile=sys.argv[1], include="*/exported.py")
print(open(sys.argv[1]).read())
`
	measured(t, func(t *testing.T, python pyabi.Info) {
		var want, got struct{ Files map[string]map[string]any }
		scripted(t, python, profiled, &want, filepath.Join(t.TempDir(), "theirs"))
		text, err := os.ReadFile(exports(t, python, "coverage"))
		if err == nil {
			err = json.Unmarshal(text, &got)
		}
		if err != nil {
			t.Fatal(err)
		}
		theirs, own := want.Files[exported], got.Files[exported]
		if len(theirs["missing_lines"].([]any)) < 5 || len(theirs["excluded_lines"].([]any)) < 2 {
			t.Errorf("coverage.py has little: %v", theirs)
		}
		differ(t, own, theirs)
	})
}

// differ fails the test where two maps are not the same.
func differ[V any](t *testing.T, got, want map[string]V) {
	t.Helper()
	for key := range want {
		if !reflect.DeepEqual(got[key], want[key]) {
			t.Errorf("%s: %s, expected %s", key, excerpt(fmt.Sprint(got[key])), excerpt(fmt.Sprint(want[key])))
		}
	}
	for key := range got {
		if _, ok := want[key]; !ok {
			t.Errorf("%s: %s, expected nothing", key, excerpt(fmt.Sprint(got[key])))
		}
	}
}

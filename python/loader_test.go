// Package python_test runs the loader in every interpreter of the machine, and
// compares what a program sees with and without it.
package python_test

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"tracer/internal/launch"
	"tracer/internal/launch/launchtest"
	"tracer/internal/pyabi"
)

func TestMain(m *testing.M) { launchtest.Main(m) }

var machine = sync.OnceValue(pyabi.Find)

// forEach runs a test in each interpreter.
func forEach(t *testing.T, f func(t *testing.T, python pyabi.Info)) {
	found := machine()
	if len(found) == 0 {
		t.Skip("no Python on this machine")
	}
	for _, python := range found {
		t.Run(strings.ReplaceAll(python.String(), " ", "-"), func(t *testing.T) {
			t.Parallel()
			f(t, python)
		})
	}
}

// probe prints all that the loader could have left behind.
const probe = `
from __future__ import print_function
import sys
modules, path = sorted(sys.modules), list(sys.path)
cache, main = sorted(map(str, sys.path_importer_cache)), sorted(vars())
import os
try: import builtins
except ImportError: import __builtin__ as builtins
import warnings
print("modules", modules)
print("path", path)
print("cache", cache)
print("main", main, getattr(sys.modules["__main__"], "__file__", None))
print("argv", sys.argv, getattr(sys, "orig_argv", None))
print("environ", list(os.environ.items()) if sys.version_info[0] > 2 else sorted(os.environ.items()))
print("builtins", sorted(vars(builtins)))
print("filters", [(f[0], getattr(f[1], "pattern", f[1]), f[2], getattr(f[3], "pattern", f[3]), f[4]) for f in warnings.filters], sys.warnoptions, getattr(sys, "_xoptions", None), sys.flags)
print("hooks", len(sys.meta_path), len(sys.path_hooks), sys.excepthook is sys.__excepthook__, sys.gettrace(), sys.getprofile())
print("file", getattr(sys.modules.get("sitecustomize"), "__file__", None), type(sys.modules.get("sitecustomize")))
print("last", [n for n in dir(sys) if n.startswith("last_")], sys.exc_info()[:2])
`

// outcome is what can be seen of a run from outside.
type outcome struct{ stdout, stderr, status string }

// run runs the probe, under trace if there is a library.
func run(t *testing.T, python pyabi.Info, dir string, lib *launch.Library, trace string, env, args []string) outcome {
	t.Helper()
	cmd := exec.Command(python.Executable, args...)
	cmd.Dir = dir
	cmd.Env = append([]string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "Z=1"}, env...)
	if lib != nil {
		cmd.Env = launch.Environ(cmd.Env, *lib, trace)
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return outcome{stdout.String(), stderr.String(), cmd.ProcessState.String()}
}

// loaderFrame is the loader's place in a traceback. It shows only where the
// program's sitecustomize exits or is interrupted, which site does not report
// but dies of; there is no way around it.
var loaderFrame = regexp.MustCompile(`  File ".*/loader/sitecustomize.py", line \d+, in <module>\n    import sitecustomize.*\n(?:    \^+\n)?`)

// compare runs a program untraced and traced, and checks that the loader was at
// work in the second.
func compare(t *testing.T, python pyabi.Info, dir string, env, args []string) {
	t.Helper()
	lib := launchtest.Library(t)
	trace := t.TempDir()
	settings := make([]byte, 32)
	if err := os.WriteFile(filepath.Join(trace, "settings"), settings, 0o600); err != nil {
		t.Fatal(err)
	}
	if python.Major == 2 {
		run(t, python, dir, nil, "", env, args) // its __file__ tells whether there was a cache
	}
	alone := run(t, python, dir, nil, "", env, args)
	traced := run(t, python, dir, &lib, trace, env, args)
	traced.stderr = loaderFrame.ReplaceAllString(traced.stderr, "")
	differ(t, "stdout", alone.stdout, traced.stdout)
	differ(t, "stderr", alone.stderr, traced.stderr)
	if alone.status != traced.status {
		t.Errorf("%s, traced %s", alone.status, traced.status)
	}
	refused, _ := os.ReadFile(filepath.Join(trace, "refused"))
	procs, _ := filepath.Glob(filepath.Join(trace, "proc-*"))
	if supported := python.Supported() == nil; supported != (len(procs) == 1) || supported != (len(refused) == 0) {
		t.Errorf("traceable %v, but left %q and refused %q", supported, procs, refused)
	}
	if len(refused) > 0 && !strings.Contains(string(refused), " cannot be traced") {
		t.Errorf("refused %q", refused)
	}
}

// differ reports the lines that are not the same.
func differ(t *testing.T, stream, alone, traced string) {
	t.Helper()
	if alone == traced {
		return
	}
	a, b := strings.Split(alone, "\n"), strings.Split(traced, "\n")
	for i := range max(len(a), len(b)) {
		var x, y string
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			t.Errorf("%s differs in line %d\nalone  %s\ntraced %s", stream, i+1, x, y)
		}
	}
}

func TestProgramsSeeNothing(t *testing.T) {
	forEach(t, func(t *testing.T, python pyabi.Info) {
		dir := t.TempDir()
		script := filepath.Join(dir, "probe.py")
		write(t, script, probe)
		other := t.TempDir()
		for name, env := range map[string][]string{
			"no PYTHONPATH":                     nil,
			"an empty PYTHONPATH":               {"PYTHONPATH="},
			"a PYTHONPATH":                      {"PYTHONPATH=" + other + ":/nonexistent"},
			"a PYTHONPATH with empty entries":   {"A=2", "PYTHONPATH=:" + other + ":", "B=3"},
			"a PYTHONPATH named twice the same": {"PYTHONPATH=" + other + ":" + other},
		} {
			t.Run(name, func(t *testing.T) { compare(t, python, dir, env, []string{script, "x", "--tracer"}) })
		}
		for name, args := range map[string][]string{
			"-c":                  {"-c", probe, "x"},
			"-m":                  {"-m", "probe", "x"},
			"-s -B":               {"-s", "-B", script},
			"all warnings errors": {"-W", "error", "-bb", script},
			"-O":                  {"-O", script},
		} {
			if name == "all warnings errors" && python.Major == 2 {
				args = []string{"-3", "-W", "error", script}
			}
			t.Run(name, func(t *testing.T) { compare(t, python, dir, nil, args) })
		}
	})
}

// The ways in which a site can have a sitecustomize of its own.
var customs = map[string]string{
	"prints":                      "import sys; print('mine', __name__, __file__, sys.path[0], sys.exc_info())",
	"changes the path":            "import sys; sys.path.insert(0, '/added'); sys.mine = 1",
	"has side modules":            "import side; print(side.__file__)",
	"is interrupted":              "raise KeyboardInterrupt",
	"raises":                      "raise ValueError('mine')",
	"raises without words":        "raise ValueError",
	"raises out of an exception":  "try: 1/0\nexcept Exception: raise KeyError('mine')",
	"misses a module":             "import nonexistent_module",
	"misses itself":               "raise ImportError('sitecustomize')",
	"cannot be parsed":            "def (",
	"exits":                       "raise SystemExit(3)",
	"exits with words":            "raise SystemExit('leaving')",
	"replaces itself":             "import sys\nclass M(object): pass\nsys.modules['sitecustomize'] = M()",
	"removes itself":              "import sys; del sys.modules['sitecustomize']",
	"registers an exit function":  "import atexit\ndef f(): print('bye')\natexit.register(f)",
	"reads what the loader reads": "import os; print([k for k in os.environ if 'TRACER' in k], os.environ.get('PYTHONPATH'))",
	"warns":                       "import warnings; warnings.warn('mine')",
	"leaves a traceback at exit":  "import sys\nsys.exitfunc = None",
	"is empty":                    "",
	"imports itself":              "import sitecustomize; print(sitecustomize.__name__)",
}

func TestSitecustomizeOfTheProgram(t *testing.T) {
	forEach(t, func(t *testing.T, python pyabi.Info) {
		for _, name := range slices.Sorted(maps.Keys(customs)) {
			t.Run(name, func(t *testing.T) {
				dir, site := t.TempDir(), t.TempDir()
				write(t, filepath.Join(site, "sitecustomize.py"), customs[name])
				write(t, filepath.Join(site, "side.py"), "")
				write(t, filepath.Join(dir, "probe.py"), probe)
				compare(t, python, dir, []string{"PYTHONPATH=" + site}, []string{"probe.py"})
			})
		}
	})
}

// A package, a file without source and a module for the user stand in for a
// sitecustomize too.
func TestOtherKindsOfSitecustomize(t *testing.T) {
	forEach(t, func(t *testing.T, python pyabi.Info) {
		for name, files := range map[string][]string{
			"a package":        {"sitecustomize/__init__.py"},
			"for the user too": {"sitecustomize.py", "usercustomize.py"},
			"for the user":     {"usercustomize.py"},
		} {
			t.Run(name, func(t *testing.T) {
				dir, site := t.TempDir(), t.TempDir()
				for _, file := range files {
					path := filepath.Join(site, file)
					if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
						t.Fatal(err)
					}
					write(t, path, "print(__name__, __file__)")
				}
				write(t, filepath.Join(dir, "probe.py"), probe)
				compare(t, python, dir, []string{"PYTHONPATH=" + site}, []string{"probe.py"})
			})
		}
	})
}

// A sub-interpreter begins with the search path that the process began with.
func TestSubinterpreters(t *testing.T) {
	const program = `
try: import _interpreters as i
except ImportError:
    try: import _xxsubinterpreters as i
    except ImportError: i = None
if i:
    code = "import sys, os; print(sys.path, sorted(sys.modules), 'sitecustomize' in sys.modules, len(os.environ))"
    i.run_string(i.create(), code)
`
	forEach(t, func(t *testing.T, python pyabi.Info) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "sub.py"), program)
		compare(t, python, dir, nil, []string{"sub.py"})
		site := t.TempDir()
		write(t, filepath.Join(site, "sitecustomize.py"), "print('mine')")
		compare(t, python, dir, []string{"PYTHONPATH=" + site}, []string{"sub.py"})
	})
}

// The variables are handed on by the agent alone, see children_test.go.
func TestVariablesAreNotInherited(t *testing.T) {
	const program = `
import subprocess, sys
subprocess.check_call([sys.executable, "-c", "import os, sys; print(sorted(os.environ), sys.path)"])
`
	forEach(t, func(t *testing.T, python pyabi.Info) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "parent.py"), program)
		compare(t, python, dir, nil, []string{"parent.py"})
	})
}

// Whatever is wrong with the trace or the agent, the program does not notice.
func TestBrokenAgentsHarmNobody(t *testing.T) {
	lib := launchtest.Library(t)
	empty := filepath.Join(t.TempDir(), "agent.so")
	write(t, empty, "")
	other := launch.Library{Agent: empty, Loader: lib.Loader}
	missing := launch.Library{Agent: "/nonexistent/agent.so", Loader: lib.Loader}
	forEach(t, func(t *testing.T, python pyabi.Info) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "probe.py"), probe)
		alone := run(t, python, dir, nil, "", nil, []string{"probe.py"})
		for name, lib := range map[string]launch.Library{"empty": other, "missing": missing, "good": lib} {
			for _, trace := range []string{t.TempDir(), "/nonexistent/trace"} {
				traced := run(t, python, dir, &lib, trace, nil, []string{"probe.py"})
				if alone != traced {
					t.Errorf("agent %s, trace %s: differs\nalone  %v\ntraced %v", name, trace, alone, traced)
				}
				refused, _ := os.ReadFile(filepath.Join(trace, "refused"))
				if trace != "/nonexistent/trace" && bytes.Count(refused, []byte("\n")) != 1 {
					t.Errorf("agent %s: refused %q", name, refused)
				}
			}
		}
	})
}

func TestReasonFollowsNoLink(t *testing.T) {
	lib := launchtest.Library(t)
	forEach(t, func(t *testing.T, python pyabi.Info) {
		dir, target := t.TempDir(), filepath.Join(t.TempDir(), "target")
		if err := os.Symlink(target, filepath.Join(dir, "refused")); err != nil {
			t.Fatal(err)
		}
		run(t, python, dir, &lib, dir, nil, []string{"-c", ""}) // no settings: refused
		if _, err := os.Stat(target); err == nil {
			t.Error("wrote through a link")
		}
	})
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

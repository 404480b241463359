package python_test

import (
	"bytes"
	"encoding/binary"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tracer/internal/launch"
	"tracer/internal/pyabi"
	"tracer/internal/wire"
	"tracer/test/interpreters"
)

// realLibrary is what make builds: these tests need the agent itself.
func realLibrary(t *testing.T) launch.Library {
	t.Helper()
	dir := os.Getenv(launch.LibraryEnv)
	if dir == "" {
		dir = filepath.Join("..", "bin", "lib", "tracer")
	}
	lib, err := launch.LibraryIn(dir)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// started is a process that a trace tells of and that is no fork.
type started struct{ dir, parent string }

// readTrace returns the processes of a trace that began as programs, and the
// names of all its directories.
func readTrace(t *testing.T, trace string) (programs []started, dirs map[string]bool) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(trace, "proc-*"))
	if err != nil {
		t.Fatal(err)
	}
	dirs = map[string]bool{}
	for _, dir := range found {
		names := readNames(t, dir)
		if names == nil {
			continue
		}
		dirs[filepath.Base(dir)] = true
		_, first, n, err := wire.NextRecord(names[wire.NamesHeadBytes:])
		if err != nil || n == 0 {
			t.Fatalf("%s: names: first record: %d bytes, %v", dir, n, err)
		}
		var r wire.ProcessRecord
		if err := r.Decode(first); err != nil {
			t.Fatalf("%s: names: %v", dir, err)
		}
		second, _, m, err := wire.NextRecord(names[wire.NamesHeadBytes+n:])
		if err != nil {
			t.Fatalf("%s: names: second record: %v", dir, err)
		}
		if m == 0 || second != wire.TypeFork {
			programs = append(programs, started{filepath.Base(dir), string(r.Parent)})
		}
	}
	return programs, dirs
}

// readNames reads a process's names once its agent has begun: a helper of multiprocessing may
// still be starting when the program has ended. One that was killed before it began has none.
func readNames(t *testing.T, dir string) []byte {
	t.Helper()
	number, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), "proc-"), "-")
	pid, err := strconv.Atoi(number)
	if err != nil {
		t.Fatal(err)
	}
	for begin := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		alive := syscall.Kill(pid, 0) == nil
		control, err := os.ReadFile(filepath.Join(dir, "control"))
		begun := err == nil && len(control) == wire.ControlFile && binary.LittleEndian.Uint64(control) == wire.MagicControl
		if begun {
			break
		}
		if !alive {
			return nil
		}
		if time.Since(begin) > 10*time.Second {
			t.Fatalf("%s: the agent has not begun", dir)
		}
	}
	names, err := os.ReadFile(filepath.Join(dir, "names"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// traceDirectory makes one as the controller does.
func traceDirectory(t *testing.T, children uint32) string {
	t.Helper()
	trace := t.TempDir()
	settings := wire.SettingsHead{Magic: wire.MagicSettings, Version: wire.Version, Events: wire.EventsLines,
		SlotSize: 65536, Filter: wire.FilterYourCode, Children: children}
	write(t, filepath.Join(trace, "settings"), string(settings.Append(nil)))
	return trace
}

// family is a program that starts others: what it prints must be the same
// whether it is traced or not.
type family struct {
	name     string
	program  string // after prelude
	children int    // programs that it starts with a traceable Python
	more     bool   // or more: helpers of the standard library come and go
	env      []string
	flags    []string
	off      bool // the settings say that children are not recorded
	bare     bool // without prelude and epilogue, which need 3.8
	minor    int  // the oldest version of Python 3 that can run it, if that is not 3.8
}

// runsOn says whether a version can run the program.
func (f family) runsOn(python pyabi.Info) bool {
	return f.bare || python.Major == 3 && python.Minor >= max(f.minor, 8)
}

// prelude comes before each program. child.py prints what it finds.
const prelude = `
import os, sys, subprocess
here = os.path.dirname(os.path.abspath(__file__))
CHILD = [sys.executable, os.path.join(here, "child.py")]
def forked(f, *args, **keywords):
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        try: f(*args, **keywords)
        except BaseException as e: print(repr(e), getattr(e, "filename", None))
        finally:
            sys.stdout.flush()
            os._exit(9)
    print(f.__name__, os.waitpid(pid, 0)[1], flush=True)
def wait(pid): print("status", os.waitpid(pid, 0)[1], flush=True)
def c_environ():
    import ctypes
    pointer, found = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ"), []
    while pointer and pointer[len(found)]: found.append(pointer[len(found)])
    return found
if __name__ == "__main__":
    print(list(os.environ.items()), flush=True)
`

const childProgram = `
import os, sys
print("child", sys.argv[1:], sorted(os.environ.items()), sorted(os.environb.items()), sys.path, sys.flags, flush=True)
`

// epilogue: nothing has changed in the process that started the others.
const epilogue = `
if __name__ == "__main__":
    print(list(os.environ.items()), c_environ(), os.execve, os.system, flush=True)
`

func (f family) run(t *testing.T, python pyabi.Info, lib launch.Library) {
	dir := t.TempDir()
	program := prelude + f.program + epilogue
	if f.bare {
		program = f.program
	}
	write(t, filepath.Join(dir, "parent.py"), program)
	write(t, filepath.Join(dir, "child.py"), childProgram)
	children := uint32(1)
	if f.off {
		children = 0
	}
	trace := traceDirectory(t, children)
	args := append(slices.Clone(f.flags), "parent.py")
	env := append([]string{"PYTHONDONTWRITEBYTECODE=1"}, f.env...)
	alone := run(t, python, dir, nil, "", env, args)
	traced := run(t, python, dir, &lib, trace, env, args)
	differ(t, "stdout", alone.stdout, traced.stdout)
	differ(t, "stderr", alone.stderr, traced.stderr)
	if alone.status != traced.status {
		t.Errorf("%s, traced %s", alone.status, traced.status)
	}
	if strings.Contains(alone.stderr, "Traceback") {
		t.Errorf("the program fails by itself: %s", alone.stderr)
	}
	f.check(t, trace)
}

// check compares the trace with what the program is known to start.
func (f family) check(t *testing.T, trace string) {
	if refused, err := os.ReadFile(filepath.Join(trace, "refused")); err == nil {
		t.Errorf("refused %q", refused)
	}
	programs, dirs := readTrace(t, trace)
	if n := len(programs) - 1; n != f.children && !(f.more && n > f.children) {
		t.Errorf("%d children are traced, expected %d", n, f.children)
	}
	roots := 0
	for _, p := range programs {
		if p.parent == "" {
			roots++
		} else if !dirs[p.parent] || p.parent == p.dir {
			t.Errorf("%s says that its parent is %q; there are %q", p.dir, p.parent, slices.Sorted(maps.Keys(dirs)))
		}
	}
	if roots != 1 {
		t.Errorf("%d processes without a parent, expected 1: %v", roots, programs)
	}
}

func runFamilies(t *testing.T, families []family) {
	lib := realLibrary(t)
	for _, python := range interpreters.Traceable(t) {
		t.Run(strings.ReplaceAll(python.String(), " ", "-"), func(t *testing.T) {
			for _, f := range families {
				if !f.runsOn(python) {
					continue // it uses what this version does not have yet
				}
				t.Run(f.name, func(t *testing.T) {
					t.Parallel()
					f.run(t, python, lib)
				})
			}
		})
	}
}

func TestChildren(t *testing.T)               { runFamilies(t, startingFamilies) }
func TestEnvironmentsOfChildren(t *testing.T) { runFamilies(t, environmentFamilies) }
func TestStartingLooksTheSame(t *testing.T)   { runFamilies(t, surfaceFamilies) }

// A child that the agent cannot work in says so.
func TestChildrenThatCannotBeTraced(t *testing.T) {
	lib := realLibrary(t)
	var old *pyabi.Info
	for _, python := range machine() {
		if python.Supported() != nil {
			old = &python
		}
	}
	if old == nil {
		t.Skip("every Python of this machine can be traced")
	}
	python := interpreters.Traceable(t)[0]
	trace := traceDirectory(t, 1)
	cmd := exec.Command(python.Executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])",
		old.Executable, "-c", "import os; print(sorted(k for k in os.environ if 'TRACER' in k))")
	cmd.Env = launch.Environ([]string{"PATH=" + os.Getenv("PATH")}, lib, trace)
	out, err := cmd.CombinedOutput()
	if err != nil || string(out) != "[]\n" {
		t.Errorf("%v: %s", err, out)
	}
	refused, err := os.ReadFile(filepath.Join(trace, "refused"))
	if err != nil || !bytes.Contains(refused, []byte(" cannot be traced")) {
		t.Errorf("refused %q, %v", refused, err)
	}
}

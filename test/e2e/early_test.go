package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tracer/internal/pyabi"
)

// environment makes a virtual environment whose site imports a module before
// tracer's loader comes.
func environment(t *testing.T, python pyabi.Info, module string) pyabi.Info {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), python.Executable, "-m", "venv", "--without-pip", dir).CombinedOutput(); err != nil {
		t.Fatalf("make a virtual environment: %v: %s", err, out)
	}
	site, err := filepath.Glob(filepath.Join(dir, "lib", "python3*", "site-packages"))
	if err != nil || len(site) != 1 {
		t.Fatalf("site-packages: %q, %v", site, err)
	}
	own := t.TempDir()
	for path, text := range map[string]string{
		filepath.Join(own, "early.py"):      module,
		filepath.Join(site[0], "early.pth"): "import sys; sys.path.append(" + pyString(own) + "); import early\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	python.Executable = filepath.Join(dir, "bin", "python")
	return python
}

func pyString(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

func TestThreadThatRunsAlreadyIsRecorded(t *testing.T) {
	const early = `
import threading
begun, go_on = threading.Event(), threading.Event()
turns = 0
def turn():
    global turns
    turns += 1
def loop():
    turn()
    begun.set()
    go_on.wait()
    for _ in range(100):
        turn()
thread = threading.Thread(target=loop, name="early bird")
thread.start()
begun.wait()
`
	program := write(t, "main.py", "import early\nearly.go_on.set()\nearly.thread.join()\nprint(early.turns)\n")
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		python = environment(t, python, early)
		got, dir := traced(t, python, nil, job{dir: t.TempDir(), args: []string{program}})
		same(t, got, outcome{stdout: "101\n"})
		turns, loops := 0, 0
		sum := recorded(t, dir)
		for at, n := range sum.functions {
			if at.function == "turn" {
				turns += n.calls
			}
		}
		for at, n := range sum.lines {
			if at.function == "loop" {
				loops += n
			}
		}
		if turns != 100 {
			t.Errorf("%d calls of the running thread's function were recorded, expected 100", turns)
		}
		if loops != 201 {
			t.Errorf("%d lines of the running function itself were recorded, expected 201", loops)
		}
	})
}

func TestNoToolIDIsLeft(t *testing.T) {
	const early = "import sys\nfor i in range(6): sys.monitoring.use_tool_id(i, 'somebody')\n"
	program := write(t, "main.py", "print('runs')\n")
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		hasToolIDs(t, python)
		python = environment(t, python, early)
		dir := filepath.Join(t.TempDir(), "t.trace")
		got := execute(t, job{dir: t.TempDir(), args: []string{tracer, "run", "--python", python.Executable, "-o", dir, program}})
		if got.stdout != "runs\n" || got.status != 0 {
			t.Errorf("status %d, output %q", got.status, got.stdout)
		}
		if !strings.Contains(got.stderr, "nothing recorded: all six tool ids of sys.monitoring are in use") {
			t.Errorf("stderr does not say why: %q", got.stderr)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Error("an empty trace was left")
		}
	})
}

func TestToolIDsInUseArePassedOver(t *testing.T) {
	const early = "import sys\nfor i in (0, 2, 4, 5): sys.monitoring.use_tool_id(i, 'somebody')\n"
	program := write(t, "main.py", "import sys\nprint([sys.monitoring.get_tool(i) for i in range(6)])\n")
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		hasToolIDs(t, python)
		python = environment(t, python, early)
		got, dir := traced(t, python, nil, job{dir: t.TempDir(), args: []string{program}})
		want := "['somebody', None, 'somebody', 'tracer', 'somebody', 'somebody']\n"
		same(t, got, outcome{stdout: want})
		recorded(t, dir)
	})
}

func hasToolIDs(t *testing.T, python pyabi.Info) {
	t.Helper()
	if python.Hook() != pyabi.Monitoring {
		t.Skipf("%s has no tool ids", python)
	}
}

// A trace function that is there before the agent, as a coverage tool's may be, sees
// what it would see alone.
func TestTraceFunctionThatIsThereAlready(t *testing.T) {
	const early = `import sys
seen = []
def trace(frame, event, arg):
    if frame.f_code.co_filename.endswith("main.py"):
        seen.append((event, frame.f_lineno))
    return trace
sys.settrace(trace)
`
	program := write(t, "main.py", `import sys
def turn(n): return n + 1
def loop():
    n = 0
    for i in range(50): n = turn(n)
    return n
print(loop(), sys.gettrace())
early = sys.modules["early"]
sys.settrace(None)
print(len(early.seen), early.seen[:5], early.seen[-5:])
`)
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		python = environment(t, python, early)
		j := job{dir: t.TempDir(), args: []string{program}}
		want := untraced(t, python, j)
		got, dir := traced(t, python, nil, j)
		address := regexp.MustCompile(`0x[0-9a-f]+`)
		got.stdout, want.stdout = address.ReplaceAllString(got.stdout, ""), address.ReplaceAllString(want.stdout, "")
		same(t, got, want)
		turns := 0
		for at, n := range recorded(t, dir).functions {
			if at.function == "turn" {
				turns += n.calls
			}
		}
		if turns != 50 || !strings.Contains(want.stdout, "('line', 2)") {
			t.Errorf("%d calls of turn were recorded, expected 50; the trace function saw %s", turns, want.stdout)
		}
	})
}

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tracer/internal/pyabi"
)

// write makes a program of the test.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// info is what `tracer info --format json` says.
type info struct {
	Events, Dropped uint64
	ExitStatus      int `json:"exit_status"`
	Complete        bool
	Problems        []string
}

func infoOf(t *testing.T, dir string) info {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), tracer, "info", "--format", "json", dir).Output()
	if err != nil {
		t.Fatalf("tracer info: %v", err)
	}
	var i info
	if err := json.Unmarshal(out, &i); err != nil {
		t.Fatal(err)
	}
	return i
}

// counting counts its own work in a shared mapping until something ends it.
const counting = `
import mmap, sys
with open(sys.argv[1], "r+b") as f:
    done = mmap.mmap(f.fileno(), 8)
def work(n):
    done[:8] = n.to_bytes(8, "little")
for n in range(1, 1 << 40):
    work(n)
`

// startCounting starts the program under tracer and waits until it is well on
// its way. It returns the count so far, to be asked again.
func startCounting(t *testing.T, python pyabi.Info, dir string) (*exec.Cmd, func() int) {
	t.Helper()
	counter := write(t, "count", strings.Repeat("\x00", 8))
	cmd := exec.CommandContext(t.Context(), tracer, "run", "--quiet", "--python", python.Executable, "-o", dir, write(t, "counting.py", counting), counter)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	count := func() int {
		b, err := os.ReadFile(counter)
		if err != nil || len(b) < 8 {
			t.Fatalf("read the count: %v", err)
		}
		n := 0
		for i := 7; i >= 0; i-- {
			n = n<<8 | int(b[i])
		}
		return n
	}
	for deadline := time.Now().Add(30 * time.Second); count() < 20000; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the program does not get on")
		}
	}
	return cmd, count
}

// tracedPID returns the process that the trace is of.
func tracedPID(t *testing.T, dir string) int {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "proc-*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("processes %q: %v", found, err)
	}
	pid, err := strconv.Atoi(strings.Split(filepath.Base(found[0]), "-")[1])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// checkCounted: every call that the program had counted is in the trace, and at
// most one more.
func checkCounted(t *testing.T, dir string, done int) {
	t.Helper()
	calls := 0
	for at, n := range recorded(t, dir).functions {
		if at.function == "work" {
			calls = n.calls
		}
	}
	if calls < done || calls > done+1 {
		t.Errorf("%d calls were recorded, the program had counted %d", calls, done)
	}
}

func TestKilledProgramLosesNothing(t *testing.T) {
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		dir := filepath.Join(t.TempDir(), "t.trace")
		cmd, count := startCounting(t, python, dir)
		if err := syscall.Kill(tracedPID(t, dir), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // its status is looked at below
		if status := cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGKILL {
			t.Errorf("tracer ended with %v, the program by SIGKILL", cmd.ProcessState)
		}
		checkCounted(t, dir, count())
		if i := infoOf(t, dir); i.ExitStatus != 128+9 {
			t.Errorf("exit_status %d", i.ExitStatus)
		}
	})
}

func TestKilledControllerLeavesProgramAndTrace(t *testing.T) {
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		dir := filepath.Join(t.TempDir(), "t.trace")
		cmd, count := startCounting(t, python, dir)
		pid := tracedPID(t, dir)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // killed, as said
		before := count()
		for deadline := time.Now().Add(30 * time.Second); count() < before+50000; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the program did not go on without the controller")
			}
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		for syscall.Kill(pid, 0) == nil && !isZombie(pid) {
			time.Sleep(time.Millisecond)
		}
		checkCounted(t, dir, count())
		if infoOf(t, dir).Complete {
			t.Error("a trace whose controller was killed is said to be complete")
		}
	})
}

// isZombie reports whether a process has ended and nobody has waited for it.
func isZombie(pid int) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return true
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return strings.HasPrefix(state, "Z")
}

// A limit on the size of files stands in for a full disk: both refuse the agent
// more room.
func TestFullDiskLeavesProgramAlone(t *testing.T) {
	program := write(t, "long.py", `
def work(n):
    return n + 1
total = 0
for _ in range(600_000):
    total = work(total)
print("done", total)
`)
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		dir := filepath.Join(t.TempDir(), "t.trace")
		got := execute(t, job{dir: t.TempDir(), args: []string{"sh", "-c", `ulimit -f 16000; exec "$@"`, "sh",
			tracer, "run", "--python", python.Executable, "-o", dir, program}})
		if got.stdout != "done 600000\n" || got.status != 0 {
			t.Errorf("status %d, output %q", got.status, got.stdout)
		}
		if !strings.Contains(got.stderr, "lost") {
			t.Errorf("the summary does not say that events were lost: %s", got.stderr)
		}
		i := infoOf(t, dir)
		if i.Dropped == 0 || i.Events == 0 || i.Complete {
			t.Errorf("info says %+v", i)
		}
		// Each turn is two lines of the loop, a call, its line, and its return.
		if all := i.Events + i.Dropped; all < 3_000_000 || all > 3_000_010 {
			t.Errorf("%d recorded and %d lost are %d events, expected 3,000,000 and a few", i.Events, i.Dropped, all)
		}
		check(t, dir)
	})
}

// Daemons close what they do not know, and write to files that then have the
// same numbers.
func TestProgramThatClosesAllDescriptors(t *testing.T) {
	program := write(t, "daemon.py", `
import os, sys
os.closerange(3, 5000)
files = [open(os.path.join(sys.argv[1], str(i)), "w+") for i in range(900)]
exec("def late(n):\n    return n\n")
for n in range(300_000):
    late(n)
for i, f in enumerate(files):
    f.write(str(i)); f.flush(); f.seek(0)
    assert f.read() == str(i), i
print("fine")
`)
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		got, dir := traced(t, python, nil, job{dir: t.TempDir(), args: []string{program, t.TempDir()}})
		same(t, got, outcome{stdout: "fine\n"})
		if sum := recorded(t, dir); calls(sum.functions)[place{"__main__", "late", "<string>", 1}] != 300_000 {
			t.Error("not all calls of a function that was made later are there")
		}
	})
}

// A program that records much, on several threads: the controller prepares room
// ahead of the agent, which takes it or finds its own.
func TestMuchIsRecordedWhole(t *testing.T) {
	program := write(t, "much.py", `
import threading
def work(n):
    return n + 1
def loop():
    n = 0
    while n < 700_000:
        n = work(n)
threads = [threading.Thread(target=loop) for _ in range(3)]
for t in threads: t.start()
for t in threads: t.join()
print("done")
`)
	eachPythonInTurn(t, func(t *testing.T, python pyabi.Info) {
		got, dir := traced(t, python, nil, job{dir: t.TempDir(), args: []string{program}})
		same(t, got, outcome{stdout: "done\n"})
		sum := recorded(t, dir)
		at := place{"__main__", "work", program, 3}
		want := tally{calls: 2_100_000, returns: 2_100_000}
		if sum.functions[at] != want {
			t.Errorf("work was recorded as %+v, expected %+v", sum.functions[at], want)
		}
		at.function, at.line = "loop", 8
		if sum.lines[at] != 2_100_000 {
			t.Errorf("the line of the loop was hit %d times, expected 2,100,000", sum.lines[at])
		}
		raw, err := filepath.Glob(filepath.Join(dir, "proc-*", "raw"))
		if err != nil || len(raw) != 1 {
			t.Fatalf("raw %q: %v", raw, err)
		}
		info, err := os.Stat(raw[0])
		if err != nil {
			t.Fatal(err)
		}
		// 10.5 million events of 8 bytes, and a chunk or two that was not taken
		// in order: what lies ready at the end is cut off.
		if size := info.Size(); size < 80<<20 || size > 100<<20 {
			t.Errorf("raw has %d bytes", size)
		}
	})
}

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

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
	DroppedBy       map[string]uint64 `json:"dropped_by"`
	Bytes           int64
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

// isZombie reports whether a process has ended and nobody has waited for it.
func isZombie(pid int) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return true
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return strings.HasPrefix(state, "Z")
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
	eachKind(t, func(t *testing.T, python pyabi.Info) {
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
		raw, err := os.Stat(filepath.Join(procOf(t, dir), "raw"))
		if err != nil || raw.Size() != 0 {
			t.Errorf("raw has %d bytes at the end, %v", raw.Size(), err)
		}
		// 10.5 million events, which were drained and compacted meanwhile.
		if i := infoOf(t, dir); i.Events < 10_500_000 || i.Bytes > 2*int64(i.Events) {
			t.Errorf("%d events take %d bytes", i.Events, i.Bytes)
		}
	})
}

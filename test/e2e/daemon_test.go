package e2e

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tracer/internal/pyabi"
	"tracer/internal/store"
)

func stateOf(t *testing.T, dir string) store.State {
	t.Helper()
	d, err := store.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	state, err := d.State()
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func locked(t *testing.T, dir string) bool {
	t.Helper()
	d, err := store.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	held, err := d.Locked()
	if err != nil {
		t.Fatal(err)
	}
	return held
}

// keepers are the processes that go on with a recording.
func keepers(dir string) (pids []int) {
	found, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range found {
		text, err := os.ReadFile(path)
		if err == nil && strings.HasSuffix(string(text), "\x00keep-recording\x00"+dir+"\x00") {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			pids = append(pids, pid)
		}
	}
	return pids
}

func touch(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

// daemon is a program that leaves a daemon behind.
type daemon struct {
	dir, log string
	until    string // where a file ends the daemon
	hold     string // where a file ends the program, if it is told
}

func newDaemon(t *testing.T) daemon {
	at := t.TempDir()
	d := daemon{filepath.Join(at, "t.trace"), filepath.Join(at, "log"), filepath.Join(at, "until"), filepath.Join(at, "hold")}
	t.Cleanup(func() {
		// Whatever the test came to: nothing of it lives on.
		_ = os.WriteFile(d.until, nil, 0o600)
		_ = os.WriteFile(d.hold, nil, 0o600)
		for deadline := time.Now().Add(patience); len(keepers(d.dir)) > 0 && time.Now().Before(deadline); {
			time.Sleep(5 * time.Millisecond)
		}
	})
	return d
}

func (d daemon) job(python pyabi.Info, arguments ...string) job {
	args := []string{tracer, "run", "--python", python.Executable, "-o", d.dir}
	return job{dir: relatives, args: append(args, arguments...), env: []string{"FAMILY_LOG=" + d.log}}
}

// ended waits until the daemon, the last of so many processes, has said its last word
// and is gone.
func (d daemon) ended(t *testing.T, processes int) []member {
	t.Helper()
	touch(t, d.until)
	await(t, "the daemon ends", func() bool {
		text, err := os.ReadFile(d.log)
		return err == nil && strings.Count(string(text), `"left"`) == processes
	})
	members, _ := logged(t, d.log)
	await(t, "all processes are gone", func() bool {
		return !slices.ContainsFunc(members, func(m member) bool { return !isZombie(m.PID) })
	})
	return members
}

func TestDaemonIsRecordedToItsEnd(t *testing.T) {
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		d := newDaemon(t)
		got := execute(t, d.job(python, "daemon.py", d.until))
		if got.status != 4 || got.stdout != "left\n" {
			t.Errorf("status %d, output %q", got.status, got.stdout)
		}
		if !strings.Contains(got.stderr, "3 processes, ") || !strings.Contains(got.stderr, "\ntracer: 1 process of it lives on and is recorded until it ends\n") {
			t.Errorf("the summary does not tell of the daemon: %s", got.stderr)
		}
		if state := stateOf(t, d.dir); state != store.Recording {
			t.Errorf("the trace is %s while the daemon lives", state)
		}
		members := d.ended(t, 3)
		await(t, "the trace is finished", func() bool { return stateOf(t, d.dir) == store.Finished })
		compareMembers(t, inTrace(t, d.dir), members)
		if i := infoOf(t, d.dir); i.ExitStatus != 4 {
			t.Errorf("exit status %d", i.ExitStatus)
		}
	})
}

// A Python that has not got so far as to record when the program ends is recorded all
// the same.
func TestStartedPythonOutlivesItsProgram(t *testing.T) {
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		d := newDaemon(t)
		if got := execute(t, d.job(python, "launcher.py", d.until)); got.status != 0 {
			t.Errorf("status %d: %s", got.status, got.stderr)
		}
		members := d.ended(t, 2)
		await(t, "the trace is finished", func() bool { return stateOf(t, d.dir) == store.Finished })
		compareMembers(t, inTrace(t, d.dir), members)
	})
}

func TestDaemonOutlivesItsKeeper(t *testing.T) {
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		d := newDaemon(t)
		execute(t, d.job(python, "daemon.py", d.until))
		await(t, "one goes on with the recording", func() bool { return len(keepers(d.dir)) == 1 })
		if err := syscall.Kill(keepers(d.dir)[0], syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		await(t, "it is gone", func() bool { return len(keepers(d.dir)) == 0 })
		d.recover(t)
	})
}

func TestDaemonOutlivesTracer(t *testing.T) {
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		d := newDaemon(t)
		j := d.job(python, "daemon.py", d.until, d.hold)
		cmd := exec.CommandContext(t.Context(), j.args[0], j.args[1:]...)
		cmd.Dir, cmd.Env = j.dir, append(os.Environ(), j.env...)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); line != "waits\n" {
			t.Fatalf("the program said %q, %v", line, err)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // killed, as said
		touch(t, d.hold)
		d.recover(t)
	})
}

// recover: a trace that nobody takes care of can be recovered when the daemon has
// ended, and not before.
func (d daemon) recover(t *testing.T) {
	t.Helper()
	if state := stateOf(t, d.dir); state != store.Recording {
		t.Errorf("the trace is %s while the daemon records", state)
	}
	await(t, "who was killed lets go of it", func() bool { return !locked(t, d.dir) })
	command := job{args: []string{tracer, "recover", d.dir}}
	if got := execute(t, command); got.status != 1 || !strings.Contains(got.stderr, "a process of it still records") {
		t.Errorf("recover while the daemon lives: status %d: %s", got.status, got.stderr)
	}
	members := d.ended(t, 3)
	if state := stateOf(t, d.dir); state != store.Interrupted {
		t.Errorf("the trace is %s when the daemon has ended", state)
	}
	if got := execute(t, command); got.status != 0 {
		t.Errorf("recover: status %d: %s", got.status, got.stderr)
	}
	if state := stateOf(t, d.dir); state != store.Finished {
		t.Errorf("the trace is %s when it was recovered", state)
	}
	compareMembers(t, inTrace(t, d.dir), members)
}

package e2e

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tracer/internal/pyabi"
)

// outcome is what a program leaves behind that its user can see.
type outcome struct {
	stdout, stderr string
	status         int // exit status, or minus the signal that ended it
}

// job is a program to run.
type job struct {
	dir   string
	args  []string
	stdin string
	env   []string
}

// execute runs a command to its end.
func execute(t *testing.T, j job) outcome {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), j.args[0], j.args[1:]...)
	cmd.Dir = j.dir
	cmd.Stdin = strings.NewReader(j.stdin)
	cmd.Env = append(os.Environ(), j.env...)
	cmd.WaitDelay = 30 * time.Second // a daemon that the program left may hold its output open
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("run %q: %v", j.args, err)
	}
	status := cmd.ProcessState.ExitCode()
	if ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		status = -int(ws.Signal())
	}
	return outcome{stdout.String(), stderr.String(), status}
}

// traced runs python's program under tracer, with its trace in a directory of
// the test, and returns both.
func traced(t *testing.T, python pyabi.Info, flags []string, j job) (outcome, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "t.trace")
	args := []string{tracer, "run", "--quiet", "--python", python.Executable, "-o", dir}
	args = append(append(args, flags...), "--")
	return execute(t, job{dir: j.dir, args: append(args, j.args...), stdin: j.stdin, env: j.env}), dir
}

// untraced runs the same program alone.
func untraced(t *testing.T, python pyabi.Info, j job) outcome {
	t.Helper()
	return execute(t, job{dir: j.dir, args: append([]string{python.Executable}, j.args...), stdin: j.stdin, env: j.env})
}

// same fails the test where a traced program did not behave as it does alone.
func same(t *testing.T, got, want outcome) {
	t.Helper()
	if got.status != want.status {
		t.Errorf("exit status %d, untraced %d", got.status, want.status)
	}
	if got.stdout != want.stdout {
		t.Errorf("stdout differs:\n--- traced\n%s\n--- untraced\n%s", excerpt(got.stdout), excerpt(want.stdout))
	}
	if got.stderr != want.stderr {
		t.Errorf("stderr differs:\n--- traced\n%s\n--- untraced\n%s", excerpt(got.stderr), excerpt(want.stderr))
	}
}

func excerpt(s string) string {
	const most = 1500
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

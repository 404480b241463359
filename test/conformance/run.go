package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Program is a suite of tests to run: a command for a Python, which writes
// outcomes to a file.
type Program struct {
	Python   string
	Args     func(outcomes string) []string
	Env      []string      // besides what is common to all
	Dir      string        // where to run it; empty: an empty directory
	Only     string        // what to record
	Patience time.Duration // after which it has hung
}

// Run is what one run of a program showed.
type Run struct {
	Outcomes   Outcomes
	Started    int    // tests that began
	Unfinished string // the test that was running when the program ended
	Status     int    // exit status, or minus the signal that ended it
	Hung       bool
	Output     string // the end of what it wrote
	Took       time.Duration
}

// outcome returns what became of a test, or of the program itself. The exit status
// is that which the tests' outcomes give, for both runs alike, or it is odd.
func (r *Run) outcome(test string) string {
	switch test {
	case theEnd:
		if r.Hung {
			return "hung in " + r.Unfinished
		}
		if r.Unfinished != "" {
			return "ended in " + r.Unfinished
		}
		return "ended after the last test"
	case exitStatus:
		if r.Status == 0 && r.Outcomes.passed() || r.Status == 1 && !r.Outcomes.passed() {
			return "that of its tests"
		}
		return strconv.Itoa(r.Status)
	}
	if outcome, ok := r.Outcomes[test]; ok {
		return outcome
	}
	return "not run"
}

// crashed reports whether the program did not come to its end.
func (r *Run) crashed() bool {
	return r.Hung || r.Status < 0 || r.Unfinished != "" || r.Status != 0 && r.Started == 0
}

// environ is what a person's shell would give, without what changes how Python
// or tracer work.
func environ(more []string) []string {
	var env []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "PYTHON") && !strings.HasPrefix(entry, "TRACER_") {
			env = append(env, entry)
		}
	}
	return append(env, more...)
}

// execute runs argv, a program's whole command line, in a directory of its own.
func (p Program) execute(ctx context.Context, argv []string, outcomes string) (*Run, error) {
	dir, err := os.MkdirTemp("", "suite-") // short: tests make sockets in it
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	// A file, because what a test leaves running may hold a pipe open.
	output, err := os.Create(filepath.Join(dir, "output"))
	if err != nil {
		return nil, err
	}
	defer output.Close()
	work := filepath.Join(dir, "work")
	if err := os.Mkdir(work, 0o700); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, p.Patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = p.Dir, environ(append([]string{"TMPDIR=" + dir}, p.Env...))
	if cmd.Dir == "" {
		cmd.Dir = work
	}
	cmd.Stdout, cmd.Stderr = output, output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	start := time.Now()
	err = cmd.Run()
	r := &Run{Took: time.Since(start), Hung: ctx.Err() != nil, Status: cmd.ProcessState.ExitCode()}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && !r.Hung {
		return nil, fmt.Errorf("run %q: %w", argv, err)
	}
	if ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		r.Status = -int(ws.Signal())
	}
	r.Output = tail(output.Name(), 4000)
	r.Outcomes, r.Started, r.Unfinished, err = readOutcomes(outcomes)
	return r, err
}

// tail returns the last bytes of a file, as far as they can be read.
func tail(path string, most int64) string {
	file, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.Size() > most {
		file.Seek(-most, 2)
	}
	b := make([]byte, most)
	n, _ := file.Read(b)
	return string(b[:n])
}

// BesideNothing runs the program with a tool in Python that does nothing.
func (p Program) BesideNothing(ctx context.Context, scratch string) (*Run, error) {
	outcomes := filepath.Join(scratch, "beside.json")
	defer os.Remove(outcomes)
	tool, err := filepath.Abs("do_nothing.py")
	if err != nil {
		return nil, err
	}
	return p.execute(ctx, append([]string{p.Python, tool}, p.Args(outcomes)...), outcomes)
}

// Untraced runs the program alone.
func (p Program) Untraced(ctx context.Context, scratch string) (*Run, error) {
	outcomes := filepath.Join(scratch, "untraced.json")
	defer os.Remove(outcomes)
	return p.execute(ctx, append([]string{p.Python}, p.Args(outcomes)...), outcomes)
}

// Traced runs it under tracer, and makes the trace.
func (p Program) Traced(ctx context.Context, tracer, scratch, trace string) (*Run, error) {
	outcomes := filepath.Join(scratch, "traced.json")
	defer os.Remove(outcomes)
	argv := []string{tracer, "run", "--quiet", "--only", p.Only, "--python", p.Python, "-o", trace, "--"}
	return p.execute(ctx, append(argv, p.Args(outcomes)...), outcomes)
}

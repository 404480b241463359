// Package meter runs commands one after another and measures them.
package meter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// Command is what to run. Its streams lead nowhere; what it says on stderr goes
// into the error if it fails.
type Command struct {
	Argv   []string
	Env    []string // the whole of it
	Dir    string
	Output io.Writer // of stdout, nil for none
	Peak   bool      // take OwnPeak too
}

// Usage is what a command took as a whole.
type Usage struct {
	Wall    time.Duration
	Ended   time.Time
	CPU     time.Duration // in user mode and in the kernel, with the children it waited for
	PeakRSS int64         // bytes, of the command and of each child it waited for, the largest
	OwnPeak int64         // bytes, of the command alone, as far as it was looked at; 0: not at all
}

// Timeout bounds one command: a tool that hangs must not hang the benchmark.
const Timeout = 15 * time.Minute

// ErrTimeout is the error of a command that was ended after Timeout.
var ErrTimeout = errors.New("it did not end in time")

// Run runs the command and all that it starts as a process group of its own,
// which is ended when ctx is.
func Run(ctx context.Context, c Command) (u Usage, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, Timeout, ErrTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.Argv[0], c.Argv[1:]...)
	cmd.Env, cmd.Dir, cmd.Stdout = c.Env, c.Dir, c.Output
	var said tail
	cmd.Stderr = &said
	group(cmd)
	cmd.WaitDelay = 5 * time.Second
	start := time.Now()
	if err = cmd.Start(); err == nil {
		peak := func() int64 { return 0 }
		if c.Peak {
			peak = watch(cmd.Process.Pid)
		}
		err = cmd.Wait()
		u.Wall, u.Ended, u.OwnPeak = time.Since(start), time.Now(), peak()
	}
	if s := cmd.ProcessState; s != nil {
		u.PeakRSS, u.CPU = peakRSS(s), s.UserTime()+s.SystemTime()
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	if err != nil {
		return u, fmt.Errorf("run %s: %w%s", strings.Join(c.Argv, " "), err, said.last())
	}
	return u, nil
}

// tail keeps the end of what is written to it.
type tail struct{ kept []byte }

const tailSize = 2000

func (t *tail) Write(b []byte) (int, error) {
	t.kept = append(t.kept, b...)
	if over := len(t.kept) - tailSize; over > 0 {
		t.kept = bytes.Clone(t.kept[over:])
	}
	return len(b), nil
}

// last returns the last lines, which say why a program failed.
func (t *tail) last() string {
	lines := strings.Split(strings.TrimSpace(string(t.kept)), "\n")
	if lines[0] == "" {
		return ""
	}
	return ": " + strings.Join(lines[max(0, len(lines)-3):], " / ")
}

package sys

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Process is a child of this process.
type Process struct {
	PID int

	mu     sync.Mutex
	reaped bool // its number may be another process's by now
	cpu    time.Duration
}

// Start runs the file path with these arguments (argv[0] included) and
// environment as a child that is to notice nothing of its parent: same session,
// process group, terminal, directory, limits and open files.
//
// It works on the bare descriptors, because an os.File would switch an inherited
// non-blocking one to blocking for everybody who shares it. RLIMIT_NOFILE is
// put back by package syscall, which had raised it; the signal mask is the one
// that this process was started with. Of the dispositions, those of SIGINT,
// SIGHUP, SIGTSTP, SIGTTIN and SIGTTOU are passed on if they were ignored;
// the runtime forgets those of the others, which the child gets as default. A
// standard stream that was closed is /dev/null, which the runtime opens.
func Start(path string, argv, env []string) (*Process, error) {
	return start(path, argv, env, [3]uintptr{0, 1, 2})
}

func start(path string, argv, env []string, standard [3]uintptr) (*Process, error) {
	attr := &syscall.ProcAttr{Env: env, Files: standard[:]}
	pid, err := syscall.ForkExec(path, argv, attr)
	if errors.Is(err, syscall.ENOEXEC) {
		// A script without a #! line: execvp(3) and every shell give it to sh.
		pid, err = syscall.ForkExec("/bin/sh", append([]string{"sh", path}, argv[1:]...), attr)
	}
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	return &Process{PID: pid}, nil
}

// Signal sends sig to the process if it has not ended.
func (p *Process) Signal(sig syscall.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reaped {
		return os.ErrProcessDone
	}
	if err := unix.Kill(p.PID, sig); err != nil {
		return fmt.Errorf("send %s to process %d: %w", SignalName(sig), p.PID, err)
	}
	return nil
}

// Wait waits until the process has ended; its being stopped is no end. It is
// called once.
func (p *Process) Wait() (Status, error) {
	// First wait without reaping: as long as the process is a zombie its
	// number is its own, and Signal cannot meet another process.
	err := retry(func() error { return unix.Waitid(unix.P_PID, p.PID, nil, unix.WEXITED|unix.WNOWAIT, nil) })
	if err != nil {
		return Status{}, fmt.Errorf("wait for process %d: %w", p.PID, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reaped = true
	var ws unix.WaitStatus
	var used unix.Rusage
	err = retry(func() error { _, err := unix.Wait4(p.PID, &ws, 0, &used); return err })
	if err != nil {
		return Status{}, fmt.Errorf("wait for process %d: %w", p.PID, err)
	}
	p.cpu = time.Duration(used.Utime.Nano() + used.Stime.Nano())
	if ws.Signaled() {
		return Status{Signal: ws.Signal()}, nil
	}
	return Status{Code: ws.ExitStatus()}, nil
}

// CPU returns the processor time that the process has used, and those that it has
// waited for, in user mode and in the kernel. Wait has returned.
func (p *Process) CPU() time.Duration { return p.cpu }

func retry(f func() error) error {
	for {
		if err := f(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// Alive reports whether a process of this number runs. A zombie does not.
func Alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return !errors.Is(unix.Kill(pid, 0), unix.ESRCH)
	}
	// The name, in parentheses, may hold anything; the state follows it.
	_, rest, ok := bytes.Cut(stat[bytes.LastIndexByte(stat, ')')+1:], []byte(" "))
	return !ok || len(rest) == 0 || (rest[0] != 'Z' && rest[0] != 'X')
}

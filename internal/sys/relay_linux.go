package sys

import (
	"os"
	"os/signal"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// kept are the signals that are not relayed, each with its reason.
var kept = []syscall.Signal{
	unix.SIGKILL, unix.SIGSTOP, // cannot be caught
	unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU, // the terminal stops the whole group: this process too, by default
	unix.SIGCHLD,              // is about a child of this process
	unix.SIGURG, unix.SIGPIPE, // the runtime's own (preemption), and this process's own writes
	32, 33, 34, // the C libraries' own
}

// keyboard are the signals that a terminal sends to its whole foreground group,
// and SIGCONT, which a shell sends to a whole group when it resumes a job.
var keyboard = []syscall.Signal{unix.SIGINT, unix.SIGQUIT, unix.SIGWINCH, unix.SIGCONT}

// Relay passes on to a child the signals that this process is sent.
type Relay struct{ signals chan os.Signal }

// NewRelay begins to catch signals: what would have ended this process is kept
// for the child. Signals that were ignored when this process began stay so.
func NewRelay() *Relay {
	r := &Relay{make(chan os.Signal, 64)}
	for sig := syscall.Signal(1); sig <= 64; sig++ {
		if !slices.Contains(kept, sig) && !signal.Ignored(sig) {
			signal.Notify(r.signals, sig)
		}
	}
	return r
}

// To sends all signals on to the child, those of the past first, until Close.
//
// A signal of the keyboard reaches the child by itself while this process is in
// the terminal's foreground group, as the child is in the same; sent again, a
// Ctrl-C would arrive twice. Without a terminal, or in the background, such a
// signal was meant for this process alone, and goes on. (A kill -INT of this
// process alone from elsewhere, while it is in the foreground, cannot be told
// from a Ctrl-C and is not passed on; SIGTERM always is.)
func (r *Relay) To(p *Process) {
	go func() {
		for s := range r.signals {
			sig, ok := s.(syscall.Signal)
			if !ok || slices.Contains(keyboard, sig) && foreground() {
				continue
			}
			// An error is the end of the child, or its change of user,
			// which this process could not signal any more.
			_ = p.Signal(sig)
		}
	}()
}

// Close ends the relay and gives the signals their defaults back.
func (r *Relay) Close() {
	signal.Reset()
	signal.Stop(r.signals)
	close(r.signals)
}

// foreground reports whether this process is in the foreground group of its
// controlling terminal.
func foreground() bool {
	fd, err := unix.Open("/dev/tty", unix.O_RDONLY|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	group, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

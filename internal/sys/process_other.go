//go:build !linux

package sys

import (
	"syscall"
	"time"
)

// Process is a child of this process.
type Process struct{ PID int }

var errStart = &UnsupportedError{"start a program under trace", "Linux"}

// Start is not there yet on this system.
func Start(path string, argv, env []string) (*Process, error) { return nil, errStart }

// Signal is not there yet on this system.
func (p *Process) Signal(sig syscall.Signal) error { return errStart }

// Wait is not there yet on this system.
func (p *Process) Wait() (Status, error) { return Status{}, errStart }

// CPU is not there yet on this system.
func (p *Process) CPU() time.Duration { return 0 }

// Input is nothing on this system.
type Input struct{}

// StandardInput returns nothing on this system.
func StandardInput() Input { return Input{} }

// Repeatable reports whether StartAgain gives a program the same input.
func (in Input) Repeatable() bool { return false }

// StartAgain is not there yet on this system.
func StartAgain(path string, argv, env []string, in Input) (*Process, error) { return nil, errStart }

// Alive reports whether a process of this number runs; here it may always.
func Alive(pid int) bool { return true }

//go:build !linux

package sys

import (
	"os"
	"syscall"
)

// SignalName returns the signal's name.
func SignalName(sig syscall.Signal) string { return sig.String() }

// DieOf ends this process with the status that a shell shows for the signal.
func DieOf(sig syscall.Signal) { os.Exit(128 + int(sig)) }

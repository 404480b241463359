package sys

import "syscall"

// Status is how a process ended.
type Status struct {
	Code   int            // the exit code, if no signal ended it
	Signal syscall.Signal // the signal that ended it, or 0
}

// Shell returns the status as a shell shows it: the code, or 128 + the signal.
func (s Status) Shell() int {
	if s.Signal != 0 {
		return 128 + int(s.Signal)
	}
	return s.Code
}

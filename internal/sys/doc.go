// Package sys is the seam to the operating system and the CPU: clocks,
// processes, signals, memory maps. What it cannot do on some system it answers
// with an *UnsupportedError, so that everything above it builds everywhere.
// No other package imports golang.org/x/sys.
package sys

import "fmt"

// UnsupportedError says that this system cannot do something.
type UnsupportedError struct {
	What  string // "trace a program"
	Needs string // "Linux"
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("%s: not supported here, needs %s", e.What, e.Needs)
}

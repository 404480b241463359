package pyabi

import "fmt"

// Hook is the way in which the agent sees an interpreter's events.
type Hook string

// The ways.
const (
	None           Hook = ""                // it cannot
	Monitoring     Hook = "sys.monitoring"  // of CPython 3.12 and later
	TraceFunctions Hook = "trace functions" // in C, on each thread, of what is older
)

// The minor versions of CPython 3 that the agent knows. Of CPython 2 it knows the last.
const (
	MinMinor        = 6
	firstMonitoring = 12
	firstThreaded   = 13 // of which there are free-threaded builds
	MaxMinor        = 15
)

// known says in words what can be traced.
const known = "CPython 2.7 and 3.6 to 3.15 can"

// Hook returns how the agent sees the interpreter's events, None if it cannot. That
// is by its version; whether a build is one like others (a debug build of an old version is not)
// the agent checks itself. The loader decides by the same rule.
func (i Info) Hook() Hook {
	switch {
	case i.Implementation != "cpython":
		return None
	case i.Major == 2 && i.Minor == 7:
		return TraceFunctions
	case i.Major != 3 || i.Minor < MinMinor || i.Minor > MaxMinor:
		return None
	case i.FreeThreaded && i.Minor < firstThreaded:
		return None
	case i.Minor < firstMonitoring:
		return TraceFunctions
	}
	return Monitoring
}

// Supported returns nil if the agent can work in the interpreter, else an
// *UnsupportedError.
func (i Info) Supported() error {
	if i.Hook() == None {
		return &UnsupportedError{i}
	}
	return nil
}

// UnsupportedError says why an interpreter cannot be traced.
type UnsupportedError struct{ Info Info }

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("%s cannot be traced (%s)", e.Info, known)
}

// Why is the reason, for people: what of the interpreter is in the way.
func (e *UnsupportedError) Why() string {
	switch i := e.Info; {
	case i.Implementation != "cpython":
		return "it is no CPython, whose events and structures the agent works with"
	case i.Major > 3 || i.Major == 3 && i.Minor > MaxMinor:
		return fmt.Sprintf("it is newer than this tracer, which knows CPython up to 3.%d", MaxMinor)
	case i.FreeThreaded:
		return fmt.Sprintf("a free-threaded build can be traced from 3.%d on", firstThreaded)
	}
	return "it is too old: " + known
}

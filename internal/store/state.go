package store

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime"

	"tracer/internal/sys"
	"tracer/internal/wire"
)

// State says how far the recording has come: a trace that somebody writes is
// Recording whatever its manifest says, one that says so but has no writer is
// Interrupted.
func (d *Dir) State() (State, error) {
	who, err := d.writer()
	if err != nil {
		return "", err
	}
	if who != "" {
		return Recording, nil
	}
	m, err := d.ReadManifest()
	if errors.Is(err, fs.ErrNotExist) {
		return Interrupted, nil
	}
	if err != nil {
		return "", err
	}
	if m.State == Finished {
		return Finished, nil
	}
	return Interrupted, nil
}

// State is that of its trace.
func (e Entry) State() (State, error) { return (&Dir{e.Path}).State() }

// writer says who writes the trace, "" if nobody does: a tracer that has it locked,
// or a traced process, which may outlive both.
func (d *Dir) writer() (string, error) {
	locked, err := d.Locked()
	if err != nil {
		return "", err
	}
	if locked {
		return "another tracer", nil
	}
	procs, err := d.Processes()
	if err != nil {
		return "", err
	}
	for _, proc := range procs {
		if pid, ok := d.records(proc); ok {
			return fmt.Sprintf("process %d", pid), nil
		}
	}
	return "", nil
}

// Records reports whether the process of a directory still records.
func (d *Dir) Records(proc string) bool {
	_, ok := d.records(proc)
	return ok
}

// records reports whether a process still records. A process of its number may be
// another one by now, and one that has raw open may only copy it: both together
// are it.
func (d *Dir) records(proc string) (pid int, ok bool) {
	page, err := d.Read(wire.ControlFile, proc, ControlName)
	if err != nil || len(page) < wire.ControlBytes {
		return 0, false
	}
	var c wire.Control
	c.Decode(page)
	if c.Magic != wire.MagicControl || c.OS != hostOS() || !sys.Alive(int(c.PID)) {
		return 0, false
	}
	raw, _, err := d.Open(proc, RawName)
	if err != nil {
		return 0, false
	}
	defer raw.Close()
	return int(c.PID), sys.Writable(raw)
}

// hostOS is this system as a control page has it, 0 if programs are not traced on
// it: a process of another system does not run here.
func hostOS() uint32 {
	switch runtime.GOOS {
	case "linux":
		return wire.OSLinux
	case "windows":
		return wire.OSWindows
	}
	return 0
}

package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"tracer/internal/sys"
)

// ErrLocked says that somebody writes the trace.
var ErrLocked = errors.New("it is being written by another tracer")

// lockTries is how often Lock tries, a millisecond apart: somebody may be looking
// whether the trace is locked.
const lockTries = 25

// Lock is the right to write a trace: its controller has it, or who finishes,
// removes or unpacks it. It ends with the process.
type Lock struct{ file *os.File }

// Lock takes the trace for this process; ErrLocked if another has it. Where the file
// system has no locks everybody gets one.
func (d *Dir) Lock() (*Lock, error) {
	for range lockTries {
		l, err := d.tryLock()
		if l != nil || err != nil {
			return l, err
		}
		time.Sleep(time.Millisecond)
	}
	return nil, fmt.Errorf("lock trace %s: %w", d.path, ErrLocked)
}

// tryLock returns no lock and no error if it is to be tried again.
func (d *Dir) tryLock() (*Lock, error) {
	f, err := d.OpenWritable(LockName)
	if errors.Is(err, fs.ErrNotExist) {
		f, err = d.CreateFile("", LockName)
	}
	if errors.Is(err, fs.ErrExist) {
		return nil, nil // just made by another
	}
	if err != nil {
		return nil, err
	}
	got, err := sys.LockFile(f)
	if errors.As(err, new(*sys.UnsupportedError)) {
		return &Lock{f}, nil
	}
	if got && d.isLock(f) {
		return &Lock{f}, nil
	}
	f.Close()
	return nil, err
}

// isLock reports whether f is still the trace's lock: it may have been removed
// before it was locked.
func (d *Dir) isLock(f *os.File) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	path, err := d.join([]string{LockName})
	if err != nil {
		return false
	}
	its, err := os.Lstat(path)
	return err == nil && os.SameFile(mine, its)
}

// Unlock gives the lock back. The file stays.
func (l *Lock) Unlock() error {
	if err := l.file.Close(); err != nil {
		return fmt.Errorf("unlock %s: %w", l.file.Name(), Cause(err))
	}
	return nil
}

// Locked reports whether somebody has the trace.
func (d *Dir) Locked() (bool, error) {
	f, _, err := d.Open(LockName)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	locked, err := sys.Locked(f)
	if errors.As(err, new(*sys.UnsupportedError)) {
		return false, nil
	}
	return locked, err
}

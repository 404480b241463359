//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package sys

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// LockFile takes the file for this process alone; it is false if another has it.
// The lock belongs to this opening of the file, and ends with UnlockFile, when
// it is closed, or with the process (flock(2)). Where the file system has no
// locks the error is an *UnsupportedError.
func LockFile(f *os.File) (bool, error) { return flock(f, unix.LOCK_EX) }

// UnlockFile undoes LockFile.
func UnlockFile(f *os.File) error {
	if err := retryFlock(f, unix.LOCK_UN); err != nil {
		return fmt.Errorf("unlock %s: %w", f.Name(), err)
	}
	return nil
}

// Locked reports whether somebody has the file. It looks by sharing the lock for
// a moment, in which LockFile is false.
func Locked(f *os.File) (bool, error) {
	free, err := flock(f, unix.LOCK_SH)
	if err != nil || !free {
		return err == nil, err
	}
	return false, UnlockFile(f)
}

func flock(f *os.File, how int) (bool, error) {
	err := retryFlock(f, how|unix.LOCK_NB)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, unix.EWOULDBLOCK):
		return false, nil
	case errors.Is(err, unix.EOPNOTSUPP), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.ENOLCK):
		return false, &UnsupportedError{"lock " + f.Name(), "a file system with locks"}
	}
	return false, fmt.Errorf("lock %s: %w", f.Name(), err)
}

func retryFlock(f *os.File, how int) error {
	for {
		if err := unix.Flock(int(f.Fd()), how); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

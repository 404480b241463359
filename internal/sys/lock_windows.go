package sys

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// lockAt returns where the locked byte lies: behind all content, because nobody
// else may read or write what is locked.
func lockAt() *windows.Overlapped { return &windows.Overlapped{OffsetHigh: 1 << 30} }

// LockFile takes the file for this process alone; it is false if another has it.
// The lock belongs to this opening of the file, and ends with UnlockFile, when
// it is closed, or with the process.
func LockFile(f *os.File) (bool, error) { return lock(f, windows.LOCKFILE_EXCLUSIVE_LOCK) }

// UnlockFile undoes LockFile.
func UnlockFile(f *os.File) error {
	if err := windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, lockAt()); err != nil {
		return fmt.Errorf("unlock %s: %w", f.Name(), err)
	}
	return nil
}

// Locked reports whether somebody has the file. It looks by sharing the lock for
// a moment, in which LockFile is false.
func Locked(f *os.File) (bool, error) {
	free, err := lock(f, 0)
	if err != nil || !free {
		return err == nil, err
	}
	return false, UnlockFile(f)
}

func lock(f *os.File, how uint32) (bool, error) {
	err := windows.LockFileEx(windows.Handle(f.Fd()), how|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, lockAt())
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION), errors.Is(err, windows.ERROR_IO_PENDING):
		return false, nil
	}
	return false, fmt.Errorf("lock %s: %w", f.Name(), err)
}

//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly || windows)

package sys

import "os"

// LockFile is not there yet on this system.
func LockFile(f *os.File) (bool, error) {
	return false, &UnsupportedError{"lock " + f.Name(), "Linux, macOS, BSD or Windows"}
}

// UnlockFile is not there yet on this system.
func UnlockFile(f *os.File) error { return nil }

// Locked reports whether somebody has the file; here nobody can.
func Locked(f *os.File) (bool, error) { return false, nil }

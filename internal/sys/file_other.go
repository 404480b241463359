//go:build !linux

package sys

import "os"

var errMap = &UnsupportedError{"write ahead of an agent", "Linux"}

// MapShared is not there yet on this system.
func MapShared(f *os.File, size int) ([]byte, error) { return nil, errMap }

// Unmap is not there yet on this system.
func Unmap(b []byte) error { return errMap }

// Allocate is not there yet on this system.
func Allocate(f *os.File, offset, size int64) error { return errMap }

// PunchHole does nothing here: the blocks stay.
func PunchHole(f *os.File, offset, size int64) error { return nil }

// AllocateBeyond does nothing here: there is no reserve.
func AllocateBeyond(f *os.File, offset, size int64) error { return nil }

// FileSizeLimited reports whether files may only grow up to a limit; here they
// may not grow at all.
func FileSizeLimited() bool { return true }

package sys

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Preallocates takes blocks on disk for the first size bytes of a file, and reports
// whether the file system can.
func Preallocates(f *os.File, size int64) (bool, error) {
	err := retry(func() error { return unix.Fallocate(int(f.Fd()), 0, 0, size) })
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, unix.EOPNOTSUPP):
		return false, nil
	}
	return false, fmt.Errorf("allocate %d bytes of %s: %w", size, f.Name(), err)
}

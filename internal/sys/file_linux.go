package sys

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// MapShared maps the first size bytes of a file, for reading and writing.
func MapShared(f *os.File, size int) ([]byte, error) {
	b, err := unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", f.Name(), err)
	}
	return b, nil
}

// Unmap undoes MapShared.
func Unmap(b []byte) error { return unix.Munmap(b) }

// Allocate takes blocks on disk for a range of a file, which grows if it ends
// before. A file system that cannot say so in advance is no error.
func Allocate(f *os.File, offset, size int64) error {
	err := retry(func() error { return unix.Fallocate(int(f.Fd()), 0, offset, size) })
	if errors.Is(err, unix.EOPNOTSUPP) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("allocate %d bytes of %s: %w", size, f.Name(), err)
	}
	return nil
}

// PunchHole gives the blocks of a range back; it reads as zeros.
func PunchHole(f *os.File, offset, size int64) error {
	const mode = unix.FALLOC_FL_KEEP_SIZE | unix.FALLOC_FL_PUNCH_HOLE
	err := retry(func() error { return unix.Fallocate(int(f.Fd()), mode, offset, size) })
	if err != nil && !errors.Is(err, unix.EOPNOTSUPP) {
		return fmt.Errorf("give back %d bytes of %s: %w", size, f.Name(), err)
	}
	return nil
}

// FileSizeLimited reports whether a file of this process may only grow up to a
// limit, beyond which writing is a signal that would end it.
func FileSizeLimited() bool {
	var limit unix.Rlimit
	return unix.Getrlimit(unix.RLIMIT_FSIZE, &limit) != nil || limit.Cur != unix.RLIM_INFINITY
}

// AllocateBeyond takes blocks on disk for a range of a file behind its end, which
// stays where it is.
func AllocateBeyond(f *os.File, offset, size int64) error {
	err := retry(func() error { return unix.Fallocate(int(f.Fd()), unix.FALLOC_FL_KEEP_SIZE, offset, size) })
	if err != nil && !errors.Is(err, unix.EOPNOTSUPP) {
		return fmt.Errorf("allocate %d bytes of %s: %w", size, f.Name(), err)
	}
	return nil
}

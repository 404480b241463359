package sys

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// Writable reports whether some process, of whatever PID namespace, has the file
// open or mapped for writing. The file is open for reading only.
//
// The kernel grants a read lease only where nobody writes (fcntl(2), F_SETLEASE).
// It can be false too often on overlayfs, whose mappings belong to another file,
// and is false where the file system has no leases.
func Writable(f *os.File) bool {
	fd := int(f.Fd())
	_, err := unix.FcntlInt(uintptr(fd), unix.F_SETLEASE, unix.F_RDLCK)
	if err == nil {
		// Truncating the file would wait for the lease's end.
		_, _ = unix.FcntlInt(uintptr(fd), unix.F_SETLEASE, unix.F_UNLCK)
		return false
	}
	return errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES)
}

package sys

import (
	"os"

	"golang.org/x/sys/unix"
)

// NextData returns where the next byte at or after offset may be that is not in a
// hole of the file, -1 if there is none. It moves the file's position.
func NextData(f *os.File, offset int64) int64 {
	at, err := unix.Seek(int(f.Fd()), offset, unix.SEEK_DATA)
	switch err {
	case nil:
		return at
	case unix.ENXIO:
		return -1
	}
	return offset // the file system does not tell
}

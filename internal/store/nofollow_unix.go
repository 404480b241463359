//go:build unix

package store

import (
	"os"
	"syscall"
)

// openNoFollow opens a file that is there, but not through a link. A pipe does not
// make it wait.
func openNoFollow(path string, flags int) (*os.File, error) {
	return os.OpenFile(path, flags|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
}

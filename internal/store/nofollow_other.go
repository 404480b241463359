//go:build !unix

package store

import (
	"io/fs"
	"os"
)

// openNoFollow opens a file that is there, but not through a link. The system has no
// flag for it, so it looks first.
func openNoFollow(path string, flags int) (*os.File, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrInvalid}
	}
	return os.OpenFile(path, flags, 0)
}

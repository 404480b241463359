//go:build !linux

package sys

import "os"

// Preallocates is not there yet on this system.
func Preallocates(*os.File, int64) (bool, error) {
	return false, &UnsupportedError{"take blocks in advance", "Linux"}
}

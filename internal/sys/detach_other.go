//go:build !linux

package sys

// StartDetached is not there yet on this system.
func StartDetached(path string, args ...string) error {
	return &UnsupportedError{"start a command that outlives this process", "Linux"}
}

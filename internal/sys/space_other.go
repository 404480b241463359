//go:build !linux && !darwin && !windows

package sys

func spaceAt(path string) (Space, error) {
	return Space{}, &UnsupportedError{"ask for the space at " + path, "Linux, macOS or Windows"}
}

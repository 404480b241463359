//go:build linux || darwin

package sys

import (
	"fmt"

	"golang.org/x/sys/unix"
)

func spaceAt(path string) (Space, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return Space{}, fmt.Errorf("ask for the space at %s: %w", path, err)
	}
	block := int64(s.Bsize)
	return Space{Free: int64(s.Bavail) * block, Size: int64(s.Blocks) * block}, nil
}

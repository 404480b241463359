package sys

import (
	"fmt"

	"golang.org/x/sys/windows"
)

func spaceAt(path string) (Space, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return Space{}, fmt.Errorf("ask for the space at %s: %w", path, err)
	}
	var free, size uint64
	if err := windows.GetDiskFreeSpaceEx(name, &free, &size, nil); err != nil {
		return Space{}, fmt.Errorf("ask for the space at %s: %w", path, err)
	}
	return Space{Free: int64(free), Size: int64(size)}, nil
}

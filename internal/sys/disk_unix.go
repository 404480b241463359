//go:build unix

package sys

import (
	"io/fs"
	"syscall"
)

// statBlock is the unit of st_blocks, whatever the file system's own is (stat(2)).
const statBlock = 512

// DiskBytes returns what a file takes of the disk: nothing for its holes. The
// info is of package os.
func DiskBytes(info fs.FileInfo) int64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int64(stat.Blocks) * statBlock
	}
	return info.Size()
}

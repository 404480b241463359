//go:build unix

package scratch

import (
	"io/fs"
	"syscall"
)

// allocated returns what a file takes, which for one with holes is less than
// its length.
func allocated(info fs.FileInfo) int64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int64(stat.Blocks) * 512 // st_blocks is in units of 512 bytes everywhere
	}
	return info.Size()
}

//go:build unix

package config

import (
	"io/fs"
	"os"
	"strconv"
	"syscall"
)

// owners are root, this user, and who has become root with sudo.
func owners() []int {
	list := []int{0, os.Geteuid()}
	if uid, err := strconv.Atoi(os.Getenv("SUDO_UID")); err == nil && os.Geteuid() == 0 {
		list = append(list, uid)
	}
	return list
}

// owner is the user to whom a file belongs.
func owner(info fs.FileInfo) (uid int, ok bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(stat.Uid), true
}

// open opens a file. A pipe does not make it wait.
func open(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
}

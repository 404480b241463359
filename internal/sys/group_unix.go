//go:build unix

package sys

import (
	"io/fs"
	"os"
	"os/exec"
	"syscall"
)

// OwnGroup makes a command that has a context end with all that it has started: it
// gets a process group of its own, which is killed when the context ends.
func OwnGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// Owned reports whether a file is this user's. The info is of package os.
func Owned(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return !ok || int(stat.Uid) == os.Geteuid()
}

package sys

import (
	"fmt"
	"os/exec"
	"syscall"
)

// StartDetached starts a command that outlives this process and its terminal: in a
// session of its own, in the root directory, with no standard streams.
func StartDetached(path string, args ...string) error {
	cmd := exec.Command(path, args...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", path, err)
	}
	return cmd.Process.Release()
}

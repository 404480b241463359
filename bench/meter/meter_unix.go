//go:build unix

package meter

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// group makes the command the leader of a process group, so that what it has
// started ends with it.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

func peakRSS(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	switch {
	case !ok:
		return 0
	case runtime.GOOS == "darwin" || runtime.GOOS == "ios":
		return int64(usage.Maxrss) // getrusage(2) there: in bytes
	}
	return int64(usage.Maxrss) << 10
}

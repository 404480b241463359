package sys

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
)

// WithVariable returns the processes that began with a variable, NAME=value, in their
// environment: those of them that this user may look at, and that still run.
func WithVariable(variable string) (pids []int) {
	folders, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	wanted := append([]byte(variable), 0)
	for _, folder := range folders {
		pid, err := strconv.Atoi(folder.Name())
		if err != nil {
			continue
		}
		environ, err := os.ReadFile(filepath.Join("/proc", folder.Name(), "environ"))
		if err != nil || !bytes.HasPrefix(environ, wanted) && !bytes.Contains(environ, append([]byte{0}, wanted...)) {
			continue
		}
		if Alive(pid) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// Program returns the path of what a process executes, "" if that is not known.
func Program(pid int) string {
	path, err := os.Readlink(filepath.Join("/proc", strconv.Itoa(pid), "exe"))
	if err != nil {
		return ""
	}
	return path
}

package launch

import (
	"path/filepath"
	"strings"

	"tracer/internal/sys"
)

// Heirs returns the Pythons that run, and began with this trace in their environment:
// those that the command or a traced program has started, and their forks.
func Heirs(trace string) (pids []int) {
	for _, pid := range sys.WithVariable(envTrace + "=" + trace) {
		if strings.Contains(filepath.Base(sys.Program(pid)), "python") {
			pids = append(pids, pid)
		}
	}
	return pids
}

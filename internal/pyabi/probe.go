package pyabi

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// Info is what an interpreter says of itself.
type Info struct {
	Path           string // how it was started
	Executable     string // its own sys.executable: the interpreter behind a shim
	Implementation string // "cpython", "pypy", …
	Major, Minor   int
	Version        string // "3.14.6", "3.15.0b1"
	FreeThreaded   bool
}

// String names the interpreter for people.
func (i Info) String() string {
	name := map[string]string{"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalPy"}[i.Implementation]
	if name == "" {
		name = i.Implementation
	}
	if i.FreeThreaded {
		name = "free-threaded " + name
	}
	return name + " " + i.Version
}

// probeTimeout is for an interpreter's start, on a machine that is very busy.
const probeTimeout = 20 * time.Second

// probeProgram must run on every Python from 2.6 on, and imports nothing.
const probeProgram = `import sys
i = getattr(sys, "implementation", None)
n = i and i.name or ("__pypy__" in sys.builtin_module_names and "pypy" or "cpython")
v = "%d.%d.%d" % tuple(sys.version_info[:3])
if sys.version_info[3] != "final":
    v += {"alpha": "a", "beta": "b", "candidate": "rc"}.get(sys.version_info[3], "") + str(sys.version_info[4])
t = "t" in getattr(sys, "abiflags", "") or "free-threading" in sys.version
sys.stdout.write("\n".join([n, v, str(int(t)), sys.executable or ""]))
`

// Probe runs the interpreter once, apart from the user's settings and packages.
func Probe(path string) (Info, error) {
	ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
	defer cancel()
	// -E -s -S is what -I is made of, and older than it.
	out, err := exec.CommandContext(ctx, path, "-E", "-s", "-S", "-c", probeProgram).Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			if line, _, _ := strings.Cut(strings.TrimSpace(string(exit.Stderr)), "\n"); line != "" {
				err = fmt.Errorf("%w: %s", err, line)
			}
		}
		return Info{}, fmt.Errorf("ask %s for its version: %w", path, err)
	}
	return parse(path, string(out))
}

func parse(path, answer string) (Info, error) {
	lines := strings.Split(strings.ReplaceAll(answer, "\r\n", "\n"), "\n")
	bad := fmt.Errorf("ask %s for its version: answer %q is not that of a Python", path, answer)
	if len(lines) != 4 {
		return Info{}, bad
	}
	i := Info{Path: path, Executable: lines[3], Implementation: lines[0], Version: lines[1], FreeThreaded: lines[2] == "1"}
	parts := strings.SplitN(i.Version, ".", 3)
	if len(parts) != 3 {
		return Info{}, bad
	}
	var err1, err2 error
	i.Major, err1 = strconv.Atoi(parts[0])
	i.Minor, err2 = strconv.Atoi(parts[1])
	if err1 != nil || err2 != nil {
		return Info{}, bad
	}
	return i, nil
}

// The versions of CPython that the agent knows.
const (
	MinMinor = 12
	MaxMinor = 15
)

// UnsupportedError says why an interpreter cannot be traced.
type UnsupportedError struct{ Info Info }

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("%s cannot be traced (CPython 3.%d to 3.%d with the GIL can)", e.Info, MinMinor, MaxMinor)
}

// Supported returns nil if the agent can work in the interpreter, else an
// *UnsupportedError. The loader decides by the same rule.
func (i Info) Supported() error {
	if i.Implementation == "cpython" && i.Major == 3 && i.Minor >= MinMinor && i.Minor <= MaxMinor && !i.FreeThreaded {
		return nil
	}
	return &UnsupportedError{i}
}

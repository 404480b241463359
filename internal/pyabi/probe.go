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

// Info is what an interpreter says of itself, and its file of it.
type Info struct {
	Path           string // how it was started
	Where          string // in what place Find met it: "PATH", "pyenv"; "" if it was named
	Executable     string // its own sys.executable: the interpreter behind a shim
	Implementation string // "cpython", "pypy", …
	Major, Minor   int
	Version        string // "3.14.6", "3.15.0b1"
	FreeThreaded   bool
	Debug          bool // built with assertions and reference counts of its own (--with-pydebug)
	Binary         Binary
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
f = ("t" in getattr(sys, "abiflags", "") or "free-threading" in sys.version) and "t" or ""
f += hasattr(sys, "gettotalrefcount") and "d" or ""
sys.stdout.write("\n".join([n, v, f, sys.executable or ""]))
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
	i, err := parse(path, string(out))
	if err == nil {
		i.Binary = ReadBinary(i.Executable)
	}
	return i, err
}

// parse takes the answer of probeProgram apart: implementation, version, flags ("t"
// free-threaded, "d" debug), executable.
func parse(path, answer string) (Info, error) {
	lines := strings.Split(strings.ReplaceAll(answer, "\r\n", "\n"), "\n")
	bad := fmt.Errorf("ask %s for its version: answer %q is not that of a Python", path, answer)
	if len(lines) != 4 || strings.Trim(lines[2], "td") != "" {
		return Info{}, bad
	}
	i := Info{
		Path: path, Executable: lines[3], Implementation: lines[0], Version: lines[1],
		FreeThreaded: strings.Contains(lines[2], "t"), Debug: strings.Contains(lines[2], "d"),
	}
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

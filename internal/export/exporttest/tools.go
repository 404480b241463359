package exporttest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tracer/internal/pyabi"
	"tracer/test/interpreters"
)

// Run runs a program and returns what it wrote to stdout; it must succeed.
func Run(tb testing.TB, name string, args ...string) string {
	tb.Helper()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(tb.Context(), name, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		tb.Fatalf("run %s: %v\n%s%s", cmd, err, out.Bytes(), errs.Bytes())
	}
	return out.String()
}

// Node returns the folder of a package of npm, which the first test on a machine fetches. A
// test that needs one is skipped where there is no Node.
func Node(tb testing.TB, name, version string) string {
	tb.Helper()
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			tb.Skipf("not tested with %s of npm: no %s here", name, tool)
		}
	}
	dir := filepath.Join(cache(tb), "npm-"+name+"-"+version)
	folder := filepath.Join(dir, "node_modules", name)
	if _, err := os.Stat(folder); err == nil {
		return folder
	}
	fresh, err := os.MkdirTemp(filepath.Dir(dir), ".npm-")
	if err != nil {
		tb.Fatal(err)
	}
	defer os.RemoveAll(fresh)
	cmd := exec.CommandContext(tb.Context(), "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev", "--prefix", fresh, name+"@"+version)
	if out, err := cmd.CombinedOutput(); err != nil {
		missing(tb, fmt.Errorf("fetch %s: %w: %s", name, err, out))
	}
	if err := os.Rename(fresh, dir); err != nil && !errors.Is(err, fs.ErrExist) {
		if _, there := os.Stat(folder); there != nil {
			tb.Fatal(err)
		}
	}
	return folder
}

// cache returns the folder where what tests fetch is kept.
func cache(tb testing.TB) string {
	tb.Helper()
	user, err := os.UserCacheDir()
	if err != nil {
		tb.Fatal(err)
	}
	dir := filepath.Join(user, "tracer", "export")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		tb.Fatal(err)
	}
	return dir
}

// missing ends a test for which something could not be fetched.
func missing(tb testing.TB, err error) {
	tb.Helper()
	if os.Getenv(interpreters.RequireEnv) != "" {
		tb.Fatal(err)
	}
	tb.Skipf("not tested: %v", err)
}

// Python returns an interpreter: there is one on each machine that runs tests.
func Python(tb testing.TB) string {
	tb.Helper()
	return interpreters.Traceable(tb)[0].Executable
}

// PythonWith returns an interpreter of a minor version (3.13) with packages, which the
// first test on a machine fetches: their names with versions.
func PythonWith(tb testing.TB, minor string, packages ...string) string {
	tb.Helper()
	found := interpreters.Traceable(tb)
	for _, python := range interpreters.Each(found) {
		if interpreters.Minor(python) != minor {
			continue
		}
		name := strings.NewReplacer("==", "-", " ", "").Replace(strings.Join(append([]string{version(python)}, packages...), "-"))
		made, err := interpreters.Environment(tb.Context(), python, filepath.Join(cache(tb), name), strings.Join(packages, "\n")+"\n", found)
		if err != nil {
			missing(tb, err)
		}
		return made
	}
	tb.Skipf("not tested: there is no CPython %s here", minor)
	return ""
}

func version(python pyabi.Info) string {
	return strings.ReplaceAll(python.String(), " ", "-")
}

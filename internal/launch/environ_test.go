package launch

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestEnviron(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("paths are written for Unix")
	}
	lib := Library{Agent: "/lib/agent.so", Loader: "/lib/loader"}
	for name, c := range map[string]struct{ env, want []string }{
		"unset": {
			[]string{"A=1"},
			[]string{"A=1", "PYTHONPATH=/lib/loader", "TRACER_DIR=/t", "TRACER_AGENT=/lib/agent.so"}},
		"empty": {
			[]string{"PYTHONPATH=", "A=1"},
			[]string{"PYTHONPATH=/lib/loader", "A=1", "TRACER_DIR=/t", "TRACER_AGENT=/lib/agent.so", "TRACER_PYTHONPATH="}},
		"set": {
			[]string{"A=1", "PYTHONPATH=:/x", "B=2"},
			[]string{"A=1", "PYTHONPATH=/lib/loader::/x", "B=2", "TRACER_DIR=/t", "TRACER_AGENT=/lib/agent.so", "TRACER_PYTHONPATH=:/x"}},
		"of another tracer": {
			[]string{"PYTHONPATH=/o/loader:/x", "TRACER_DIR=/o", "TRACER_AGENT=/o.so", "TRACER_PARENT=proc-1-0", "TRACER_PYTHONPATH=/x"},
			[]string{"PYTHONPATH=/lib/loader:/x", "TRACER_DIR=/t", "TRACER_AGENT=/lib/agent.so", "TRACER_PYTHONPATH=/x"}},
		"of another tracer that had it unset": {
			[]string{"TRACER_DIR=/o", "TRACER_AGENT=/o.so", "PYTHONPATH=/o/loader", "A=1"},
			[]string{"A=1", "PYTHONPATH=/lib/loader", "TRACER_DIR=/t", "TRACER_AGENT=/lib/agent.so"}},
	} {
		before := slices.Clone(c.env)
		got := Environ(c.env, lib, "/t")
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\n%q, expected\n%q", name, got, c.want)
		}
		if !slices.Equal(before, c.env) {
			t.Errorf("%s: the argument was changed", name)
		}
	}
}

func TestLibraryThatIsNotThere(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(LibraryEnv, dir)
	agent := filepath.Join(dir, "agent-"+runtime.GOOS+"-"+runtime.GOARCH+".so")
	if _, err := FindLibrary(); err == nil || !strings.Contains(err.Error(), agent) || !strings.Contains(err.Error(), "make") {
		t.Errorf("no agent: %v", err)
	}
	if err := os.WriteFile(agent, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := FindLibrary(); err == nil || !strings.Contains(err.Error(), "sitecustomize.py") {
		t.Errorf("no loader: %v", err)
	}
	t.Setenv(LibraryEnv, "")
	if _, err := FindLibrary(); err == nil || !strings.Contains(err.Error(), filepath.Join("lib", "tracer")) {
		t.Errorf("beside the test: %v", err)
	}
}

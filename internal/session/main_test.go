package session

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"tracer/internal/filter"
	"tracer/internal/launch"
	"tracer/internal/launch/launchtest"
	"tracer/internal/sys"
)

// asController makes this test binary a controller: a process of its own, which
// can be sent signals and can die.
const asController = "SESSION_TEST_CONTROLLER"

func TestMain(m *testing.M) {
	if path := os.Getenv(asController); path != "" {
		os.Unsetenv(asController)
		controller(path)
	}
	// The tests may run under nohup or in the background of a shell, which
	// have these ignored. What is caught here is at its default in a child.
	for _, sig := range []os.Signal{syscall.SIGHUP, syscall.SIGINT} {
		if signal.Ignored(sig) {
			signal.Notify(make(chan os.Signal, 1), sig)
		}
	}
	launchtest.Main(m)
}

// controller records os.Args[1:] into path, writes the Result to path.json and
// ends as the program does.
func controller(path string) {
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(99)
		}
	}
	lib, err := launch.FindLibrary()
	fail(err)
	command, err := launch.Resolve(os.Args[1:], "")
	fail(err)
	s, err := New(testOptions(command, lib, path))
	fail(err)
	status, result, err := s.Run()
	fail(err)
	b, err := json.Marshal(result)
	fail(err)
	fail(os.WriteFile(path+".json", b, 0o600))
	if status.Signal != 0 {
		sys.DieOf(status.Signal)
	}
	os.Exit(status.Code)
}

func testOptions(command *launch.Command, lib launch.Library, path string) Options {
	return Options{
		Program: []string{"given", "words"}, Command: command, Library: lib, Output: path,
		Only: []filter.Prefix{{Name: "a.b"}, {Name: "c", Open: true}}, Skip: []filter.Prefix{{Name: "a.b.c"}},
		Events: "lines", SlotSize: DefaultSlot, Version: "v0",
	}
}

// run is one run of a controller.
type run struct {
	*exec.Cmd
	path string // of the trace
}

// newRun prepares a controller for a program.
func newRun(t *testing.T, program ...string) *run {
	t.Helper()
	lib := launchtest.Library(t)
	r := &run{exec.Command(os.Args[0], program...), filepath.Join(t.TempDir(), "test.trace")}
	r.Env = append(os.Environ(), asController+"="+r.path, launch.LibraryEnv+"="+filepath.Dir(lib.Agent),
		"XDG_STATE_HOME="+filepath.Join(filepath.Dir(r.path), "state"))
	return r
}

func (r *run) result(t *testing.T) Result {
	t.Helper()
	b, err := os.ReadFile(r.path + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var result Result
	if err := json.Unmarshal(b, &result); err != nil {
		t.Fatal(err)
	}
	return result
}

func (r *run) latest() string {
	b, _ := os.ReadFile(filepath.Join(filepath.Dir(r.path), "state", "tracer", "latest"))
	return strings.TrimSpace(string(b))
}

//go:build linux

package trial

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tracer/internal/launch"
	"tracer/internal/launch/launchtest"
	"tracer/internal/pyabi"
	"tracer/internal/sys"
)

// TestMain is also what a trial starts.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == Command {
		if err := Record(os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	launchtest.Main(m)
}

// library is the one that make has built.
func library(t *testing.T) launch.Library {
	t.Helper()
	lib, err := launch.LibraryIn(filepath.Join("..", "..", "..", "bin", "lib", "tracer"))
	if err != nil {
		t.Skip(err)
	}
	return lib
}

// clean fails the test if a trial leaves something in the directory for temporary files.
func clean(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Cleanup(func() {
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
}

// Whatever package pyabi holds for traceable is traced: the loader and the agent must agree.
func TestInterpretersRecord(t *testing.T) {
	lib := library(t)
	clean(t)
	tried := 0
	for _, python := range pyabi.Find() {
		if python.Supported() != nil {
			continue
		}
		tried++
		t.Run(python.String(), func(t *testing.T) {
			got := Run(t.Context(), lib, python)
			if !got.Recorded || got.Problem != "" || got.Refused != "" || got.Events < 2*hits {
				t.Errorf("%+v", got)
			}
			if len(got.Tools) > 0 {
				t.Logf("tools: %v", got.Tools)
			}
		})
	}
	if tried == 0 {
		t.Skip("no Python here that can be traced")
	}
}

// script makes an interpreter of a few lines of shell.
func script(t *testing.T, lines string) pyabi.Info {
	t.Helper()
	path := filepath.Join(t.TempDir(), "python3")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+lines+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return pyabi.Info{Path: path, Executable: path}
}

func TestWhatDoesNotRecord(t *testing.T) {
	lib := launchtest.Library(t)
	clean(t)
	for name, tt := range map[string]struct{ lines, want string }{
		"one that fails":          {"echo the library is missing >&2; exit 3", "the program ended with status 3: the library is missing"},
		"one without site":        {"exit 0", "nothing was recorded: "},
		"one that ends by itself": {"kill -9 $$", "SIGKILL has ended the program"},
	} {
		t.Run(name, func(t *testing.T) {
			got := Run(t.Context(), lib, script(t, tt.lines))
			if got.Recorded || !strings.HasPrefix(got.Problem, tt.want) {
				t.Errorf("%+v, want %q", got, tt.want)
			}
		})
	}
}

// The agent of launchtest records other events than those of the program.
func TestATraceOfSomethingElseIsNoSuccess(t *testing.T) {
	lib := launchtest.Library(t)
	clean(t)
	for _, python := range pyabi.Find() {
		if python.Hook() != pyabi.Monitoring || python.FreeThreaded {
			continue
		}
		got := Run(t.Context(), lib, python)
		if got.Recorded || got.Problem == "" || got.Refused != "" {
			t.Errorf("%s: %+v", python, got)
		}
		t.Log(got.Problem)
		return
	}
	t.Skip("no Python here that the agent of this test loads into")
}

func TestAnInterpreterThatHangsIsKilledWithWhatItStarted(t *testing.T) {
	lib := launchtest.Library(t)
	clean(t)
	pids := filepath.Join(t.TempDir(), "pids")
	python := script(t, "trap '' TERM INT; sleep 1000 & echo $$ $! > "+pids+"; wait")
	got, err := run(t.Context(), lib, python, time.Second)
	if err == nil || !strings.HasPrefix(err.Error(), "it did not end within 1s") {
		t.Fatalf("%+v, %v", got, err)
	}
	b, err := os.ReadFile(pids)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range strings.Fields(string(b)) {
		var pid int
		fmt.Sscan(word, &pid)
		for end := time.Now().Add(10 * time.Second); sys.Alive(pid); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("process %d lives on", pid)
			}
		}
	}
	if n := len(strings.Fields(string(b))); n != 2 {
		t.Errorf("looked at %d processes, expected 2", n)
	}
}

func TestEnvironOfATrial(t *testing.T) {
	got := environ([]string{"A=1", "XDG_STATE_HOME=/s", "TRACER_ONLY=x", "TRACER_LIB=/y", "TRACER_DIR=/t", "PYTHONPATH=/p"},
		launch.Library{Agent: "/lib/a.so", Loader: "/lib/loader"}, "/d")
	want := "A=1 TRACER_DIR=/t PYTHONPATH=/p XDG_STATE_HOME=/d/state TRACER_LIB=/lib"
	if strings.Join(got, " ") != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestMarkedLine(t *testing.T) {
	lines := strings.Split(string(program), "\n")
	if line := lines[hitLine()-1]; !strings.Contains(line, "total += i") {
		t.Errorf("the marked line is %q", line)
	}
}

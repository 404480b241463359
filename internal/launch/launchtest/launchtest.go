// Package launchtest gives tests a library to launch programs with: the real
// loader, and an agent that records nothing but leaves an agent's files.
package launchtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"tracer/internal/launch"
)

// Recorded is what the agent of Library says that every process has recorded.
var Recorded = struct{ Events, Dropped, Threads int }{4, 7, 2}

// Refusal is what the agent of Library says when the slot size is RefusingSlot.
const (
	Refusal      = "the settings say so"
	RefusingSlot = 4096
)

// built is true once build was called; it is read when all tests are over.
var built atomic.Bool

var build = sync.OnceValues(func() (dir string, err error) {
	built.Store(true)
	root, err := Root()
	if err != nil {
		return "", err
	}
	dir, err = os.MkdirTemp("", "tracer-agent")
	if err != nil {
		return "", err
	}
	agent := filepath.Join(dir, "agent-"+runtime.GOOS+"-"+runtime.GOARCH+".so")
	source := filepath.Join(root, "internal", "launch", "launchtest", "testdata", "fakeagent.c")
	cc := exec.Command("cc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", agent, source)
	cc.Stderr = os.Stderr
	if err := cc.Run(); err != nil {
		return dir, err
	}
	// A copy, so that no Python writes its cache into the source tree.
	loader, err := os.ReadFile(filepath.Join(root, "python", "loader", "sitecustomize.py"))
	if err != nil {
		return dir, err
	}
	if err := os.Mkdir(filepath.Join(dir, "loader"), 0o700); err != nil {
		return dir, err
	}
	return dir, os.WriteFile(filepath.Join(dir, "loader", "sitecustomize.py"), loader, 0o600)
})

// Main runs the tests of a package that uses Library, and cleans up after it.
func Main(m *testing.M) {
	code := m.Run()
	if built.Load() {
		dir, _ := build()
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// Library returns the library. Programs that look for it are pointed to the
// directory by launch.LibraryEnv.
func Library(t testing.TB) launch.Library {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("needs Linux")
	}
	if _, err := exec.LookPath("cc"); err != nil {
		t.Skip("no C compiler")
	}
	dir, err := build()
	if err != nil {
		t.Fatalf("build the fake agent: %v", err)
	}
	lib, err := launch.LibraryIn(dir)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// Root returns the directory of the module that the test belongs to.
func Root() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", os.ErrNotExist
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}

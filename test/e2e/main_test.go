package e2e

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"tracer/internal/pyabi"
	"tracer/test/interpreters"
)

// root is the top of the tree.
var root, _ = filepath.Abs(filepath.Join("..", ".."))

// tracer is the program under test; `make all` builds it.
var tracer = filepath.Join(root, "bin", "tracer")

func TestMain(m *testing.M) {
	if _, err := os.Stat(tracer); err != nil {
		fmt.Fprintln(os.Stderr, "e2e: bin/tracer is missing; run make all first")
		os.Exit(1)
	}
	// The tests' own traces are no business of the user's state directory.
	state, err := os.MkdirTemp("", "tracer-state-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		os.Exit(1)
	}
	os.Setenv("XDG_STATE_HOME", state)
	os.Setenv("PYTHONDONTWRITEBYTECODE", "1")
	// Under nohup or in the background of a shell these are ignored. What is
	// caught here is at its default in a child.
	for _, sig := range []os.Signal{syscall.SIGHUP, syscall.SIGINT} {
		if signal.Ignored(sig) {
			signal.Notify(make(chan os.Signal, 1), sig)
		}
	}
	code := m.Run()
	os.RemoveAll(state)
	os.Exit(code)
}

// eachPython runs a test on every interpreter, at the same time.
func eachPython(t *testing.T, test func(t *testing.T, python pyabi.Info)) {
	found := interpreters.Traceable(t)
	for _, python := range found {
		t.Run(name(python), func(t *testing.T) {
			t.Parallel()
			test(t, python)
		})
	}
}

// eachPythonInTurn does so one after another, for what needs the machine alone.
func eachPythonInTurn(t *testing.T, test func(t *testing.T, python pyabi.Info)) {
	for _, python := range interpreters.Traceable(t) {
		t.Run(name(python), func(t *testing.T) { test(t, python) })
	}
}

func name(python pyabi.Info) string {
	return strings.ReplaceAll(python.String(), " ", "-")
}

// TestInterpretersAreNamed prints what the other tests run on.
func TestInterpretersAreNamed(t *testing.T) {
	found := interpreters.Traceable(t)
	var names []string
	for _, python := range found {
		names = append(names, python.String())
	}
	fmt.Printf("e2e: tested on %s\n", strings.Join(names, ", "))
	if len(found) == 0 {
		t.Error("no interpreter at all")
	}
}

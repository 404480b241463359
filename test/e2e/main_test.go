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
	os.Setenv("XDG_CONFIG_HOME", state) // nor are the user's settings of the tests'
	os.Setenv("TRACER_CONFIG", os.DevNull)
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

// eachPython runs a test on every minor version and build from 3.8 on, at the same
// time.
func eachPython(t *testing.T, test func(t *testing.T, python pyabi.Info)) {
	for _, python := range interpreters.Each(interpreters.Traceable(t)) {
		t.Run(name(python), func(t *testing.T) {
			t.Parallel()
			test(t, python)
		})
	}
}

// everyPython runs a test on every interpreter there is, at the same time.
func everyPython(t *testing.T, test func(t *testing.T, python pyabi.Info)) {
	for _, python := range interpreters.Traceable(t) {
		t.Run(name(python), func(t *testing.T) {
			t.Parallel()
			test(t, python)
		})
	}
}

// eachKind runs a test, one after another because it needs the machine alone, on the
// oldest and the newest interpreter of each kind: a way in which the agent sees events,
// with and without a global lock.
func eachKind(t *testing.T, test func(t *testing.T, python pyabi.Info)) {
	for _, python := range interpreters.Kinds(interpreters.Traceable(t)) {
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

func version(python pyabi.Info) []int { return []int{python.Major, python.Minor} }

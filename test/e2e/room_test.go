package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tracer/test/interpreters"
)

// Old traces make room for new ones, but for those whose place was chosen.
func TestOldTracesMakeRoom(t *testing.T) {
	python := interpreters.Traceable(t)[0]
	home := t.TempDir()
	state := filepath.Join(home, "tracer")
	program := write(t, "p.py", "for n in range(1000): str(n)\n")
	run := func(flags ...string) outcome {
		args := append([]string{tracer, "run", "--python", python.Executable}, flags...)
		got := execute(t, job{args: append(args, program), env: []string{"XDG_STATE_HOME=" + home}})
		if got.status != 0 {
			t.Fatalf("status %d: %s", got.status, got.stderr)
		}
		return got
	}
	traces := func() []string {
		found, err := filepath.Glob(filepath.Join(state, "*.trace"))
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(found)
		return found
	}
	run("-o", filepath.Join(state, "mine.trace"))
	for range 3 {
		run()
	}
	before := traces()
	if len(before) != 4 {
		t.Fatalf("traces %q", before)
	}
	one := bytesOf(t, before[1])
	got := run("--keep-size", fmt.Sprintf("%dB", 2*one+one/2))
	after := traces()
	if len(after) != 3 || !slices.Contains(after, filepath.Join(state, "mine.trace")) {
		t.Errorf("traces %q are left of %q", after, before)
	}
	for _, path := range before {
		if _, err := os.Stat(path); os.IsNotExist(err) && !strings.Contains(got.stderr, filepath.Base(strings.TrimSuffix(path, ".trace"))) {
			t.Errorf("%s is gone without a word: %s", path, got.stderr)
		}
	}
	run("--keep-size", "0")
	if n := len(traces()); n != 4 {
		t.Errorf("%d traces, expected that --keep-size 0 removes none of 4", n)
	}
}

// bytesOf is how large tracer says that a trace is.
func bytesOf(t *testing.T, dir string) int64 {
	t.Helper()
	var i struct{ Bytes int64 }
	got := execute(t, job{args: []string{tracer, "info", "--format", "json", dir}})
	if err := json.Unmarshal([]byte(got.stdout), &i); err != nil || i.Bytes == 0 {
		t.Fatalf("info: %v: %s", err, got.stdout)
	}
	return i.Bytes
}

package lcov

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tracer/internal/export/exporttest"
	"tracer/trace"
)

func write(t *testing.T, tr *trace.Trace) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(t.Context(), &b, tr, Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestASmallFile has a function that was not called, one that is excluded, a statement of
// several lines and a file without a copy.
func TestASmallFile(t *testing.T) {
	const want = `TN:
SF:/lib/other.py
FNF:0
FNH:0
DA:5,1
LF:1
LH:1
end_of_record
TN:
SF:app.py
FN:4,f
FN:10,C.g
FNDA:2,f
FNDA:0,C.g
FNF:2
FNH:1
DA:2,1
DA:4,1
DA:5,4
DA:9,2
DA:10,1
DA:11,0
DA:14,1
LF:7
LH:6
end_of_record
`
	if got := write(t, exporttest.Covered(t)); got != want {
		t.Errorf("%s\nexpected\n%s", got, want)
	}
}

// TestHitsAreThoseOfProfile adds them up.
func TestHitsAreThoseOfProfile(t *testing.T) {
	tr := exporttest.Random(t, exporttest.Program{Seed: 2, Threads: 2, Processes: 2, Events: 1000})
	want := exporttest.Profile(t, tr)
	hits, calls, found := uint64(0), uint64(0), 0
	for line := range strings.Lines(write(t, tr)) {
		var n, c uint64
		if _, err := fmt.Sscanf(line, "DA:%d,%d", &n, &c); err == nil {
			hits += c
			found++
		}
		if _, err := fmt.Sscanf(line, "FNDA:%d,", &c); err == nil {
			calls += c
		}
	}
	// The statements of the sources are one line each, and some lines are two functions'.
	if hits != want.Hits || calls == 0 || found < 50 {
		t.Errorf("%d hits in %d lines, %d calls; expected %d hits", hits, found, calls, want.Hits)
	}
}

// TestLcovReadsIt: LCOV's own tools read it, and count the same.
func TestLcovReadsIt(t *testing.T) {
	for _, tool := range []string{"lcov", "genhtml"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("not tested with %s: it is not here", tool)
		}
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "app.lcov")
	if err := os.WriteFile(path, []byte(write(t, exporttest.Covered(t))), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "lcov", "--summary", path).CombinedOutput()
	if text := string(out); err != nil || !strings.Contains(text, "(7 of 8 lines)") || !strings.Contains(text, "(1 of 2 functions)") {
		t.Errorf("%v\n%s", err, out)
	}
	for _, source := range []string{"app.py", "/lib/other.py"} {
		file := filepath.Join(dir, source)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(strings.Repeat("x\n", 20)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	moved := strings.ReplaceAll(write(t, exporttest.Covered(t)), "SF:/lib/", "SF:lib/")
	if err := os.WriteFile(path, []byte(moved), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "genhtml", "-o", "html", path)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "87.5% (7 of 8 lines)") {
		t.Errorf("%v\n%s", err, out)
	}
}

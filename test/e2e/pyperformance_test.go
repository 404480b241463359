package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"tracer/internal/pyabi"
	"tracer/test/interpreters"
)

// benchmarks are programs of pyperformance, each small enough for a counter in
// pure Python.
var benchmarks = []struct {
	name string
	args []string
}{
	{"raytrace", []string{"--width=30", "--height=30"}},
	{"richards", nil},
	{"go", nil},
	{"chaos", []string{"--iterations=1000"}},
	{"deltablue", nil},
	{"fannkuch", nil},
	{"nbody", []string{"--iterations=2000"}},
}

// TestBenchmarksAreCounted compares programs that nobody here wrote with the
// reference.
func TestBenchmarksAreCounted(t *testing.T) {
	dir, err := interpreters.Package(t.Context(), "pyperformance", "1.14.0")
	if errors.Is(err, interpreters.ErrNoPip) && os.Getenv(interpreters.RequireEnv) == "" {
		t.Skipf("pyperformance was not tested: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		for _, b := range benchmarks {
			t.Run(b.name, func(t *testing.T) {
				script := filepath.Join(dir, "pyperformance", "data-files", "benchmarks", "bm_"+b.name, "run_benchmark.py")
				j := job{
					dir:  t.TempDir(),
					args: append([]string{filepath.Join(root, "bench", "drive.py"), script, "1"}, b.args...),
					env:  []string{"BENCH_RESULT=" + os.DevNull},
				}
				got, trace := traced(t, python, nil, j)
				same(t, got, untraced(t, python, j))
				sum := recorded(t, trace)
				if len(sum.lines) < 20 {
					t.Fatalf("only %d lines were recorded", len(sum.lines))
				}
				tool := best(python)
				sum.compareWith(t, tool, reference(t, python, tool, nil, j))
			})
		}
	})
}

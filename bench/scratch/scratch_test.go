package scratch

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tracer/internal/pyabi"
	"tracer/test/interpreters"
)

func TestChoosePrograms(t *testing.T) {
	got, err := Choose(Programs(), []string{"nbody", "go"})
	if err != nil || len(got) != 2 || got[0].Name != "nbody" {
		t.Errorf("unexpected %v, %v", got, err)
	}
	if all, err := Choose(Programs(), nil); err != nil || len(all) != 7 {
		t.Errorf("unexpected %v, %v", all, err)
	}
	if _, err := Choose(Programs(), []string{"tetris"}); err == nil || !strings.Contains(err.Error(), "raytrace") {
		t.Errorf("unexpected error %v", err)
	}
}

func TestAnEnvironmentCountsOnlyWithTheSameRequirements(t *testing.T) {
	area, err := Open(t.TempDir(), map[string][]byte{requirements: []byte("a==1\n")})
	if err != nil {
		t.Fatal(err)
	}
	info := pyabi.Info{Version: "3.99.0", Executable: "/bare"}
	dir := area.Path("python-3.99.0")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for content, installed := range map[string]bool{"": false, "a==1\n": true, "a==2\n": false} {
		if err := os.WriteFile(filepath.Join(dir, interpreters.Stamp), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if p := area.Prepared(info); p.Installed != installed || (p.Path == "/bare") == installed {
			t.Errorf("stamp %q: unexpected %+v", content, p)
		}
	}
}

func TestScriptOfAProgram(t *testing.T) {
	area, err := Open(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	python := Python{Path: area.Path("env/bin/python")}
	if _, err := area.Script(Programs()[0], python); err == nil {
		t.Error("found a program that is not installed")
	}
	want := area.Path("env/lib/python3.99/site-packages/pyperformance/data-files/benchmarks/bm_raytrace/run_benchmark.py")
	if err := os.MkdirAll(filepath.Dir(want), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(want, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := area.Script(Programs()[0], python); err != nil || got != want {
		t.Errorf("%s, %v; expected %s", got, err, want)
	}
}

func TestEnvironLeavesOutWhatChangesPython(t *testing.T) {
	t.Setenv("PYTHONPATH", "/somewhere")
	t.Setenv("TRACER_LIB", "/elsewhere")
	env := Environ("MORE=1")
	for _, entry := range env {
		if strings.HasPrefix(entry, "PYTHONPATH=") || strings.HasPrefix(entry, "TRACER_") {
			t.Errorf("unexpected %s", entry)
		}
	}
	if !slices.Contains(env, "PYTHONHASHSEED=0") || !slices.Contains(env, "MORE=1") {
		t.Errorf("unexpected %v", env)
	}
}

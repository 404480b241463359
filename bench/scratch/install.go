package scratch

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"tracer/bench/meter"
	"tracer/internal/pyabi"
	"tracer/test/interpreters"
)

// Python is an interpreter to measure on.
type Python struct {
	pyabi.Info
	Path      string // what to start: in an environment of its own, if it has one
	Installed bool   // the requirements are there
}

// requirements is what Open has written to the area.
const requirements = "requirements.txt"

// stamp, in an environment, holds the requirements that it was made from.
const stamp = "installed.txt"

// Prepared returns the interpreter in the environment that Prepare has made for
// it, or bare if it has not.
func (a Area) Prepared(info pyabi.Info) Python {
	dir := a.Path("python-" + info.Version)
	want, err1 := os.ReadFile(a.Path(requirements))
	have, err2 := os.ReadFile(filepath.Join(dir, stamp))
	if err1 == nil && err2 == nil && bytes.Equal(want, have) {
		return Python{info, environmentPython(dir), true}
	}
	return Python{info, info.Executable, false}
}

// Prepare makes an environment for the interpreter with the requirements in it.
// The others lend their pip where this one has none.
func (a Area) Prepare(ctx context.Context, info pyabi.Info, others []pyabi.Info) (Python, error) {
	if p := a.Prepared(info); p.Installed {
		return p, nil
	}
	dir := a.Path("python-" + info.Version)
	if err := os.RemoveAll(dir); err != nil {
		return Python{}, fmt.Errorf("prepare %s: %w", info, err)
	}
	if err := run(ctx, info.Executable, "-m", "venv", "--without-pip", dir); err != nil {
		return Python{}, fmt.Errorf("prepare %s: %w", info, err)
	}
	pip, err := interpreters.Pip(ctx, environmentPython(dir), append(others, info), a.Path("pip"))
	if err != nil {
		return Python{}, fmt.Errorf("prepare %s: %w", info, err)
	}
	err = run(ctx, pip, "-m", "pip", "--python", environmentPython(dir), "install", "--quiet", "--disable-pip-version-check",
		"--only-binary", ":all:", "--no-deps", "-r", a.Path(requirements))
	if err != nil {
		return Python{}, fmt.Errorf("prepare %s: %w", info, err)
	}
	content, err := os.ReadFile(a.Path(requirements))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, stamp), content, 0o644)
	}
	if err != nil {
		return Python{}, fmt.Errorf("prepare %s: %w", info, err)
	}
	return a.Prepared(info), nil
}

func environmentPython(dir string) string { return filepath.Join(dir, "bin", "python") }

func run(ctx context.Context, argv ...string) error {
	_, err := meter.Run(ctx, meter.Command{Argv: argv, Env: Environ()})
	return err
}

// Environ returns the environment for everything that is run: this process's
// without what would change how Python or tracer work, and with one hash seed,
// so that each run does the same.
func Environ(more ...string) []string {
	var env []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "PYTHON") && !strings.HasPrefix(entry, "TRACER_") {
			env = append(env, entry)
		}
	}
	return append(append(env, "PYTHONHASHSEED=0"), more...)
}

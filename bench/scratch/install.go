package scratch

import (
	"context"
	"fmt"
	"os"
	"strings"

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

// Prepared returns the interpreter in the environment that Prepare has made for
// it, or bare if it has not.
func (a Area) Prepared(info pyabi.Info) Python {
	want, err := os.ReadFile(a.Path(requirements))
	if python, ok := interpreters.EnvironmentPython(a.environment(info), string(want)); ok && err == nil {
		return Python{info, python, true}
	}
	return Python{info, info.Executable, false}
}

// Prepare makes an environment for the interpreter with the requirements in it.
// The others lend their pip where this one has none.
func (a Area) Prepare(ctx context.Context, info pyabi.Info, others []pyabi.Info) (Python, error) {
	want, err := os.ReadFile(a.Path(requirements))
	if err != nil {
		return Python{}, fmt.Errorf("prepare %s: %w", info, err)
	}
	python, err := interpreters.Environment(ctx, info, a.environment(info), string(want), others, "--no-deps")
	if err != nil {
		return Python{}, err
	}
	return Python{info, python, true}, nil
}

func (a Area) environment(info pyabi.Info) string { return a.Path("python-" + info.Version) }

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

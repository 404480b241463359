package launch

import (
	"os"
	"slices"
	"strings"

	"tracer/internal/sys"
)

// The variables that the loader reads and removes.
const (
	envTrace    = "TRACER_DIR"
	envAgent    = "TRACER_AGENT"
	envOriginal = "TRACER_PYTHONPATH"
	envParent   = "TRACER_PARENT" // set by the agent only, for what a traced process starts
	envPath     = "PYTHONPATH"
)

// Start starts the command so that it records into the trace directory.
func (c *Command) Start(lib Library, trace string) (*sys.Process, error) {
	return sys.Start(c.Path, c.Argv, Environ(os.Environ(), lib, trace))
}

// Environ returns env with what brings the loader in. The order of the variables
// stays, because a program can see it.
func Environ(env []string, lib Library, trace string) []string {
	env = restored(env)
	path, set := lookup(env, envPath)
	search := lib.Loader
	if path != "" {
		// An empty entry is the current directory: none may come about
		// that was not there.
		search += string(os.PathListSeparator) + path
	}
	env = assign(env, envPath, search)
	env = assign(env, envTrace, trace)
	env = assign(env, envAgent, lib.Agent)
	if set {
		env = assign(env, envOriginal, path)
	}
	return env
}

// restored returns env as it was before another tracer, if this one was started
// by one: the inner one traces.
func restored(env []string) []string {
	env = slices.Clone(env)
	if _, ok := lookup(env, envTrace); !ok {
		return env
	}
	path, set := lookup(env, envOriginal)
	if set {
		env = assign(env, envPath, path)
	}
	return slices.DeleteFunc(env, func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		switch name {
		case envTrace, envAgent, envOriginal, envParent:
			return true
		}
		return name == envPath && !set
	})
}

func lookup(env []string, name string) (string, bool) {
	for _, entry := range env {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value, true
		}
	}
	return "", false
}

func assign(env []string, name, value string) []string {
	for i, entry := range env {
		if strings.HasPrefix(entry, name+"=") {
			env[i] = name + "=" + value
			return env
		}
	}
	return append(env, name+"="+value)
}

// Package mode has the ways in which a program is run: alone, under tracer, and
// under the tools to compare with.
package mode

import "fmt"

// The names of the modes.
const (
	Untraced     = "untraced"
	Noop         = "noop"
	Calls        = "calls"
	Lines        = "lines"
	Filtered     = "filtered"
	CProfile     = "cprofile"
	VizTracer    = "viztracer"
	VizTracerC   = "viztracer-c"
	LineProfiler = "line_profiler"
)

// Need is what a mode cannot do without.
type Need int

// What may be needed, beside Python.
const (
	NeedNothing   Need = iota
	NeedTracer         // the built program
	NeedInstalled      // the requirements
)

// Job is one program to run.
type Job struct {
	Python  string
	Tracer  string
	Noop    string // library directory with the agent that does nothing
	Driver  string
	Script  string
	Loops   int
	Args    []string
	Output  string // what the tool leaves: a file or a directory that is not there yet
	Results string // where the driver leaves its figures
}

// Mode is a way to run a program.
type Mode struct {
	Name  string
	Title string // for tables
	Need  Need
	// Samples is how many runs make a round, of which the fastest counts:
	// several where little is to be told apart from nothing.
	Samples int
	command func(Job) []string
	environ func(Job) []string
}

// All returns the modes in the order of the tables.
func All() []Mode {
	return []Mode{
		{Name: Untraced, Title: "untraced", Samples: 3, command: bare()},
		{Name: Filtered, Title: "tracer, filter matches nothing", Need: NeedTracer, Samples: 3, command: tracer("--only", "no_such_module")},
		{Name: Noop, Title: "callbacks that do nothing", Need: NeedTracer, Samples: 1, command: tracer(), environ: noop},
		{Name: Calls, Title: "tracer, calls only", Need: NeedTracer, Samples: 1, command: tracer("--events", "functions", "--only", "*")},
		{Name: Lines, Title: "tracer, lines", Need: NeedTracer, Samples: 1, command: tracer()},
		{Name: CProfile, Title: "cProfile", Samples: 1, command: cProfile},
		{Name: VizTracer, Title: "VizTracer without C calls", Need: NeedInstalled, Samples: 1, command: vizTracer("--ignore_c_function"), environ: leave},
		{Name: VizTracerC, Title: "VizTracer with C calls", Need: NeedInstalled, Samples: 1, command: vizTracer(), environ: leave},
		{Name: LineProfiler, Title: "line_profiler", Need: NeedInstalled, Samples: 1, command: bare(), environ: lineProfiler},
	}
}

// Calibrated is tracer with lines, which compares with a run of its own: the driver
// leaves the figures of the first.
func Calibrated() Mode {
	return Mode{Name: "calibrated", Title: "tracer, lines, calibrated", Need: NeedTracer, Samples: 1, command: tracer("--calibrate")}
}

// Choose returns the modes with these names, all without names.
func Choose(names []string) ([]Mode, error) {
	if len(names) == 0 {
		return All(), nil
	}
	var chosen []Mode
	known := map[string]bool{}
	for _, m := range All() {
		known[m.Name] = true
		for _, name := range names {
			if name == m.Name {
				chosen = append(chosen, m)
				break
			}
		}
	}
	for _, name := range names {
		if !known[name] {
			return nil, fmt.Errorf("choose modes: there is no %s", name)
		}
	}
	return chosen, nil
}

// Argv returns the command line.
func (m Mode) Argv(j Job) []string { return m.command(j) }

// Environ returns what the mode adds to the environment.
func (m Mode) Environ(j Job) []string {
	env := []string{"BENCH_RESULT=" + j.Results}
	if m.environ != nil {
		env = append(env, m.environ(j)...)
	}
	return env
}

// Records reports whether the mode leaves a trace with events in it.
func (m Mode) Records() bool { return m.Name == Calls || m.Name == Lines }

// Saving returns the mode with whatever the tool does after the loops.
func (m Mode) Saving() Mode {
	if m.Name == VizTracer || m.Name == VizTracerC {
		m.environ = nil
	}
	return m
}

package mode

import (
	"slices"
	"strconv"
)

// entries is VizTracer's buffer, in calls: more than any program here makes, so
// that it too loses nothing. Memory is taken as it fills.
const entries = 40_000_000

// driven is the driver with the program.
func driven(j Job) []string {
	return append([]string{j.Driver, j.Script, strconv.Itoa(j.Loops)}, j.Args...)
}

func bare() func(Job) []string {
	return func(j Job) []string { return slices.Concat([]string{j.Python}, driven(j)) }
}

func cProfile(j Job) []string {
	return slices.Concat([]string{j.Python, "-m", "cProfile", "-o", j.Output}, driven(j))
}

func tracer(flags ...string) func(Job) []string {
	return func(j Job) []string {
		return slices.Concat([]string{j.Tracer, "run", "--quiet", "--output", j.Output, "--python", j.Python}, flags, driven(j))
	}
}

func noop(j Job) []string { return []string{"TRACER_LIB=" + j.Noop} }

func vizTracer(flags ...string) func(Job) []string {
	return func(j Job) []string {
		viz := []string{j.Python, "-m", "viztracer", "--quiet", "--tracer_entries", strconv.Itoa(entries), "--output_file", j.Output + ".json"}
		return slices.Concat(viz, flags, []string{"--"}, driven(j))
	}
}

// leave spares the saving, which takes VizTracer far longer than the loops and
// is measured apart.
func leave(Job) []string { return []string{"BENCH_LEAVE=1"} }

func lineProfiler(Job) []string { return []string{"BENCH_LINES=1"} }

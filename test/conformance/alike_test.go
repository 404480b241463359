package conformance

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// tries is how often a program is run each way before a difference counts.
const tries = 3

// endsAlike fails the test where the traced program does not behave as it does
// alone, or its trace is not whole, and returns how many tests it compared. plausible
// looks at what was recorded.
func endsAlike(t *testing.T, p Program, prefix string, known []Known, plausible func(*testing.T, *Run, string)) int {
	t.Helper()
	var untraced, traced []*Run
	var v Verdict
	var left []Difference
	var stale []string
	for range tries {
		alone := unaided(t, p)
		untraced = append(untraced, alone)
		run := watched(t, p, plausible)
		traced = append(traced, run)
		v = compare(untraced, traced)
		left, stale = explain(known, prefix, v)
		if run.crashed() {
			t.Errorf("traced, it %s, with status %d:\n%s", run.outcome(theEnd), run.Status, run.Output)
			return len(alone.Outcomes)
		}
		if len(left) == 0 {
			break
		}
	}
	checkAnyTool(t, p, prefix, known, v)
	for _, d := range left {
		t.Errorf("%s: traced %q, untraced %q, in %d runs each", d.Test, d.Traced, d.Untraced, len(traced))
	}
	if len(left) > 0 {
		t.Logf("the end of the traced run's output:\n%s", traced[len(traced)-1].Output)
	}
	for _, d := range v.Unsteady {
		t.Logf("unsteady: %s: traced %q, untraced %q, in %d runs each", d.Test, d.Traced, d.Untraced, len(traced))
	}
	for _, pattern := range stale {
		t.Errorf("known.json lists %q, which does not differ any more", pattern)
	}
	n := len(untraced[0].Outcomes)
	t.Logf("%d tests, %d known to differ; %.1fs untraced, %.1fs traced", n, len(v.Differences)-len(left), untraced[0].Took.Seconds(), traced[0].Took.Seconds())
	return n
}

// unaided runs the program untraced, to its end.
func unaided(t *testing.T, p Program) *Run {
	t.Helper()
	for n := 1; ; n++ {
		run, err := p.Untraced(t.Context(), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if !run.crashed() {
			return run
		}
		if run.Hung || n == tries {
			t.Fatalf("untraced, it %s, with status %d: there is nothing to compare with; known.json can name tests that are not to be run:\n%s",
				run.outcome(theEnd), run.Status, run.Output)
		}
	}
}

// checkAnyTool holds the entries that blame the interpreter against a run beside
// a tool that does nothing.
func checkAnyTool(t *testing.T, p Program, prefix string, known []Known, v Verdict) {
	t.Helper()
	blaming := slices.DeleteFunc(slices.Clone(known), func(k Known) bool { return !k.AnyTool })
	if len(blaming) == 0 {
		return
	}
	run, err := p.BesideNothing(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range v.Differences {
		for _, k := range blaming {
			if k.explains(prefix, d.Test) && !slices.Contains(d.Traced, run.outcome(d.Test)) {
				t.Errorf("%s: traced %q, but beside a tool that does nothing %q: it is the agent's doing", d.Test, d.Traced, run.outcome(d.Test))
			}
		}
	}
}

// watched runs the program traced and judges its trace.
func watched(t *testing.T, p Program, plausible func(*testing.T, *Run, string)) *Run {
	t.Helper()
	dir := t.TempDir()
	trace := filepath.Join(dir, "t.trace")
	defer os.RemoveAll(trace) // some are large, and the test may have three
	run, err := p.Traced(t.Context(), tracer, dir, trace)
	if err != nil {
		t.Fatal(err)
	}
	h, err := health(t.Context(), tracer, trace)
	if err != nil {
		t.Errorf("look at the trace: %v", err)
		return run
	}
	for _, fault := range h.Faults {
		t.Error(fault)
	}
	if !run.crashed() {
		plausible(t, run, trace)
	}
	t.Logf("%d events of %d processes in %d bytes", h.Events, h.Processes, h.Bytes)
	return run
}

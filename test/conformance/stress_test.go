package conformance

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tracer/internal/pyabi"
	"tracer/test/interpreters"
)

// stressed is how long the server of the stress test runs on each interpreter;
// `make conformance` gives ten minutes. What is measured is no time, so the
// interpreters run side by side.
var stressed = flag.Duration("stress", 2*time.Second, "how long the server runs in each of the two ways on an interpreter")

// memory is what the kernel counts of a process, in KiB.
type memory struct{ VmRSS, RssAnon, RssFile int }

// served is what test/programs/stress/server.py prints.
type served struct {
	Served    int
	Wrong     []any
	Warm, End memory
}

// What a traced process may grow by more than the untraced one, in KiB, after it is warm: the
// interpreter's own arenas come in 1 MiB; of the trace's files a few chunks stay mapped.
const (
	anonymousGrowth = 2 << 10
	fileGrowth      = 20 << 10
)

// stressOn are the interpreters for the stress programs: those that CPython's tests
// run on as well.
func stressOn(t *testing.T) []pyabi.Info {
	t.Helper()
	if testing.Short() {
		t.Skip("takes minutes")
	}
	var on []pyabi.Info
	taken := map[string]bool{}
	for _, python := range interpreters.Traceable(t) {
		old := python.Major < 3 || python.Minor < 7 // the programs use asyncio as it is now
		if old || !wantedVersion(t, python) || !*all && (!isRequired(python) || taken[minor(python)]) {
			t.Logf("left out: %s", python)
			continue
		}
		taken[minor(python)] = true
		on = append(on, python)
	}
	return on
}

// stress runs one of the stress programs, untraced if trace is empty, and
// returns what it prints.
func stress(t *testing.T, python pyabi.Info, patience time.Duration, trace string, args ...string) string {
	t.Helper()
	args[0] = filepath.Join(root, "test", "programs", "stress", args[0])
	argv := append([]string{python.Executable}, args...)
	if trace != "" {
		argv = append([]string{tracer, "run", "--quiet", "--only", "*", "--python", python.Executable, "-o", trace, "--"}, args...)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = environ([]string{"PYTHONDONTWRITEBYTECODE=1"})
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if ctx.Err() != nil {
		t.Fatalf("%q does not end within %v: %s%s", argv, patience, out, stderr.String())
	}
	if err != nil {
		t.Fatalf("%q: %v: %s", argv, err, stderr.String())
	}
	return string(out)
}

// sound has tracer look at the trace, and says what is wrong with it.
func sound(t *testing.T, trace string) Health {
	t.Helper()
	h, err := health(t.Context(), tracer, trace)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range h.Faults {
		t.Error(fault)
	}
	return h
}

// TestServerServesAndDoesNotGrow runs a server-like program with 64 threads: all
// answers are right, it ends, and its memory grows no more than when it is not traced. What
// grows does so each time; a program that a busy machine leaves waiting may be warm later than
// it thinks. So one run of three is enough for that, but not for the rest.
func TestServerServesAndDoesNotGrow(t *testing.T) {
	for _, python := range stressOn(t) {
		t.Run(name(python), func(t *testing.T) {
			t.Parallel()
			var grown []string
			for range 3 {
				if grown = servesWell(t, python); len(grown) == 0 {
					return
				}
				t.Logf("once: %q", grown)
			}
			t.Error(grown)
		})
	}
}

// servesWell runs the server once alone and once traced, and returns what has grown.
func servesWell(t *testing.T, python pyabi.Info) []string {
	trace := filepath.Join(t.TempDir(), "t.trace")
	serve := func(trace string) served {
		out := stress(t, python, *stressed+3*time.Minute, trace, "server.py", strconv.FormatFloat(stressed.Seconds(), 'f', 1, 64), "64")
		var s served
		if err := json.Unmarshal([]byte(out), &s); err != nil {
			t.Fatalf("%v: %q", err, out)
		}
		if s.Served == 0 || len(s.Wrong) > 0 {
			t.Errorf("%d requests, of which wrong: %v", s.Served, s.Wrong)
		}
		return s
	}
	alone, traced := serve(""), serve(trace)
	t.Logf("untraced %+v", alone)
	t.Logf("traced %+v", traced)
	h := sound(t, trace)
	if h.Events < uint64(traced.Served) {
		t.Errorf("%d events of %d requests", h.Events, traced.Served)
	}
	t.Logf("%d events in %d bytes", h.Events, h.Bytes)
	return slices.Concat(
		more("anonymous memory", anonymousGrowth, alone.Warm.RssAnon, alone.End.RssAnon, traced.Warm.RssAnon, traced.End.RssAnon),
		more("mapped files", fileGrowth, alone.Warm.RssFile, alone.End.RssFile, traced.Warm.RssFile, traced.End.RssFile))
}

// more says where a traced process grew by more than allowed beyond what it grows by
// itself. All is in KiB.
func more(what string, allowed, warm, end, tracedWarm, tracedEnd int) []string {
	grown, itself := tracedEnd-tracedWarm, max(end-warm, 0)
	if grown <= itself+allowed {
		return nil
	}
	return []string{fmt.Sprintf("%s grew by %d KiB traced, by %d KiB untraced, allowed are %d KiB more", what, grown, itself, allowed)}
}

// churned is what test/programs/stress/churn.py prints.
type churned struct {
	Total     int
	Warm, End memory
}

// Code objects that are made and dropped leave nothing behind if their text is
// the same; each text that is new is remembered, so that the trace can name it.
func TestCodeIsMadeAndDropped(t *testing.T) {
	const perText = 200 // bytes that the agent may keep of each new text
	count := 20_000
	if *all {
		count = 2_000_000
	}
	for _, python := range stressOn(t) {
		for kind, allowed := range map[string]int{"same": anonymousGrowth, "distinct": anonymousGrowth + count*perText>>10} {
			t.Run(name(python)+"/"+kind, func(t *testing.T) {
				t.Parallel()
				trace := filepath.Join(t.TempDir(), "t.trace")
				churn := func(trace string) churned {
					out := stress(t, python, 20*time.Minute, trace, "churn.py", strconv.Itoa(count), kind)
					var c churned
					if err := json.Unmarshal([]byte(out), &c); err != nil || c.Total != 2*count {
						t.Fatalf("%v: %q", err, out)
					}
					return c
				}
				alone, traced := churn(""), churn(trace)
				t.Logf("untraced %+v, traced %+v", alone, traced)
				grown := more("anonymous memory", allowed, alone.Warm.RssAnon, alone.End.RssAnon, traced.Warm.RssAnon, traced.End.RssAnon)
				if len(grown) > 0 {
					t.Error(grown)
				}
				// A call, two lines and a return of each, besides what made it.
				if h := sound(t, trace); h.Events < uint64(4*count) {
					t.Errorf("%d events of %d code objects", h.Events, count)
				}
			})
		}
	}
}

// A program ends while threads run, generators are suspended, and destructors fail.
func TestEndWhileAllIsBusy(t *testing.T) {
	rounds := 1
	if *all {
		rounds = 20
	}
	for _, python := range stressOn(t) {
		t.Run(name(python), func(t *testing.T) {
			t.Parallel()
			for range rounds {
				trace := filepath.Join(t.TempDir(), "t.trace")
				if out := stress(t, python, 3*time.Minute, trace, "at_exit.py"); out != "about to end\n" {
					t.Errorf("output %q", out)
				}
				sound(t, trace)
			}
		})
	}
}

//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tracer/bench/mode"
	"tracer/bench/result"
	"tracer/bench/scratch"
	"tracer/internal/pyabi"
)

// fakePython leaves figures as drive.py does; FAIL is what it fails with.
const fakePython = `#!/bin/sh
case "$*" in FAIL) echo "it is broken" >&2; exit 3;; esac
[ -z "$BENCH_RESULT" ] || echo '{"seconds": 0.25, "cpu": 0.2, "end": '$(date +%s%N)'}' >"$BENCH_RESULT"
`

// fakeTracer makes a trace of 1000 events and 4 KiB.
const fakeTracer = `#!/bin/sh
if [ "$1" = info ]; then echo '{"events": 1000, "dropped": 1}'; exit; fi
while [ $# -gt 0 ]; do
	if [ "$1" = --output ]; then mkdir "$2" && head -c 4096 /dev/zero >"$2/raw"; fi
	shift
done
[ -z "$BENCH_RESULT" ] || echo '{"seconds": 0.5, "cpu": 0.4, "end": '$(date +%s%N)'}' >"$BENCH_RESULT"
`

// fake returns a benchmark whose interpreter and tracer are scripts.
func fake(t *testing.T, python string, modes ...string) *bench {
	t.Helper()
	area, err := scratch.Open(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"python": python, "tracer": fakeTracer} {
		if err := os.WriteFile(area.Path(name), []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	chosen, err := mode.Choose(modes)
	if err != nil {
		t.Fatal(err)
	}
	o := options{root: t.TempDir(), out: area.Path("out"), rounds: 2, quick: true, clock: result.Wall}
	return &bench{
		options: o, area: area, say: io.Discard, tracer: area.Path("tracer"), modes: chosen, programs: scratch.Small(false),
		pythons: []scratch.Python{{Info: pyabi.Info{Version: "3.99.0"}, Path: area.Path("python")}}, result: &result.Result{Rounds: 2},
	}
}

func TestRunWithFakeCommands(t *testing.T) {
	b := fake(t, fakePython)
	if err := b.measure(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(b.result.Cases) != 2 || len(b.result.Starts) != 1 || b.result.Reading == nil || len(b.result.Saving) != 1 {
		t.Fatalf("incomplete: %+v", b.result)
	}
	for _, c := range b.result.Cases {
		for name, seconds := range map[string]float64{mode.Untraced: 0.25, mode.Filtered: 0.5, mode.Noop: 0.5, mode.Lines: 0.5, mode.Calls: 0.5, mode.CProfile: 0.25} {
			s := c.Modes[name]
			if s == nil || !slices.Equal(s.Loops, []float64{seconds, seconds}) || len(s.CPU) != 2 || len(s.Wall) != 2 || len(s.After) != 2 {
				t.Errorf("%s, %s: unexpected %+v", c, name, s)
			}
		}
		if s := c.Modes[mode.Lines]; s.Events != 1000 || s.Lost != 1 || s.Bytes < 4096 {
			t.Errorf("%s: unexpected trace %+v", c, s)
		}
		if len(c.Modes) != 6 {
			t.Errorf("%s: tools that are not there were run: %v", c, c.Modes)
		}
	}
	for _, name := range []string{"output", "small", "large", "loops.json"} {
		if _, err := os.Stat(b.area.Path(name)); err == nil {
			t.Errorf("%s was left behind", name)
		}
	}
}

func TestAModeThatFailsIsSaidOnceAndTheRestGoesOn(t *testing.T) {
	broken := strings.Replace(fakePython, "FAIL)", `*cProfile*)`, 1)
	b := fake(t, broken, mode.Untraced, mode.CProfile)
	var said bytes.Buffer
	b.say = &said
	if err := b.measure(t.Context()); err == nil {
		t.Error("no error")
	}
	want := []string{"calls on 3.99.0 cprofile", "lines on 3.99.0 cprofile"}
	if !slices.Equal(b.result.Failures, want) {
		t.Errorf("failures %q, expected %q", b.result.Failures, want)
	}
	if n := strings.Count(said.String(), "it is broken"); n != 2 {
		t.Errorf("the reason was said %d times:\n%s", n, said.String())
	}
	for _, c := range b.result.Cases {
		if c.Modes[mode.Untraced] == nil || c.Modes[mode.CProfile] != nil {
			t.Errorf("%s: unexpected %v", c, c.Modes)
		}
	}
	var out bytes.Buffer
	if err := b.write(&out); err != nil || !strings.Contains(out.String(), "| calls |") {
		t.Errorf("wrote %q, %v", out.String(), err)
	}
	if _, err := result.Read(filepath.Join(b.out, resultsFile)); err != nil {
		t.Error(err)
	}
}

func TestStoppingLeavesNothing(t *testing.T) {
	b := fake(t, fakePython+"touch started\nsleep 60\n", mode.Untraced)
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		for {
			if _, err := os.Stat(b.area.Path("started")); err == nil {
				cancel(errors.New("enough"))
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	if err := b.measure(ctx); err == nil || len(b.result.Failures) > 0 {
		t.Errorf("error %v, failures %v", err, b.result.Failures)
	}
	if _, err := os.Stat(b.area.Path("loops.json")); err == nil {
		t.Error("figures were left behind")
	}
}

func TestOptions(t *testing.T) {
	for _, args := range [][]string{{"-rounds", "0"}, {"-parts", "nothing"}, {"-clock", "sun"}, {"more"}, {"-nonsense"}} {
		if status := run(t.Context(), args, io.Discard, io.Discard); status != exitUsage {
			t.Errorf("%v: exit status %d, expected %d", args, status, exitUsage)
		}
	}
	o, err := parse([]string{"-programs", "go,chaos", "-scratch", "x"}, io.Discard)
	if err != nil || !slices.Equal(o.programs, []string{"go", "chaos"}) || o.whole() {
		t.Errorf("unexpected %+v, %v", o, err)
	}
	if o, err = parse([]string{"-scratch", "x"}, io.Discard); err != nil || !o.whole() {
		t.Errorf("unexpected %+v, %v", o, err)
	}
}

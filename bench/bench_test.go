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
if [ "$1" = report ]; then echo '[{"function": "f", "line": 2, "self_ns": 100000000, "raw_self_ns": 300000000, "min_ns": 90, "raw_min_ns": 200}]'; exit; fi
while [ $# -gt 0 ]; do
	if [ "$1" = --output ]; then mkdir "$2" && head -c 4096 /dev/zero >"$2/raw" && echo '{"calibration": {"scale": 0.5}}' >"$2/manifest.json"; fi
	case "$1" in *known.py) echo '[["a line", "f", 80]]' >"$BENCH_RESULT"; exit;; esac
	shift
done
[ -z "$BENCH_RESULT" ] || echo '{"seconds": 0.5, "cpu": 0.4, "end": '$(date +%s%N)'}' >"$BENCH_RESULT"
`

// fakeSelf says what the benchmark says when it starts itself.
const fakeSelf = `#!/bin/sh
case "$1" in
-generate) mkdir "$2" && echo '{"functions": [{"calls": 100}]}' >"$2.totals.json" && echo '{"events": 1000, "bytes": 900, "seconds": 0.1}';;
-totals) echo '{"events": 500, "open_s": 0.001, "build_s": 0.002, "functions": 3, "lines": 9, "peak_rss_bytes": 1000000}';;
-visit) echo '{"events": 1000, "seconds": 0.5, "peak_rss_bytes": 2000000}';;
-pass|-spread) echo '{"events": 1000, "seconds": 0.25, "peak_rss_bytes": 3000000, "functions": 3, "lines": 9}';;
-export) echo '{"events": 1000, "seconds": 0.5, "bytes": 4000, "peak_rss_bytes": 2000000}';;
esac
`

// fake returns a benchmark whose interpreter and tracer are scripts.
func fake(t *testing.T, python string, modes ...string) *bench {
	t.Helper()
	area, err := scratch.Open(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"python": python, "tracer": fakeTracer, "self": fakeSelf} {
		if err := os.WriteFile(area.Path(name), []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	chosen, err := mode.Choose(modes)
	if err != nil {
		t.Fatal(err)
	}
	o := options{root: t.TempDir(), out: area.Path("out"), rounds: 2, quick: true, clock: result.Wall, events: 1000}
	return &bench{
		options: o, area: area, say: io.Discard, tracer: area.Path("tracer"), executable: area.Path("self"), modes: chosen, programs: scratch.Small(false),
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
	if x := b.result.Export; x == nil || x.Calls != 100 || x.Events != 1000 || len(x.Formats) == 0 || x.Formats[0].Bytes != 4000 || len(x.Pass) == 0 {
		t.Errorf("unexpected exports %+v", x)
	}
	if l := b.result.Large; l == nil || l.Events != 1000 || l.Bytes != 900 || len(l.Lookups) != 5 || len(l.Reports) != 2 || len(l.Visits.Seconds) != 1 {
		t.Errorf("unexpected %+v", l)
	} else if x := l.Lookups[2]; !slices.Equal(x.Seconds, []float64{0.003}) || !slices.Equal(x.Open, []float64{0.001}) || x.Events != 500 || x.From < 0 || x.To > 1 || x.From >= x.To {
		t.Errorf("unexpected %+v", x)
	}
	if a := b.result.Analysis; a == nil || a.Events != 1000 || !slices.Equal(a.Spread.Seconds, []float64{0.25}) || !slices.Equal(a.Pass.PeakRSS, []float64{3e6}) {
		t.Errorf("unexpected %+v", a)
	}
	if m := b.result.Memory; m == nil || m.Large.Events != 1000 || len(m.Small.PeakRSS) != 1 || len(m.Large.PeakRSS) != 1 {
		t.Errorf("unexpected %+v", m)
	}
	if len(b.result.Forks) != 1 || !slices.Equal(b.result.Forks[0].Bare, []float64{0.25}) || !slices.Equal(b.result.Forks[0].Traced, []float64{0.5}) {
		t.Errorf("unexpected %+v", b.result.Forks)
	}
	for _, d := range b.result.Drains {
		if d.Events != 1000 || len(d.CPU) != 1 || len(d.Wall) != 1 {
			t.Errorf("unexpected %+v", d)
		}
	}
	for _, c := range b.result.Corrected {
		if !slices.Equal(c.Untraced, []float64{0.2}) || !slices.Equal(c.Traced, []float64{0.4}) || !slices.Equal(c.Cost, []float64{0.4}) || !slices.Equal(c.Scale, []float64{0.5}) {
			t.Errorf("unexpected %+v", c)
		}
	}
	if len(b.result.Corrected) != 2 || len(b.result.Known) != 1 || b.result.Known[0].True[0] != 80 || b.result.Known[0].Corrected[0] != 90 || b.result.Known[0].Raw[0] != 200 {
		t.Errorf("unexpected %+v, %+v", b.result.Corrected, b.result.Known)
	}
	if len(b.result.Drains) != 2 {
		t.Errorf("%d programs were drained, expected 2", len(b.result.Drains))
	}
	for _, name := range []string{"output", "small", "large", "loops.json", "left", "large-trace"} {
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

func TestALargeTraceThatIsThereStaysThere(t *testing.T) {
	b := fake(t, fakePython)
	b.large = filepath.Join(t.TempDir(), "a.trace")
	if err := os.Mkdir(b.large, 0o700); err != nil {
		t.Fatal(err)
	}
	b.parts = []string{partLarge}
	if err := b.measure(t.Context()); err != nil {
		t.Fatal(err)
	}
	if l := b.result.Large; l == nil || l.Generate != 0 || l.Events != 1000 {
		t.Errorf("unexpected %+v", l)
	}
	if _, err := os.Stat(b.large); err != nil {
		t.Error(err)
	}
}

func TestWindowsAreOfAllSizes(t *testing.T) {
	b := &bench{}
	list := b.windows()
	if len(list) != 21 || !list[0].All() {
		t.Fatalf("unexpected windows %v", list)
	}
	for i, w := range list[1:] {
		if size := w.To - w.From; w.From < 0 || w.To > 1 || size < 0.000099 || size > 0.9001 || i > 0 && size <= list[i].To-list[i].From {
			t.Errorf("window %d: %v", i, w)
		}
	}
	if !slices.Equal(list, b.windows()) {
		t.Error("the windows are others each time")
	}
}

func TestOneThingOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.trace")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-generate", path, "-events", "20000"}, `"events":20000`},
		{[]string{"-totals", path}, `"checked":true`},
		{[]string{"-totals", path, "-from", "0.2", "-to", "0.4", "-cpuprofile", path + ".prof"}, `"checked":false`},
		{[]string{"-visit", path}, `"events":20000`},
		{[]string{"-pass", path}, `"events":20000`},
		{[]string{"-spread", path}, `"events":20000`},
		{[]string{"-export", path, "-as", "perfetto", "-lines"}, `"events":20000`},
	} {
		var out, said bytes.Buffer
		if status := run(t.Context(), c.args, &out, &said); status != exitMeasured || !strings.Contains(out.String(), c.want) {
			t.Errorf("%v: exit status %d, %q, %q; expected %s", c.args, status, out.String(), said.String(), c.want)
		}
	}
	if status := run(t.Context(), []string{"-visit", path + ".none"}, io.Discard, io.Discard); status != exitFailed {
		t.Errorf("exit status %d, expected %d", status, exitFailed)
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
	if o, err = parse([]string{"-scratch", "x"}, io.Discard); err != nil || !o.whole() || o.events != wholeEvents {
		t.Errorf("unexpected %+v, %v", o, err)
	}
	for _, args := range [][]string{{"-events", "5"}, {"-large", "a.trace"}, {"-quick"}} {
		if o, err := parse(append(args, "-scratch", "x"), io.Discard); err != nil || o.whole() {
			t.Errorf("%v: unexpected %+v, %v", args, o, err)
		}
	}
	if o, err = parse([]string{"-quick", "-scratch", "x", "-large", "a.trace"}, io.Discard); err != nil || o.events != quickEvents || !filepath.IsAbs(o.large) {
		t.Errorf("unexpected %+v, %v", o, err)
	}
}

//go:build unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tracer/bench/mode"
	"tracer/internal/pyabi"
)

// kind returns an interpreter that is a script.
func kind(t *testing.T, b *bench, version string, minor int, script string) pyabi.Info {
	t.Helper()
	path := b.area.Path("python" + version)
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return pyabi.Info{Implementation: "cpython", Version: version, Major: 3, Minor: minor, Executable: path}
}

func TestOlderInterpreters(t *testing.T) {
	b := fake(t, fakePython)
	b.quick, b.parts = false, []string{partOlder}
	old := strings.Replace(fakePython, "FAIL)", `*calls*)`, 1)
	b.kinds.Older = []pyabi.Info{kind(t, b, "3.7.1", 7, old), kind(t, b, "3.8.1", 8, fakePython)}
	var said bytes.Buffer
	b.say = &said
	if err := b.measure(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(b.result.Older) != 4 || len(b.result.Cases) != 0 {
		t.Fatalf("unexpected %v, %v", b.result.Older, b.result.Cases)
	}
	for _, c := range b.result.Older {
		if c.String() == "calls on 3.7.1" {
			if len(c.Modes) != 0 {
				t.Errorf("%s: unexpected %v", c, c.Modes)
			}
			continue
		}
		rounds := 2
		if !c.HasTarget() {
			rounds = 1
		}
		for name, seconds := range map[string]float64{mode.Untraced: 0.25, mode.Noop: 0.5, mode.Lines: 0.5} {
			if s := c.Modes[name]; s == nil || !slices.Equal(s.Loops, slices.Repeat([]float64{seconds}, rounds)) {
				t.Errorf("%s, %s: unexpected %+v", c, name, s)
			}
		}
		if len(c.Modes) != 3 {
			t.Errorf("%s: unexpected modes %v", c, c.Modes)
		}
	}
	if n := strings.Count(said.String(), "skipped: calls on 3.7.1: it does not run there"); n != 1 {
		t.Errorf("what is left out was said %d times:\n%s", n, said.String())
	}
}

// A program that does not run where there is a target is a failure.
func TestWhatFailsWithATargetIsNotLeftOut(t *testing.T) {
	b := fake(t, fakePython)
	b.parts = []string{partOlder}
	b.kinds.Older = []pyabi.Info{kind(t, b, "3.8.1", 8, strings.Replace(fakePython, "FAIL)", `*calls*)`, 1))}
	if err := b.measure(t.Context()); err == nil || !slices.Equal(b.result.Failures, []string{"calls on 3.8.1 untraced"}) {
		t.Errorf("error %v, failures %q", err, b.result.Failures)
	}
}

// fakePerf counts 1000 instructions for each loop of each thread, 3000 if they are
// recorded, and as many in any case.
const fakePerf = `#!/bin/sh
each=1000; [ -z "$TRACER_DIR" ] || each=3000
for word; do loops=$flag; flag=$threads; threads=$word; done
count=777; [ "$flag" != --threads ] || count=$((777 + loops * threads * each))
echo "$count,,instructions:u,1000,100.00,," >"$6"
shift 7; "$@"
`

func TestThreadsInParallel(t *testing.T) {
	for _, c := range []struct {
		name, perf string
		cpus       int
		timed      []int
		counted    int
	}{
		{"a machine that counts instructions", fakePerf, 2, []int{1, 2}, 2},
		{"one that does not", "#!/bin/sh\necho '<not supported>,,instructions:u' >\"$6\"\n", 8, []int{1, 2, 4}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := fake(t, fakePython)
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "perf"), []byte(c.perf), 0o700); err != nil {
				t.Fatal(err)
			}
			t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
			b.parts, b.result.Machine.CPUs = []string{partParallel}, c.cpus
			b.kinds.Threaded = []pyabi.Info{kind(t, b, "3.14.1", 14, fakePython)}
			if err := b.measure(t.Context()); err != nil {
				t.Fatal(err)
			}
			checkThreads(t, b, c.timed, c.counted)
		})
	}
}

func checkThreads(t *testing.T, b *bench, timed []int, counted int) {
	t.Helper()
	var threads []int
	for _, p := range b.result.Parallel {
		threads = append(threads, p.Threads)
		if s := p.Modes[mode.Lines]; p.Python != "3.14.1t" || s == nil || s.Events != 1000 || !slices.Equal(s.Loops, []float64{0.5, 0.5}) {
			t.Errorf("%s: unexpected %+v", p, p.Modes)
		}
	}
	if !slices.Equal(threads, timed) || len(b.result.Counted) != counted {
		t.Errorf("timed %v, counted %+v; expected %v and %d", threads, b.result.Counted, timed, counted)
	}
	for _, c := range b.result.Counted {
		work := float64(1000 * c.Threads * c.Loops)
		if !slices.Equal(c.Untraced, []float64{work}) || !slices.Equal(c.Traced, []float64{3 * work}) {
			t.Errorf("unexpected %+v", c)
		}
	}
	for _, name := range []string{"left", "counts", "loops.json"} {
		if _, err := os.Stat(b.area.Path(name)); err == nil {
			t.Errorf("%s was left behind", name)
		}
	}
}

package e2e

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracer/internal/pyabi"
	"tracer/trace"
)

// spinModule works for known times, and is not recorded. Where it can time what it does
// itself, the least of several times is what other work on the machine does not change;
// what is done in turns, traced and not, is slowed by it alike, and added up.
const spinModule = `
import time
clock = getattr(time, 'perf_counter', time.time)
least = {}
def note(key, seconds):
    least[key] = min(least.get(key, 1e9), seconds)
def wait(key, seconds):
    begin = now = clock()
    while now - begin < seconds: now = clock()
    note(key, now - begin)
    return now - begin
def timed(key, function, *args):
    begin = clock()
    function(*args)
    least[key] = least.get(key, 0) + clock() - begin
def empty(): pass
def empties(n):
    for _ in range(n): empty()
def native(n, function, data):
    for _ in range(n): function(data)
`

// knownProgram does what spin knows the times of. It prints the least time of each of
// its functions, the time of what is called in it with the rest; of empties all of it.
const knownProgram = `
import json, zlib
import spin
def wait_20(): return spin.wait('wait_20', 20e-6)
def wait_100(): return spin.wait('wait_100', 100e-6)
def level9(): return spin.wait(9, 20e-6)
def level8(): return spin.wait(8, 20e-6) + level9()
def level7(): return spin.wait(7, 20e-6) + level8()
def level6(): return spin.wait(6, 20e-6) + level7()
def level5(): return spin.wait(5, 20e-6) + level6()
def level4(): return spin.wait(4, 20e-6) + level5()
def level3(): return spin.wait(3, 20e-6) + level4()
def level2(): return spin.wait(2, 20e-6) + level3()
def level1(): return spin.wait(1, 20e-6) + level2()
def level0(): return spin.wait(0, 20e-6) + level1()
def native(n, function, data):
    for _ in range(n): function(data)
def empty(): pass
def empties(n):
    for _ in range(n): empty()
def main():
    data = b'x' * 30000
    for _ in range(100):
        wait_20()
        wait_100()
        spin.note('level0', level0())
        begin = spin.clock()
        spin.native(10, zlib.crc32, data)
        spin.note('native', spin.clock() - begin)
        native(10, zlib.crc32, data)
        spin.timed('empties', spin.empties, 1000)
        empties(1000)
    print(json.dumps(dict((str(key), spin.least[key]) for key in spin.least)))
main()
`

// saidOfFunction is what a report says of a function.
type saidOfFunction struct {
	Function string
	Min      float64 `json:"min_ns"`
	RawMin   float64 `json:"raw_min_ns"`
	Total    float64 `json:"total_ns"`
	RawTotal float64 `json:"raw_total_ns"`
}

// TestCorrectedTimesAreTrue compares times, corrected, with what they are known to be.
// The bounds are wide: make bench has the narrow ones. Other work on the machine may
// spoil a run, but not one after the other.
func TestCorrectedTimesAreTrue(t *testing.T) {
	dir := filepath.Dir(write(t, "known.py", knownProgram))
	if err := os.WriteFile(filepath.Join(dir, "spin.py"), []byte(spinModule), 0o600); err != nil {
		t.Fatal(err)
	}
	const tries = 4
	eachKind(t, func(t *testing.T, python pyabi.Info) {
		for try := 1; ; try++ {
			wrong := untrue(t, python, job{dir: dir, args: []string{"known.py"}})
			if len(wrong) == 0 {
				return
			}
			t.Logf("run %d of %d: %s", try, tries, strings.Join(wrong, "; "))
			if try == tries {
				t.Fatal("no run was right")
			}
		}
	})
}

// untrue returns the functions of which a trace of the program says what is not so.
func untrue(t *testing.T, python pyabi.Info, j job) (wrong []string) {
	t.Helper()
	var truly map[string]float64
	got, path := traced(t, python, []string{"--skip", "spin"}, j)
	parse(t, got.stdout, &truly)
	compared := 0
	for _, said := range functionsOf(t, path) {
		want, off := truly[said.Function]*1e9, 0.1
		if want == 0 {
			continue
		}
		compared++
		time, raw := said.Min, said.RawMin
		if said.Function == "empties" {
			time, raw = said.Total, said.RawTotal
			off = max(0.5, math.Abs(raw-want)/want/4)
			if python.Minor < 12 || python.Major < 3 {
				continue // tracing slows each instruction there: what an event costs depends on the code around it
			}
		}
		t.Logf("%s: %.0f ns, uncorrected %.0f, truly %.0f", said.Function, time, raw, want)
		if math.Abs(time-want) > off*want {
			wrong = append(wrong, fmt.Sprintf("%s: %.0f ns, truly %.0f; expected %.0f %% at most between them", said.Function, time, want, 100*off))
		}
	}
	if compared != 5 {
		t.Errorf("%d functions were compared, expected 5", compared)
	}
	return wrong
}

func parse(t *testing.T, text string, to any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), to); err != nil {
		t.Fatalf("%v: %q", err, text)
	}
}

func functionsOf(t *testing.T, path string) (list []saidOfFunction) {
	t.Helper()
	got := execute(t, job{args: []string{tracer, "report", path, "--limit", "0", "--format", "json"}})
	parse(t, got.stdout, &list)
	return list
}

// TestMeasuringLeavesNothing looks for what the program could see of the code that the
// agent has run before it.
func TestMeasuringLeavesNothing(t *testing.T) {
	program := write(t, "look.py", `
import gc, linecache, sys
gc.collect()
names = [getattr(getattr(o, '__code__', None), 'co_filename', '') for o in gc.get_objects()]
print([name for name in names if '<tracer>' in name])
print(gc.isenabled(), gc.get_threshold(), gc.garbage, [key for key in linecache.cache if '<tracer>' in key])
print([name for name in sys.modules if 'tracer' in name], getattr(sys, 'last_value', None), sys.exc_info())
print([sorted(o) for o in gc.get_objects() if type(o) is dict and callable(o.get('unwinds'))])
`)
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		j := job{dir: t.TempDir(), args: []string{program}}
		got, path := traced(t, python, nil, j)
		same(t, got, untraced(t, python, j))
		if costs := costsOf(t, path); len(costs) != 1 {
			t.Errorf("costs were measured for %d processes, expected 1", len(costs))
		}
	})
}

// costsOf returns the costs of each process that has some, in their order.
func costsOf(t *testing.T, path string) (list []trace.Costs) {
	t.Helper()
	tr, err := trace.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	for _, p := range tr.Processes() {
		if costs, ok := p.Costs(); ok {
			list = append(list, costs)
		}
	}
	return list
}

// TestChildrenTakeCostsOver has a child that is started, a fork, and a child of that.
func TestChildrenTakeCostsOver(t *testing.T) {
	program := write(t, "parent.py", `
import os, subprocess, sys
def child(): subprocess.check_call([sys.executable, '-c', 'def f(): pass\nf()'])
child()
pid = os.fork()
if pid == 0:
    child()
    os._exit(0)
os.waitpid(pid, 0)
`)
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		_, path := traced(t, python, nil, job{dir: t.TempDir(), args: []string{program}})
		costs := costsOf(t, path)
		if len(costs) < 4 { // in Python 2 subprocess forks first
			t.Fatalf("%d processes have costs, expected 4", len(costs))
		}
		for i, c := range costs {
			if c != costs[0] {
				t.Errorf("process %d: costs %v, expected those of the first, %v", i, c, costs[0])
			}
		}
	})
}

// calibration is what a manifest says of it.
func calibration(t *testing.T, path string) *trace.Calibration {
	t.Helper()
	tr, err := trace.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	return tr.Info().Calibration
}

func TestCalibrate(t *testing.T) {
	program := write(t, "twice.py", `
import sys
with open('runs', 'a') as f: f.write(sys.stdin.readline())
print('once')
def f(n): return n if n < 2 else f(n - 1) + f(n - 2)
f(18)
`)
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		dir, path := t.TempDir(), filepath.Join(t.TempDir(), "t.trace")
		input := filepath.Join(dir, "input")
		if err := os.WriteFile(input, []byte("passed over\nread\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		shell := "read line; " + strings.Join([]string{tracer, "run", "--calibrate", "--python", python.Executable, "-o", path, program}, " ") + "; read line; echo rest $line"
		got := execute(t, job{dir: dir, args: []string{"sh", "-c", "(" + shell + ") <input"}})
		if got.stdout != "once\nrest\n" || !strings.Contains(got.stderr, "runs the program once more") {
			t.Errorf("says %q, %q", got.stdout, got.stderr)
		}
		if runs, err := os.ReadFile(filepath.Join(dir, "runs")); string(runs) != "read\nread\n" {
			t.Errorf("read %q, %v; expected the same input twice", runs, err)
		}
		c := calibration(t, path)
		if c == nil || c.Scale < 0.25 || c.Scale > 4 || c.UntracedNS <= 0 || c.TracedNS <= c.UntracedNS {
			t.Errorf("calibration %+v", c)
		}
	})
}

func TestCalibrateOnlyWhatCanBeCompared(t *testing.T) {
	program := write(t, "fails.py", "import sys\nprint('once')\nsys.exit(3)\n")
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		path := filepath.Join(t.TempDir(), "t.trace")
		got := execute(t, job{dir: t.TempDir(), args: []string{tracer, "run", "--calibrate", "--python", python.Executable, "-o", path, program}})
		if got.status != 3 || got.stdout != "once\n" || !strings.Contains(got.stderr, "not calibrated: the program ended with status 3") {
			t.Errorf("status %d, %q, %q", got.status, got.stdout, got.stderr)
		}
		if c := calibration(t, path); c != nil {
			t.Errorf("calibration %+v", c)
		}
	})
}

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tracer/internal/pyabi"
	"tracer/internal/store"
	"tracer/internal/wire"
	"tracer/test/interpreters"
	"tracer/trace"
)

// triggering is what the programs of the triggers begin with: moment says what the
// system's clock is now, and in which process.
const triggering = `import os, signal, sys, threading, time, asyncio
def moment():
    line = f"{os.getpid()} {time.monotonic_ns()}\n"
    log = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(log, line.encode())
    os.close(log)
def work():
    return sum(range(100))
for _ in range(300): work()
`

// Each program calls moment before its trigger, and after it if it can.
var triggers = []struct {
	name     string
	triggers []string // the first is to be met
	program  string
	status   int
	kept     bool
	thread   int  // that met it, by number; 0: the program as a whole
	child    bool // met it
}{
	{"exception", []string{"exception"}, "moment()\nraise ValueError('x')", 1, true, 1, false},
	{"exception, caught", []string{"exception"}, "try:\n    1/0\nexcept ArithmeticError:\n    pass\nsys.exit(3)", 3, false, 0, false},
	{"exception of a thread", []string{"exception"}, "def f():\n    moment()\n    raise ValueError('x')\nt = threading.Thread(target=f, name='A')\nt.start()\nt.join()\nmoment()", 0, true, 2, false},
	{"exit of a thread", []string{"exception"}, "def f():\n    sys.exit(1)\nt = threading.Thread(target=f)\nt.start()\nt.join()", 0, false, 0, false},
	{"exception of a child", []string{"exception"}, "p = os.fork()\nif p == 0:\n    moment()\n    sys.stderr = open(os.devnull, 'w')\n    raise ValueError('x')\nos.waitpid(p, 0)\nmoment()", 0, true, 1, true},
	{"call", []string{"call", "exit"}, "moment()\nsys.audit('tracer.trigger', 'why')\nmoment()\nsys.exit(2)", 2, true, 1, false},
	{"call, and gone", []string{"call"}, "moment()\nsys.audit('tracer.trigger')\nos._exit(5)", 5, true, 1, false},
	{"call, and killed", []string{"call"}, "moment()\nsys.audit('tracer.trigger')\nos.kill(os.getpid(), signal.SIGKILL)", -9, true, 1, false},
	{"call of a thread", []string{"call"}, "def f():\n    moment()\n    sys.audit('tracer.trigger')\n    moment()\nt = threading.Thread(target=f)\nt.start()\nt.join()", 0, true, 2, false},
	{"call of a child that goes at once", []string{"call"}, "p = os.fork()\nif p == 0:\n    moment()\n    sys.audit('tracer.trigger')\n    os._exit(0)\nos.waitpid(p, 0)\nmoment()", 0, true, 1, true},
	{"other calls", []string{"call"}, "sys.audit('tracer.triggers')\nsys.audit('trigger')", 0, false, 0, false},
	{"signal", []string{"signal"}, "moment()\nos.kill(os.getpid(), signal.SIGTERM)", -15, true, 0, false},
	{"signal by name", []string{"signal:SIGKILL"}, "moment()\nos.kill(os.getpid(), signal.SIGKILL)", -9, true, 0, false},
	{"signal by short name", []string{"signal:term"}, "moment()\nos.kill(os.getpid(), signal.SIGTERM)", -15, true, 0, false},
	{"another signal", []string{"signal:SIGSEGV"}, "os.kill(os.getpid(), signal.SIGTERM)", -15, false, 0, false},
	{"signal, handled", []string{"signal"}, "signal.signal(signal.SIGTERM, lambda n, f: None)\nos.kill(os.getpid(), signal.SIGTERM)", 0, false, 0, false},
	{"exit", []string{"exit"}, "moment()\nsys.exit(7)", 7, true, 0, false},
	{"exit by status", []string{"exit:0"}, "moment()", 0, true, 0, false},
	{"exit as it should", []string{"exit"}, "sys.exit(0)", 0, false, 0, false},
	{"another exit", []string{"exit:3", "exit:4"}, "sys.exit(5)", 5, false, 0, false},
	{"slow function", []string{"slow:late>50ms"}, "def late():\n    moment()\n    time.sleep(0.1)\nlate()\nmoment()", 0, true, 1, false},
	{"slow, and gone", []string{"slow:__main__.late>50ms"}, "def late():\n    moment()\n    time.sleep(0.1)\nlate()\nos._exit(0)", 0, true, 1, false},
	{"slow, and killed", []string{"slow:__main__.la*>50ms"}, "def late():\n    moment()\n    time.sleep(0.1)\nlate()\nos.kill(os.getpid(), signal.SIGKILL)", -9, true, 1, false},
	{"slow method", []string{"slow:A.late>50ms"}, "class A:\n    def late(self):\n        moment()\n        time.sleep(0.1)\nA().late()\nmoment()", 0, true, 1, false},
	{"slow generator", []string{"slow:__main__.g>50ms"}, "def g():\n    yield 1\n    moment()\n    time.sleep(0.1)\n    yield 2\nlist(g())\nmoment()", 0, true, 1, false},
	{"slow coroutine", []string{"slow:__main__.*>70ms"}, "async def c():\n    await asyncio.sleep(0)\n    moment()\n    time.sleep(0.1)\nl = asyncio.new_event_loop()\nl.run_until_complete(c())\nmoment()\nos._exit(0)", 0, true, 1, false},
	{"coroutine that waits", []string{"slow:c>80ms"}, "async def c():\n    for _ in range(3):\n        await asyncio.sleep(0.04)\nasyncio.run(c())", 0, false, 0, false},
	{"slow in a thread", []string{"slow:late>50ms"}, "def late():\n    moment()\n    time.sleep(0.1)\nt = threading.Thread(target=late)\nt.start()\nt.join()\nmoment()", 0, true, 2, false},
	{"not so slow", []string{"slow:late>10s", "slow:later>1ms"}, "def late():\n    time.sleep(0.02)\nlate()", 0, false, 0, false},
}

// moments are what a program has logged.
type moments []struct{ pid, ns int64 }

func readMoments(t *testing.T, log string) (list moments) {
	t.Helper()
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var m struct{ pid, ns int64 }
		if _, err := fmt.Sscan(line, &m.pid, &m.ns); err != nil {
			t.Fatalf("read %q: %v", line, err)
		}
		list = append(list, m)
	}
	return list
}

func manifestOf(t *testing.T, dir string) *store.Manifest {
	t.Helper()
	d, err := store.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	m, err := d.ReadManifest()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTriggers(t *testing.T) {
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		for i, c := range triggers {
			t.Run(c.name, func(t *testing.T) {
				at := t.TempDir()
				dir, log := filepath.Join(at, "t.trace"), filepath.Join(at, "log")
				j := job{dir: at, args: []string{write(t, "program.py", triggering+c.program+"\n"), filepath.Join(at, "alone")}}
				alone := untraced(t, python, j)
				if alone.status != c.status {
					t.Fatalf("untraced, the program ends with %d, expected %d: %s", alone.status, c.status, excerpt(alone.stderr))
				}
				args := []string{tracer, "run", "--python", python.Executable, "-o", dir}
				if i%2 == 0 { // a flight recorder has them in the same way
					args = append(args, "--ring", "4MB")
				}
				for _, trigger := range c.triggers {
					args = append(args, "--trigger", trigger)
				}
				begin := time.Now()
				got := execute(t, job{dir: at, args: append(args, j.args[0], log)})
				took := time.Since(begin)
				stderr, said, _ := strings.Cut(got.stderr, "tracer: ")
				same(t, outcome{got.stdout, stderr, got.status}, alone)
				if !c.kept {
					if _, err := os.Stat(dir); !os.IsNotExist(err) || said != "none of the triggers was met, nothing is kept\n" {
						t.Errorf("the trace was kept (%v): %s", err, said)
					}
					return
				}
				met := manifestOf(t, dir).Trigger
				if met == nil || met.What != c.triggers[0] || met.Thread != c.thread || (met.PID == 0) != (c.thread == 0) {
					t.Fatalf("the trigger is %+v", met)
				}
				m := readMoments(t, log)
				if met.PID != 0 && int64(met.PID) != m[0].pid {
					t.Errorf("the trigger was met in process %d, it was process %d", met.PID, m[0].pid)
				}
				end := m[0].ns + int64(took)
				if len(m) > 1 {
					end = m[1].ns
				}
				between(t, dir, met.AtNS, m[0].ns, end)
				if !strings.Contains(said, "\ntracer: kept for "+met.What+" at ") {
					t.Errorf("tracer does not say why the trace was kept: %s", said)
				}
				if n := worked(t, dir); n != 300 {
					t.Errorf("%d calls of work are in the trace, expected 300", n)
				}
			})
		}
	})
}

// worked is how often the function work was called in the first process of a trace.
func worked(t *testing.T, dir string) (n int) {
	t.Helper()
	tr, err := trace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	for at, tally := range countsOf(t, tr.Processes()[0]).functions {
		if at.function == "work" {
			n += tally.calls
		}
	}
	return n
}

// between: a moment of a trace lies between two of the system's clock, to what the
// agent's clock is worth.
func between(t *testing.T, dir string, at, from, to int64) {
	t.Helper()
	const worth = int64(2 * time.Millisecond)
	begin := int64(manifestOf(t, dir).Begin.MonoNS)
	if at += begin; at < from-worth || at > to+worth {
		t.Errorf("the trigger was met %v after the moment before it, and %v before that after it", time.Duration(at-from), time.Duration(to-at))
	}
}

// A flight recorder goes on for a second when its trigger was met, and then the
// program goes on alone: what comes then is not lost, it is not wanted.
func TestFlightRecorderEndsAfterItsTrigger(t *testing.T) {
	python := interpreters.Traceable(t)[0]
	at := t.TempDir()
	dir, log := filepath.Join(at, "t.trace"), filepath.Join(at, "log")
	program := write(t, "program.py", triggering+`
def turn(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        work()
        time.sleep(0.0005)
turn(0.3)
moment()
sys.audit("tracer.trigger")
turn(5)
print("done")
`)
	got := execute(t, job{dir: at, args: []string{tracer, "run", "--quiet", "--python", python.Executable, "-o", dir, "--ring", "60s", "--trigger", "call", program, log}})
	same(t, got, outcome{stdout: "done\n"})
	tr, err := trace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	p := tr.Processes()[0]
	v := &ending{}
	if err := p.Threads[0].Replay(v); err != nil {
		t.Error(err)
	}
	met := manifestOf(t, dir).Trigger
	if after := time.Duration(v.last - met.AtNS); after < 900*time.Millisecond || after > 4500*time.Millisecond {
		t.Errorf("recorded until %v after the trigger", after)
	}
	if i := infoOf(t, dir); i.Dropped != 0 || !i.Complete {
		t.Errorf("info says %+v", i)
	}
}

// ending visits a thread for its last line.
type ending struct {
	turns
	last int64
}

func (v *ending) Line(at int64, _ wire.Location) { v.last = at }

// A daemon that the program leaves may still meet the trigger; if it does not, the
// trace goes with it.
func TestTriggersOfDaemons(t *testing.T) {
	python := interpreters.Traceable(t)[0]
	for _, c := range []struct {
		name, last string
		kept       bool
	}{
		{"met", "sys.audit('tracer.trigger')", true},
		{"not met", "pass", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDaemon(t)
			program := write(t, "program.py", triggering+fmt.Sprintf(`
if os.fork() == 0:
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(null, descriptor)
    while not os.path.exists(sys.argv[2]):
        time.sleep(0.005)
    moment()
    %s
    os._exit(0)
`, c.last))
			got := execute(t, job{dir: relatives, args: []string{tracer, "run", "--python", python.Executable, "-o", d.dir, "--trigger", "call", program, d.log, d.until}})
			if !strings.Contains(got.stderr, "tracer: none of the triggers was met yet; if none is by then, nothing is kept\n") {
				t.Errorf("the summary is %s", got.stderr)
			}
			touch(t, d.until)
			await(t, "the daemon is done with", func() bool { return len(keepers(d.dir)) == 0 })
			_, err := os.Stat(d.dir)
			if c.kept {
				if met := manifestOf(t, d.dir).Trigger; stateOf(t, d.dir) != store.Finished || met == nil || met.PID == 0 {
					t.Errorf("the trace is %s, its trigger %+v", stateOf(t, d.dir), met)
				}
			} else if !os.IsNotExist(err) {
				t.Errorf("the trace is still there: %v", err)
			}
		})
	}
}

// A trace that is not kept was never the latest.
func TestDiscardedTraceIsNotTheLatest(t *testing.T) {
	python := interpreters.Traceable(t)[0]
	state := "XDG_STATE_HOME=" + t.TempDir()
	run := func(flags ...string) outcome {
		args := append([]string{tracer, "run", "--python", python.Executable}, flags...)
		return execute(t, job{args: append(args, write(t, "p.py", "print(1)\n")), env: []string{state}})
	}
	latest := func() string {
		var i struct{ Path string }
		got := execute(t, job{args: []string{tracer, "info", "--format", "json"}, env: []string{state}})
		if err := json.Unmarshal([]byte(got.stdout), &i); err != nil {
			t.Fatalf("info: %v: %s", err, got.stderr)
		}
		return i.Path
	}
	run()
	before := latest()
	run("--trigger", "exit")
	if after := latest(); after != before {
		t.Errorf("the latest trace is %s, it was %s", after, before)
	}
	run("--trigger", "exit:0")
	if after := latest(); after == before {
		t.Errorf("the latest trace is %s still", after)
	}
}

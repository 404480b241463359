package e2e

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tracer/internal/pyabi"
	"tracer/trace"
)

// endsBegin is how the programs of this file begin. They leave no core file.
const endsBegin = `
import ctypes, faulthandler, os, resource, signal, sys, threading, time
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
def work(n):
    return n + 1
def loop(turns):
    n = 0
    while n < turns:
        n = work(n)
def say(*words):
    print(*words, flush=True)
`

// ends are programs that end in some unusual way, after calls of work that are
// known. Without a status the program ends with 0.
var ends = []struct {
	name, text string
	calls      int
	status     int // minus a signal
}{
	{"segmentation fault", `
loop(30_000)
say("now")
ctypes.string_at(0)`, 30_000, -int(syscall.SIGSEGV)},
	{"segmentation fault with a fault handler", `
faulthandler.enable()
loop(30_000)
ctypes.string_at(0)`, 30_000, -int(syscall.SIGSEGV)},
	{"segmentation fault of a thread beside others", `
def first():
    loop(20_000)
    done.wait()
    ctypes.string_at(0)
done = threading.Barrier(3)
def other():
    loop(10_000)
    done.wait()
    time.sleep(10)
threads = [threading.Thread(target=f) for f in (first, other)]
for t in threads: t.start()
done.wait()
time.sleep(10)`, 30_000, -int(syscall.SIGSEGV)},
	{"abort", `
loop(30_000)
os.abort()`, 30_000, -int(syscall.SIGABRT)},
	{"abort with a fault handler", `
faulthandler.enable()
loop(30_000)
os.abort()`, 30_000, -int(syscall.SIGABRT)},
	{"fatal error of the interpreter", `
loop(30_000)
ctypes.pythonapi.Py_FatalError(b"for a test")`, 30_000, -int(syscall.SIGABRT)},
	{"terminated", `
loop(30_000)
say("now")
os.kill(os.getpid(), signal.SIGTERM)
time.sleep(10)`, 30_000, -int(syscall.SIGTERM)},
	{"terminated with a handler", `
def handler(*_):
    loop(10)
    sys.exit(4)
signal.signal(signal.SIGTERM, handler)
loop(30_000)
os.kill(os.getpid(), signal.SIGTERM)
time.sleep(10)`, 30_010, 4},
	{"interrupted", `
loop(30_000)
signal.raise_signal(signal.SIGINT)`, 30_000, -int(syscall.SIGINT)},
	{"daemon threads at work", `
def daemon():
    loop(5_000)
    ready.wait()
    while True:
        time.sleep(0.0001)
ready = threading.Barrier(4)
for _ in range(3): threading.Thread(target=daemon, daemon=True).start()
ready.wait()
say("over")`, 15_000, 0},
	{"threads that exit", `
def ending():
    loop(10_000)
    sys.exit(7)
threads = [threading.Thread(target=ending) for _ in range(3)]
for t in threads: t.start()
for t in threads: t.join()
say("over")`, 30_000, 0},
	{"no exit handlers", `
import atexit
atexit.register(print, "never said")
loop(30_000)
sys.stdout.flush()
os._exit(9)`, 30_000, 9},
	{"exit handlers that work", `
import atexit
atexit.register(loop, 10_000)
loop(20_000)
sys.exit("the reason")`, 30_000, 1},
	{"out of memory", `
def much():
    return [bytes(1 << 24) for _ in range(1 << 12)]
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
loop(10_000)
resource.setrlimit(resource.RLIMIT_AS, (size + (400 << 20), resource.getrlimit(resource.RLIMIT_AS)[1]))
try:
    much()
except MemoryError:
    say("no memory")
loop(20_000)`, 30_000, 0},
	{"stack overflow", `
def deep(n):
    return deep(n + 1)
loop(15_000)
try:
    deep(0)
except RecursionError as e:
    say(type(e).__name__)
loop(15_000)`, 30_000, 0},
	{"program that executes another", `
loop(30_000)
sys.stdout.flush()
os.execv("/bin/sh", ["sh", "-c", "echo another; exit 5"])`, 30_000, 5},
}

// addresses are what differs from run to run in what the fault handler prints.
var addresses = regexp.MustCompile(`0x[0-9a-f]+`)

func steady(o outcome) outcome {
	o.stderr = addresses.ReplaceAllString(o.stderr, "0x…")
	return o
}

func TestUnusualEndsAreAsUntracedAndLoseNothing(t *testing.T) {
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		for _, end := range ends {
			t.Run(end.name, func(t *testing.T) {
				j := job{dir: t.TempDir(), args: []string{write(t, "end.py", endsBegin+end.text)}}
				want := steady(untraced(t, python, j))
				if want.status != end.status {
					t.Fatalf("untraced, the program ends with %d, expected %d: %s", want.status, end.status, excerpt(want.stderr))
				}
				got, dir := traced(t, python, nil, j)
				same(t, steady(got), want)
				if n := workCalls(t, dir); n != end.calls {
					t.Errorf("%d calls were recorded, the program made %d", n, end.calls)
				}
				if i := infoOf(t, dir); !i.Complete || i.Dropped != 0 {
					t.Errorf("info says %+v", i)
				}
			})
		}
	})
}

// workCalls returns how often the function work was called, in a whole trace.
func workCalls(t *testing.T, dir string) (calls int) {
	t.Helper()
	for at, n := range recorded(t, dir).functions {
		if at.function == "work" {
			calls += n.calls
		}
	}
	return calls
}

// Signals come all the time, and their handlers call what the program calls.
func TestSignalsAreNoTrouble(t *testing.T) {
	program := write(t, "signals.py", endsBegin+`
ticks = []
def tick(*_):
    ticks.append(1)  # at once: the next signal may come in the handler
    work(0)
signal.signal(signal.SIGALRM, tick)
signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
turns = 0
while len(ticks) < 300:
    loop(1000)
    turns += 1000
signal.setitimer(signal.ITIMER_REAL, 0)
signal.signal(signal.SIGALRM, signal.SIG_IGN)  # what has come by now is handled before
say(turns + len(ticks))
`)
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		got, dir := traced(t, python, nil, job{dir: t.TempDir(), args: []string{program}})
		want, err := strconv.Atoi(strings.TrimSpace(got.stdout))
		if err != nil || got.status != 0 || got.stderr != "" {
			t.Fatalf("status %d, stdout %q, stderr %q", got.status, got.stdout, got.stderr)
		}
		if n := workCalls(t, dir); n != want {
			t.Errorf("%d calls were recorded, the program made %d", n, want)
		}
	})
}

// The program's limit of memory leaves the agent none for a larger pool, which the
// controller, stopped by the program, does not drain: so events are lost.
func TestAgentWithoutMemoryLeavesProgramAlone(t *testing.T) {
	program := write(t, "memory.py", endsBegin+`
turns = int(sys.argv[1])
if turns > 1000:
    size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + (3 << 20), resource.getrlimit(resource.RLIMIT_AS)[1]))
    os.kill(os.getppid(), signal.SIGSTOP)
try:
    loop(turns)
finally:
    os.kill(os.getppid(), signal.SIGCONT)
print("done") # by no function that is first called now: such a one is counted once only
`)
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		for _, full := range []string{"stop", "drop"} {
			t.Run(full, func(t *testing.T) {
				const turns = 600_000
				flags := []string{"--when-full", full}
				few, dir := traced(t, python, flags, job{dir: t.TempDir(), args: []string{program, "1000"}})
				same(t, few, outcome{stdout: "done\n"})
				// The lines and calls of a turn, and the lines that only the long run has.
				want := infoOf(t, dir).Events + 5*(turns-1000) + 3
				got, dir := traced(t, python, flags, job{dir: t.TempDir(), args: []string{program, strconv.Itoa(turns)}})
				same(t, got, outcome{stdout: "done\n"})
				lossy(t, dir, want, "space", "memory")
			})
		}
	})
}

// lossy checks a trace that perhaps could not take all events: recorded and lost are
// together exactly what there was, for one of the causes, and the gaps say so.
func lossy(t *testing.T, dir string, want uint64, causes ...string) info {
	t.Helper()
	i := infoOf(t, dir)
	if all := i.Events + i.Dropped; all != want {
		t.Errorf("%d recorded and %d lost are %d events, expected %d", i.Events, i.Dropped, all, want)
	}
	if i.Events == 0 || i.Complete != (i.Dropped == 0) || len(i.Problems) != 0 {
		t.Errorf("info says %+v", i)
	}
	var by uint64
	for _, cause := range causes {
		by += i.DroppedBy[cause]
	}
	if by != i.Dropped {
		t.Errorf("lost by cause %v, expected all of them by %q", i.DroppedBy, causes)
	}
	if lost, events := gaps(t, dir); lost != i.Dropped || events != i.Events {
		t.Errorf("the gaps in the data stand for %d events of %d that were lost; %d events were read of %d", lost, i.Dropped, events, i.Events)
	}
	return i
}

// The threads that a program leaves behind go on for a while as it ends.
func TestDaemonThreadsAtTheEnd(t *testing.T) {
	text := strings.Replace(countingText(), `target=main, args=(i,))`, `target=main, args=(i,), daemon=True)`, 1)
	text = strings.Replace(text, "for t in running: t.join()", "time.sleep(0.05); print('over'); sys.exit(6)", 1)
	program := write(t, "daemons.py", text)
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		for range 5 {
			v := begin(t, program, manner{python: python, turns: 1 << 40, threads: counters, end: "forever", flags: []string{"--slot-size", "4096"}})
			v.await()
			out, err := os.ReadFile(v.out)
			if status := v.cmd.ProcessState.ExitCode(); status != 6 || err != nil || string(out) != "over\n" {
				t.Fatalf("status %d, output %q, %v", status, out, err)
			}
			if _, err := v.check(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// The program is killed while it is being started, from before there is any trace.
func TestKilledWhileItStarts(t *testing.T) {
	times := 30
	if testing.Short() {
		times = 5
	}
	program := write(t, "counting.py", countingText())
	eachKind(t, func(t *testing.T, python pyabi.Info) {
		for i := range times {
			counts := write(t, "counts", strings.Repeat("\x00", 8*counters))
			out, dir := write(t, "out", ""), t.TempDir()+"/t.trace"
			cmd := command(t, tracer, "run", "--quiet", "-o", dir, "sh", "-c",
				fmt.Sprintf(`%s %s %s 9999999999 0 forever 0 & sleep %.3f; kill -9 $!; wait $!; echo $? >%s`, python.Executable, program, counts, 0.003*float64(i+1), out))
			start := time.Now()
			if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() < 0 {
				t.Fatal(err)
			}
			if time.Since(start) > patience {
				t.Fatal("it took too long")
			}
			if status, err := os.ReadFile(out); err != nil || string(status) != "137\n" {
				t.Fatalf("the program ended with %q, %v", status, err)
			}
			done := counted(t, counts)
			if _, err := os.Stat(dir); err != nil && done == [counters]uint64{} {
				continue // no agent had begun
			}
			if _, err := whole(dir, done); err != nil {
				t.Fatalf("killed after %d ms, it had counted %d: %v", 3*(i+1), done[0], err)
			}
		}
	})
}

// killingProgram starts Pythons, and forks, and kills each a moment later than the one before: from before its agent
// has a directory until after it records.
const killingProgram = `
import os, signal, subprocess, sys, time
def work():
    while True: pass
def started(after):
    child = subprocess.Popen([sys.executable, '-c', 'while True: pass'])
    time.sleep(after)
    child.kill()
    return child.wait()
def forked(after):
    pid = os.fork()
    if not pid: work()
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]
print(set(started(0.008 + 0.002 * i) for i in range(20)), set(forked(0.0001 * i) for i in range(40)))
`

// A process that is killed before it records has left nothing, and the trace of the others is whole.
func TestChildrenKilledWhileTheyStart(t *testing.T) {
	program := write(t, "killing.py", killingProgram)
	eachKind(t, func(t *testing.T, python pyabi.Info) {
		got, path := traced(t, python, nil, job{dir: t.TempDir(), args: []string{program}})
		same(t, got, untraced(t, python, job{dir: t.TempDir(), args: []string{program}}))
		tr, err := trace.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer tr.Close()
		if info := tr.Info(); !info.Complete || len(info.Problems) > 0 {
			t.Errorf("complete is %t, problems: %q", info.Complete, info.Problems)
		}
		verified := execute(t, job{dir: t.TempDir(), args: []string{tracer, "verify", path}})
		if verified.status != 0 {
			t.Errorf("verify says %s%s", verified.stdout, verified.stderr)
		}
		t.Logf("%d processes began to record", len(tr.Processes()))
	})
}

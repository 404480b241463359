package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tracer/internal/pyabi"
	"tracer/internal/wire"
	"tracer/test/interpreters"
	"tracer/trace"
)

// turns holds the events of turns.py against what the program does: its functions
// step_0 to step_6 come one after another, for ever, each within turn, within live.
// Only behind a gap it may go on anywhere.
type turns struct {
	stack []string
	next  int    // of the step that is expected, -1: any
	steps int    // that were seen
	gaps  int    // where events are missing
	last  string // function that was called last
	ended bool   // all frames were left
	wrong error  // the first
}

func (v *turns) Begin(int64) {}
func (v *turns) End(int64)   { v.ended = v.ended || len(v.stack) == 0 }

func (v *turns) Gap(int64, uint64) {
	if v.steps > 0 { // else it is what was deleted
		v.gaps++
	}
	v.next = -1
}

func (v *turns) fail(format string, args ...any) {
	if v.wrong == nil {
		v.wrong = fmt.Errorf(format, args...)
	}
}

func (v *turns) Open(at int64, c *trace.Code, _ wire.Location, k wire.Kind) {
	v.stack = append(v.stack, c.Qualname)
	if k != wire.Call {
		return
	}
	v.last = c.Qualname
	var n int
	if _, err := fmt.Sscanf(c.Qualname, "step_%d", &n); err != nil {
		return
	}
	if v.next >= 0 && n != v.next {
		v.fail("step_%d is called at %d ns, expected step_%d", n, at, v.next)
	}
	if depth := len(v.stack); depth < 3 || v.stack[depth-2] != "turn" || v.stack[depth-3] != "live" {
		v.fail("step_%d is called at %d ns below %q", n, at, v.stack[:depth-1])
	}
	v.steps, v.next = v.steps+1, (n+1)%7
}

func (v *turns) Line(int64, wire.Location) {}

func (v *turns) Close(_ int64, k wire.Kind) {
	v.stack = v.stack[:len(v.stack)-1]
	v.ended = k == wire.Return && len(v.stack) == 0
}

// checkTurns holds each thread of a trace against the program, and returns how many
// steps each process has. Each must have its end.
func checkTurns(t *testing.T, dir string, ended bool) (steps []int) {
	t.Helper()
	tr, err := trace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	if problems := tr.Info().Problems; len(problems) > 0 {
		t.Errorf("problems %q", problems)
	}
	for i, p := range tr.Processes() {
		for _, th := range p.Threads {
			v := &turns{next: -1}
			if err := th.Replay(v); err != nil {
				t.Errorf("process %d: %v", p.PID, err)
			}
			if v.wrong != nil {
				t.Errorf("process %d: %v", p.PID, v.wrong)
			}
			if v.gaps > 0 && p.Dropped == 0 {
				t.Errorf("process %d has %d gaps, and lost nothing", p.PID, v.gaps)
			}
			// A forked process is left by os._exit, below its frames.
			if ended && p.Dropped == 0 && (v.last != "last" || i == 0 && !v.ended) {
				t.Errorf("process %d: the last call is of %s, ended %v", p.PID, v.last, v.ended)
			}
			steps = append(steps, v.steps)
			summedTurns(t, th, v)
		}
	}
	return steps
}

// summedTurns compares the summaries of what is kept with its events.
func summedTurns(t *testing.T, th *trace.Thread, v *turns) {
	t.Helper()
	sums, err := th.Sum(trace.Window{})
	if err != nil {
		t.Error(err)
	}
	calls := 0
	for _, f := range sums.Functions {
		if c := th.Process.Code(f.Function); c != nil && strings.HasPrefix(c.Qualname, "step_") {
			calls += int(f.Calls)
		}
	}
	if calls != v.steps {
		t.Errorf("process %d: the summaries have %d calls of steps, the events %d", th.Process.PID, calls, v.steps)
	}
}

// size is how much a trace takes on the disk.
func size(dir string) (blocks int64) {
	_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil // deleted meanwhile
		}
		if info, err := e.Info(); err == nil {
			blocks += info.Sys().(*syscall.Stat_t).Blocks * 512
		}
		return nil
	})
	return blocks
}

// largest runs a command, and returns the most that a directory took meanwhile.
func largest(t *testing.T, cmd *exec.Cmd, dir string) (most int64) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	for {
		select {
		case err := <-done:
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			return most
		case <-time.After(20 * time.Millisecond):
			most = max(most, size(dir))
		}
	}
}

// What a flight recorder may take beside its size: what is not compacted, and for each
// process its share of that, the room ahead of its files and what is not of the ring.
const (
	pool       = 32 << 20
	perProcess = 3 << 20
)

func ring(t *testing.T, python pyabi.Info, dir string, arguments ...string) (*exec.Cmd, *strings.Builder) {
	args := append([]string{"run", "--python", python.Executable, "-o", dir}, arguments...)
	cmd := command(t, append([]string{tracer}, args...)...)
	out := &strings.Builder{}
	cmd.Dir, cmd.Stdout, cmd.Stderr = relatives, out, out
	return cmd, out
}

func TestRingKeepsTheLatest(t *testing.T) {
	for _, c := range []struct {
		name                    string
		turns, pause, processes string
		n                       int
		want                    string
	}{
		{"one process", "500000", "200", "1", 1, "3500000 []\n"},
		{"four processes", "150000", "100", "4", 4, "1050000 [0, 0, 0]\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			python := interpreters.Traceable(t)[0]
			dir := filepath.Join(t.TempDir(), "t.trace")
			cmd, out := ring(t, python, dir, "--ring", "4MB", "turns.py", c.turns, c.pause, c.processes)
			most := largest(t, cmd, dir)
			if cmd.ProcessState.ExitCode() != 0 || !strings.HasPrefix(out.String(), c.want) {
				t.Errorf("ended with %v: %s", cmd.ProcessState, out)
			}
			if bound := int64(4e6 + pool + perProcess*c.n); most > bound {
				t.Errorf("the trace took %d bytes, expected at most %d", most, bound)
			}
			if left, bound := size(dir), int64(4e6+c.n<<19); left > bound {
				t.Errorf("the trace has %d bytes in the end, expected at most %d", left, bound)
			}
			steps := checkTurns(t, dir, true)
			all := 0
			for _, n := range steps {
				all += n
			}
			// Of a turn's 31 events 7 are steps; an event takes a little more than a byte.
			if len(steps) != c.n || all < 200_000 || all > 2_500_000 {
				t.Errorf("steps %v were kept", steps)
			}
			window(t, dir)
		})
	}
}

// What processes have recorded that have ended is deleted, too: a server has its
// workers replaced for ever.
func TestRingOfShortProcesses(t *testing.T) {
	const n = 30
	python := interpreters.Traceable(t)[0]
	dir := filepath.Join(t.TempDir(), "t.trace")
	cmd, out := ring(t, python, dir, "--ring", "4MB", write(t, "short.py", fmt.Sprintf(`
import os
def f(n):
    return sum(range(n %% 41))
for i in range(%d):
    pid = os.fork()
    if pid == 0:
        for n in range(150_000):
            f(n)
        os._exit(0)
    os.waitpid(pid, 0)
`, n)))
	largest(t, cmd, dir)
	if cmd.ProcessState.ExitCode() != 0 {
		t.Errorf("ended with %v: %s", cmd.ProcessState, out)
	}
	if left, bound := size(dir), int64(4e6+n<<16); left > bound {
		t.Errorf("the trace has %d bytes in the end, expected at most %d", left, bound)
	}
	tr, err := trace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	events := func(p *trace.Process) (n uint64) {
		for _, th := range p.Threads {
			n += th.Events()
		}
		return n
	}
	list := tr.Processes()
	if len(list) != n+1 || events(list[1]) != 0 || events(list[n]) < 100_000 {
		t.Errorf("%d processes; the first child has %d events, the last %d", len(list), events(list[1]), events(list[n]))
	}
}

// window: a part of the time has a part of the calls.
func window(t *testing.T, dir string) {
	t.Helper()
	of := func(flags ...string) (calls float64) {
		got := execute(t, job{args: append([]string{tracer, "report", "--format", "json", dir}, flags...)})
		var rows []struct {
			Function string
			Calls    float64
		}
		if err := json.Unmarshal([]byte(got.stdout), &rows); err != nil || got.status != 0 {
			t.Fatalf("report: status %d: %v: %s", got.status, err, got.stderr)
		}
		for _, r := range rows {
			if r.Function == "turn" {
				calls = r.Calls
			}
		}
		return calls
	}
	all, some := of(), of("--from", "95%")
	if some <= 0 || some >= all {
		t.Errorf("%v calls in the last twentieth of the time, %v in all", some, all)
	}
}

func TestRingByTimeKeepsTheLatest(t *testing.T) {
	python := interpreters.Traceable(t)[0]
	dir := filepath.Join(t.TempDir(), "t.trace")
	// 4000 turns, a pause of a millisecond after each: more than four seconds.
	cmd, out := ring(t, python, dir, "--ring", "1s", "turns.py", "4000", "1", "1")
	largest(t, cmd, dir)
	if !strings.HasPrefix(out.String(), "28000 []\n") {
		t.Errorf("ended with %v: %s", cmd.ProcessState, out)
	}
	steps := checkTurns(t, dir, true)
	tr, err := trace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	// An eighth of the time is a part, and what is in its slot waits for a second.
	if kept := span(t, tr.Processes()[0].Threads[0]); kept < time.Second*7/10 || kept > 3500*time.Millisecond || steps[0] >= 28000 {
		t.Errorf("%v and %d of 28000 steps were kept", kept, steps[0])
	}
}

// span is from a thread's first event to its last.
func span(t *testing.T, th *trace.Thread) time.Duration {
	t.Helper()
	sums, err := th.Sum(trace.Window{})
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(th.Process.Span(uint64(sums.End - sums.Start)))
}

// Without its controller a flight recorder has what it had, and goes on as long as
// there is room; the program goes on to its end.
func TestRingWithoutController(t *testing.T) {
	python := interpreters.Traceable(t)[0]
	at := t.TempDir()
	dir := filepath.Join(at, "t.trace")
	cmd, _ := ring(t, python, dir, "--ring", "4MB", "turns.py", "600000", "200", "2")
	stdout, err := os.Create(filepath.Join(at, "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer stdout.Close()
	cmd.Stdout, cmd.Stderr = stdout, nil
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, "parts come and go", func() bool {
		found, _ := filepath.Glob(filepath.Join(dir, "proc-*", "segments-2"))
		return len(found) > 0
	})
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed, as said
	most := int64(0)
	await(t, "the program ends", func() bool {
		most = max(most, size(dir))
		text, err := os.ReadFile(stdout.Name())
		return err == nil && string(text) == "4200000 [0]\n"
	})
	if bound := int64(4e6 + pool + 2*perProcess); most > bound {
		t.Errorf("the trace took %d bytes, expected at most %d", most, bound)
	}
	await(t, "its processes are gone", func() bool { return stateOf(t, dir) != "recording" })
	if err := recoverTrace(t, dir); err != nil {
		t.Fatal(err)
	}
	for _, n := range checkTurns(t, dir, false) {
		if n == 0 {
			t.Error("a process has no events")
		}
	}
}

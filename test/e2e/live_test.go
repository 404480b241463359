package e2e

import (
	"bufio"
	"context"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tracer/internal/pyabi"
	"tracer/internal/wire"
	"tracer/test/interpreters"
	"tracer/trace"
)

// recordingOf starts a program under tracer and opens its trace as soon as there
// is one. What the program writes to stdout can be read; wait returns when it has ended.
func recordingOf(t *testing.T, python pyabi.Info, program string) (tr *trace.Trace, stdout io.Reader, wait func()) {
	t.Helper()
	dir := t.TempDir()
	file, path := filepath.Join(dir, "program.py"), filepath.Join(dir, "t.trace")
	if err := os.WriteFile(file, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), tracer, "run", "--quiet", "--python", python.Executable, "-o", path, file)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	for begin := time.Now(); ; time.Sleep(time.Millisecond) {
		if tr, err = trace.Open(path); err == nil {
			break
		}
		if time.Since(begin) > 30*time.Second {
			t.Fatalf("no trace after half a minute: %v", err)
		}
	}
	t.Cleanup(func() { tr.Close() })
	return tr, stdout, func() {
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v", program, err)
		}
	}
}

const stamping = `
import os, time

def stamp():
    now = time.time_ns()
    os.write(1, b"%d\n" % now)

for i in range(150):
    stamp()
    time.sleep(0.007)
`

// TestFollowerSeesLinesAtOnce compares when a program runs a line, by its own clock, with
// when who follows its trace is told so.
func TestFollowerSeesLinesAtOnce(t *testing.T) {
	eachKind(t, func(t *testing.T, python pyabi.Info) {
		tr, stdout, wait := recordingOf(t, python, stamping)
		stamps := make(chan int64, 1000)
		go func() {
			defer close(stamps)
			for lines := bufio.NewScanner(stdout); lines.Scan(); {
				ns, err := strconv.ParseInt(lines.Text(), 10, 64)
				if err != nil {
					t.Error(err)
				}
				stamps <- ns
			}
		}()
		var told []int64
		for batch, err := range tr.Follow(t.Context(), 0) {
			now := time.Now().UnixNano()
			if err != nil {
				t.Error(err)
			}
			for _, e := range batch {
				if e.Kind == wire.Line && e.Code.Qualname == "stamp" && e.Line == e.Code.FirstLine+2 {
					told = append(told, now)
				}
			}
		}
		wait()
		var lags []time.Duration
		for ns := range stamps {
			if len(lags) < len(told) {
				lags = append(lags, time.Duration(told[len(lags)]-ns))
			} else {
				lags = append(lags, math.MaxInt64)
			}
		}
		slices.Sort(lags)
		if len(lags) != 150 || len(told) != 150 {
			t.Fatalf("%d lines were run and %d told, expected 150", len(lags), len(told))
		}
		t.Logf("told after %v (median), %v (99 of 100), %v (most)", lags[75], lags[148], lags[149])
		if lags[75] > time.Second || lags[0] < -time.Second {
			t.Errorf("told after %v to %v, half of them after %v", lags[0], lags[149], lags[75])
		}
	})
}

const busyThreads = `
import sys, threading, time

end = time.monotonic() + float(SECONDS)

def leaf(n):
    s = 0
    for i in range(n):
        s += i
    return s

def walk(depth):
    if depth == 0:
        return leaf(20)
    return walk(depth - 1) + leaf(3)

def work(name):
    made = {}
    exec(f"def own_{name}(n):\n    return walk(n)\n", {"walk": walk}, made)
    while time.monotonic() < end:
        made[f"own_{name}"](9)

def short():
    leaf(200)

threads = [threading.Thread(target=work, args=(i,)) for i in range(3)]
for t in threads:
    t.start()
while time.monotonic() < end:
    t = threading.Thread(target=short)
    t.start()
    t.join()
for t in threads:
    t.join()
`

// TestReadersOfABusyProgram opens the trace of a program again and again while it runs at
// full speed, and compares what was seen with the finished trace.
func TestReadersOfABusyProgram(t *testing.T) {
	seconds := "1.5"
	if d, err := time.ParseDuration(os.Getenv("TRACER_STRESS")); err == nil {
		seconds = strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
	}
	eachKind(t, func(t *testing.T, python pyabi.Info) {
		tr, _, wait := recordingOf(t, python, strings.Replace(busyThreads, "SECONDS", strconv.Quote(seconds), 1))
		ctx, cancel := context.WithCancel(t.Context())
		followed := make(chan map[*trace.Thread]uint64)
		go func() {
			counts := map[*trace.Thread]uint64{}
			for batch, err := range tr.Follow(ctx, 0) {
				if err != nil {
					t.Error(err)
				}
				for _, e := range batch {
					counts[e.Thread]++
				}
			}
			followed <- counts
		}()
		seen := map[int][]beginning{} // by thread
		looks := 0
		for running := true; running && !t.Failed(); looks++ {
			running = look(t, tr.Info().Path, seen)
		}
		wait()
		counts := <-followed
		cancel()
		final, err := trace.Open(tr.Info().Path)
		if err != nil {
			t.Fatal(err)
		}
		defer final.Close()
		var all uint64
		for _, n := range counts {
			all += n
		}
		if i := final.Info(); i.Events != all || !i.Complete {
			t.Errorf("%d events were followed, %d recorded, problems %q", all, i.Events, i.Problems)
		}
		compared := 0
		for _, th := range final.Processes()[0].Threads {
			v := &hasher{want: seen[th.Number]}
			slices.SortFunc(v.want, func(a, b beginning) int { return int(int64(a.events) - int64(b.events)) })
			if err := th.Replay(v); err != nil {
				t.Fatal(err)
			}
			v.check()
			if v.wrong > 0 || len(v.want) > 0 {
				t.Errorf("thread %d: %d of %d times its first events were others, %d times there were more", th.Number, v.wrong, len(seen[th.Number]), len(v.want))
			}
			compared += len(seen[th.Number])
		}
		t.Logf("%d events; opened %d times, %d beginnings of threads compared", all, looks, compared)
		if compared == 0 {
			t.Error("nothing was seen while the program ran")
		}
	})
}

// look opens the trace, replays it and notes what it has seen. It reports whether the
// program still runs.
func look(t *testing.T, path string, seen map[int][]beginning) bool {
	tr, err := trace.Open(path)
	if err != nil {
		t.Error(err)
		return false
	}
	defer tr.Close()
	info := tr.Info()
	if len(info.Problems) > 0 {
		t.Errorf("problems %q", info.Problems)
	}
	for _, p := range tr.Processes() {
		// The latest threads, and those that run all the time.
		for i, th := range p.Threads {
			if i > 4 && i < len(p.Threads)-3 {
				continue
			}
			v := &hasher{}
			if err := th.Replay(v); err != nil {
				t.Error(err)
			}
			s, err := th.Sum(trace.Window{})
			if err != nil || s.Events != th.Events() || v.events != th.Events() {
				t.Errorf("thread %d: %d events, %d in the sums, %d visited: %v", th.Number, th.Events(), s.Events, v.events, err)
			}
			if before := seen[th.Number]; len(before) > 0 && before[len(before)-1].events > v.events {
				t.Errorf("thread %d: %d events, before there were %d", th.Number, v.events, before[len(before)-1].events)
			}
			seen[th.Number] = append(seen[th.Number], beginning{v.events, v.hash})
		}
	}
	return info.Running
}

// beginning is what was seen of a thread: how many events, and a hash of them.
type beginning struct{ events, hash uint64 }

// hasher hashes events without their times: the clock may become a better one.
type hasher struct {
	beginning
	want  []beginning
	wrong int
}

func (v *hasher) event(k wire.Kind, loc wire.Location) {
	v.check()
	v.events++
	v.hash = (v.hash ^ uint64(k)<<32 ^ uint64(loc)) * 0x9e3779b97f4a7c15
	v.hash ^= v.hash >> 29
}

// check compares what was seen before at this place.
func (v *hasher) check() {
	for len(v.want) > 0 && v.want[0].events == v.events {
		if v.want[0].hash != v.hash {
			v.wrong++
		}
		v.want = v.want[1:]
	}
}

// Begin, Open, Line, Close, Gap and End are those of a trace.Visitor.
func (v *hasher) Begin(int64) {}

func (v *hasher) Open(_ int64, _ *trace.Code, loc wire.Location, k wire.Kind) {
	if k != trace.Adopted {
		v.event(k, loc)
	}
}

func (v *hasher) Line(_ int64, loc wire.Location) { v.event(wire.Line, loc) }

func (v *hasher) Close(_ int64, k wire.Kind) {
	if k != trace.Implied {
		v.event(k, 0)
	}
}

func (v *hasher) Gap(int64, uint64) { v.event(wire.Mark, 0) }

func (v *hasher) End(int64) {}

// TestEventsFollow runs tracer events --follow beside a program: it ends with it, and by
// Ctrl-C before.
func TestEventsFollow(t *testing.T) {
	python := interpreters.Traceable(t)[0]
	tr, _, wait := recordingOf(t, python, stamping)
	path := tr.Info().Path
	interrupted := exec.CommandContext(t.Context(), tracer, "events", "--follow", path)
	begun, err := interrupted.StdoutPipe()
	if err == nil {
		err = interrupted.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := begun.Read(make([]byte, 1)); err != nil {
		t.Error(err)
	}
	if err := interrupted.Process.Signal(os.Interrupt); err != nil {
		t.Error(err)
	}
	rest, err := io.ReadAll(begun)
	if err != nil || len(rest) > 0 && rest[len(rest)-1] != '\n' {
		t.Errorf("the last line is not whole: %q, %v", excerpt(string(rest)), err)
	}
	_ = interrupted.Wait()
	if status := interrupted.ProcessState.ExitCode(); status != 130 {
		t.Errorf("status %d after Ctrl-C, expected 130", status)
	}
	args := []string{tracer, "events", "--format", "json", path}
	followed := execute(t, job{args: append(args, "-f")})
	wait()
	after := execute(t, job{args: args})
	// Times may differ by a little: the clock is known better in the end.
	times := regexp.MustCompile(`"t_ns":[0-9]+,`)
	followed.stdout, after.stdout = times.ReplaceAllString(followed.stdout, ""), times.ReplaceAllString(after.stdout, "")
	same(t, followed, after)
	if lines := strings.Count(after.stdout, "\n"); lines < 150*5 {
		t.Errorf("%d events", lines)
	}
}

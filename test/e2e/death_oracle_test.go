package e2e

import (
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"strconv"
	"strings"
	"testing"

	"tracer/internal/wire"
	"tracer/trace"
)

// counters is how many threads of the counting program count, each by itself.
const counters = 4

// countingProgram counts its own work in a shared mapping, which outlives it as the
// trace does: one store for each call, made after the call's line was recorded. So
// of each count the trace has as many lines, or one more.
//
// Its arguments are the file of the counts, how many calls to make, with how many
// threads, how to end: "return", "_exit", "idle" for a sleep, or "forever" for never
// coming to it, and how many calls a thread makes until the next one takes over (0:
// all of them).
const countingProgram = `
import mmap, os, sys, threading, time
path, turns, threads, end, shift = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5])
with open(path, "r+b") as f:
    done = memoryview(mmap.mmap(f.fileno(), 0)).cast("Q")
@@
loops = [loop_0, loop_1, loop_2, loop_3]
def main(i):
    first = 1
    while end == "forever" or first <= turns:
        behind = first + (shift or 1 << 40)
        if end != "forever":
            behind = min(behind, turns + 1)
        if shift:
            thread = threading.Thread(target=loops[i], args=(first, behind))
            thread.start()
            thread.join()
        else:
            loops[i](first, behind)
        first = behind
    if end == "_exit":
        os._exit(3)
if threads:
    running = [threading.Thread(target=main, args=(i,)) for i in range(threads)]
    for t in running: t.start()
    for t in running: t.join()
else:
    main(0)
print("all", sum(done), flush=True)
if end == "idle":
    time.sleep(600)
`

// countingLoop is a thread's part of the program.
const countingLoop = `
def work_@(n):
    done[@] = n
def loop_@(first, behind):
    for n in range(first, behind):
        work_@(n)
`

// countingText is the program.
func countingText() string {
	var loops strings.Builder
	for i := range counters {
		loops.WriteString(strings.ReplaceAll(countingLoop, "@", strconv.Itoa(i)))
	}
	return strings.Replace(countingProgram, "@@", loops.String(), 1)
}

// counted reads the file of the counts.
func counted(t *testing.T, path string) (counts [counters]uint64) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil || len(b) != 8*counters {
		t.Fatalf("read the counts: %d bytes, %v", len(b), err)
	}
	for i := range counts {
		counts[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return counts
}

// step is an event of a loop of the counting program, or of what it calls.
type step struct {
	what rune // open, line or close: 'o', 'l', 'c'
	work bool // of work_i, not of loop_i
	line int  // behind the function's first
}

// follows are the steps that may come after one: with these rules an event that is
// missing, there twice or out of place is seen wherever it is.
var follows = map[step][]step{
	{'o', false, 0}: {{'l', false, 1}},
	{'l', false, 1}: {{'l', false, 2}, {'c', false, 0}},
	{'l', false, 2}: {{'o', true, 0}},
	{'o', true, 0}:  {{'l', true, 1}},
	{'l', true, 1}:  {{'c', true, 0}},
	{'c', true, 0}:  {{'l', false, 1}},
	{'c', false, 0}: {{'o', false, 0}},
}

// follower visits a thread of the counting program.
type follower struct {
	lines map[string]uint64 // hits of work_i
	calls map[string]uint64
	hits  map[int]uint64 // by line of the program's file
	stack []*trace.Code
	last  step
	at    int64
	gaps  int
	wrong error // the first
}

func newFollower() *follower {
	return &follower{lines: map[string]uint64{}, calls: map[string]uint64{}, hits: map[int]uint64{}}
}

func (f *follower) fail(format string, args ...any) {
	if f.wrong == nil {
		f.wrong = fmt.Errorf(format, args...)
	}
}

func (f *follower) moment(at int64) {
	if at < f.at {
		f.fail("an event at %d ns comes after one at %d ns", at, f.at)
	}
	f.at = at
}

// next takes the next step, of code.
func (f *follower) next(what rune, code *trace.Code, line int) {
	work := strings.HasPrefix(code.Qualname, "work_")
	if !work && !strings.HasPrefix(code.Qualname, "loop_") {
		return
	}
	s := step{what, work, line}
	if f.last == (step{}) {
		f.last = s
		return
	}
	for _, allowed := range follows[f.last] {
		if s == allowed {
			f.last = s
			return
		}
	}
	f.fail("after %d calls of %s: %c, line %d of %s comes after %c, line %d", f.calls[code.Qualname], code.Qualname, what, line, code.Qualname, f.last.what, f.last.line)
	f.last = s
}

func (f *follower) Begin(int64)       {}
func (f *follower) End(int64)         {}
func (f *follower) Gap(int64, uint64) { f.gaps++ }

func (f *follower) Open(at int64, code *trace.Code, _ wire.Location, k wire.Kind) {
	f.moment(at)
	f.stack = append(f.stack, code)
	if k == trace.Adopted {
		f.fail("%s was entered unseen", code.Qualname)
	}
	f.calls[code.Qualname]++
	f.next('o', code, 0)
}

func (f *follower) Line(at int64, loc wire.Location) {
	f.moment(at)
	code := f.stack[len(f.stack)-1]
	line := code.Line(loc)
	f.hits[line]++
	if strings.HasPrefix(code.Qualname, "work_") {
		f.lines[code.Qualname]++
	}
	f.next('l', code, line-code.FirstLine)
}

func (f *follower) Close(at int64, k wire.Kind) {
	f.moment(at)
	code := f.stack[len(f.stack)-1]
	f.stack = f.stack[:len(f.stack)-1]
	if k != trace.Implied { // else it was open when the program was killed
		f.next('c', code, 0)
	}
}

// whole says what is wrong with a trace of the counting program that should have
// every event up to the counts. It returns how many events there are.
func whole(dir string, counts [counters]uint64) (uint64, error) {
	tr, err := trace.Open(dir)
	if err != nil {
		return 0, err
	}
	defer tr.Close()
	if info := tr.Info(); info.Dropped != 0 || len(info.Problems) != 0 {
		return 0, fmt.Errorf("the trace lost %d events, problems %q", info.Dropped, info.Problems)
	}
	lines := map[string]uint64{}
	for _, p := range tr.Processes() {
		for _, th := range p.Threads {
			f := newFollower()
			if err := th.Replay(f); err != nil {
				return 0, err
			}
			if f.wrong != nil || f.gaps != 0 {
				return 0, fmt.Errorf("thread %d: %d gaps, %w", th.Number, f.gaps, f.wrong)
			}
			if err := summed(th, f); err != nil {
				return 0, fmt.Errorf("thread %d: %w", th.Number, err)
			}
			for name, n := range f.lines {
				lines[name] += n
			}
		}
	}
	for i, done := range counts {
		if n := lines["work_"+strconv.Itoa(i)]; n < done || n > done+1 {
			return 0, fmt.Errorf("%d lines of work_%d were recorded, the program had counted %d", n, i, done)
		}
	}
	return tr.Info().Events, nil
}

// summed compares the thread's summaries with its events.
func summed(th *trace.Thread, f *follower) error {
	sums, err := th.Sum(trace.Window{})
	if err != nil {
		return err
	}
	hits, calls := map[int]uint64{}, map[string]uint64{}
	for _, l := range sums.Lines {
		if l.Hits > 0 {
			hits[int(l.Line)] += l.Hits
		}
	}
	for _, fn := range sums.Functions {
		if fn.Calls > 0 {
			calls[th.Process.Code(fn.Function).Qualname] += fn.Calls
		}
	}
	if !maps.Equal(hits, f.hits) || !maps.Equal(calls, f.calls) {
		return fmt.Errorf("the summaries say hits %v, calls %v, the events %v and %v", hits, calls, f.hits, f.calls)
	}
	if sums.Events != th.Events() {
		return fmt.Errorf("the summaries are of %d events, there are %d", sums.Events, th.Events())
	}
	return nil
}

package e2e

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tracer/internal/pyabi"
	"tracer/internal/wire"
	"tracer/test/interpreters"
	"tracer/trace"
)

// turning is a program of which each turn makes 5 events: two lines of the loop, a
// call, its line, and its return.
const turning = `
import sys
def work(n):
    return n + 1
total = 0
for _ in range(int(sys.argv[1])):
    total = work(total)
print("done", total)
`

// turned runs the program with a few turns, and returns how many events it has with
// many.
func turned(t *testing.T, python pyabi.Info, program string, turns int) uint64 {
	t.Helper()
	const few = 100
	got, dir := traced(t, python, nil, job{dir: t.TempDir(), args: []string{program, strconv.Itoa(few)}})
	same(t, got, outcome{stdout: fmt.Sprintf("done %d\n", few)})
	return infoOf(t, dir).Events + 5*uint64(turns-few)
}

// gapCounter counts events and what the gaps between them stand for.
type gapCounter struct{ lost, events uint64 }

func (g *gapCounter) Begin(int64)               {}
func (g *gapCounter) End(int64)                 {}
func (g *gapCounter) Line(int64, wire.Location) { g.events++ }
func (g *gapCounter) Gap(_ int64, lost uint64)  { g.lost += lost }
func (g *gapCounter) Open(_ int64, _ *trace.Code, _ wire.Location, k wire.Kind) {
	if k != trace.Adopted {
		g.events++
	}
}
func (g *gapCounter) Close(_ int64, k wire.Kind) {
	if k != trace.Implied {
		g.events++
	}
}

// gaps reads a trace, and returns how many events were lost by its gaps, and how
// many there are.
func gaps(t *testing.T, dir string) (lost, events uint64) {
	t.Helper()
	tr, err := trace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	var g gapCounter
	for _, p := range tr.Processes() {
		for _, th := range p.Threads {
			if err := th.Replay(&g); err != nil {
				t.Error(err)
			}
		}
	}
	return g.lost, g.events
}

// smallDisk is a file system of so many bytes.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+strconv.Itoa(size)); err != nil {
		if os.Getenv(interpreters.RequireEnv) != "" {
			t.Fatalf("mount a small disk: %v", err)
		}
		t.Skipf("a full disk was not tested: mount one: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// used is what the files below a directory take of the disk.
func used(dir string) (bytes int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error { // a file that is gone meanwhile takes nothing
		if err != nil || d.IsDir() {
			return nil
		}
		if info, err := d.Info(); err == nil {
			bytes += info.Sys().(*syscall.Stat_t).Blocks * 512
		}
		return nil
	})
	return bytes
}

// The trace fills its disk. What fits is recorded, compacted, so it is several times
// what fits of plain events.
func TestFullDisk(t *testing.T) {
	const turns = 6_000_000
	program := write(t, "long.py", turning)
	eachKind(t, func(t *testing.T, python pyabi.Info) {
		want := turned(t, python, program, turns)
		for _, c := range []struct {
			full string
			disk int
		}{{"stop", 20 << 20}, {"drop", 9 << 20}} {
			t.Run(c.full, func(t *testing.T) {
				small := smallDisk(t, c.disk)
				dir := filepath.Join(small, "t.trace")
				got := execute(t, job{dir: t.TempDir(), args: []string{
					tracer, "run", "--python", python.Executable, "--when-full", c.full, "-o", dir, program, strconv.Itoa(turns)}})
				if got.status != 0 || got.stdout != fmt.Sprintf("done %d\n", turns) {
					t.Errorf("status %d, output %q", got.status, got.stdout)
				}
				i := lossy(t, dir, want, "space")
				t.Logf("%d of %d events were recorded on a disk of %d bytes", i.Events, want, c.disk)
				if i.Dropped > 0 && !strings.Contains(got.stderr, "because the disk was full") {
					t.Errorf("the summary does not say what was lost: %s", got.stderr)
				}
				if i.Dropped == 0 && c.full == "drop" {
					t.Error("all was recorded: the disk was not full")
				}
				// Recording that stops for good does so when the disk is full of plain
				// events, if the controller has not come to compact them before. One
				// that goes on has many more.
				least := uint64(c.disk) / 8 * 9 / 10
				if c.full == "drop" {
					least = 2 * uint64(c.disk) / 8
				}
				if i.Events < least {
					t.Errorf("%d events were recorded, expected at least %d: plain ones that fit are %d", i.Events, least, c.disk/8)
				}
				grown := "size=" + strconv.Itoa(200<<20)
				if err := syscall.Mount("tmpfs", small, "tmpfs", syscall.MS_REMOUNT, grown); err != nil {
					t.Fatal(err)
				}
				if err := recoverTrace(t, dir); err != nil {
					t.Error(err)
				}
				if again := lossy(t, dir, want, "space"); again.Events != i.Events {
					t.Errorf("recovered it has %d events, before %d", again.Events, i.Events)
				}
			})
		}
	})
}

// A limit on the size of files: raw grows up to it, and so do the segments.
func TestFilesThatMayNotGrow(t *testing.T) {
	const limit, turns = 5 << 20, 3_000_000
	program := write(t, "long.py", turning)
	eachKind(t, func(t *testing.T, python pyabi.Info) {
		want := turned(t, python, program, turns)
		dir := filepath.Join(t.TempDir(), "t.trace")
		got := execute(t, job{dir: t.TempDir(), args: []string{"bash", "-c", fmt.Sprintf(`ulimit -f %d; exec "$@"`, limit>>10), "bash",
			tracer, "run", "--python", python.Executable, "--when-full", "drop", "-o", dir, program, strconv.Itoa(turns)}})
		if got.status != 0 || got.stdout != fmt.Sprintf("done %d\n", turns) {
			t.Errorf("status %d, output %q, stderr %s", got.status, got.stdout, got.stderr)
		}
		i := lossy(t, dir, want, "space")
		t.Logf("%d of %d events were recorded in files of %d bytes", i.Events, want, limit)
		if err := recoverTrace(t, dir); err != nil {
			t.Error(err)
		}
		if again := lossy(t, dir, want, "space"); again.Events != i.Events {
			t.Errorf("recovered it has %d events, before %d", again.Events, i.Events)
		}
	})
}

// slack is what a trace may have beyond --max-size: the names of code, copies of
// sources, samples, the manifest and the control page, which are not counted.
const slack = 512 << 10

func TestTraceStaysWithinItsSize(t *testing.T) {
	const bound, turns = 8_000_000, 6_000_000
	program := write(t, "long.py", turning)
	eachKind(t, func(t *testing.T, python pyabi.Info) {
		want := turned(t, python, program, turns)
		for _, full := range []string{"stop", "drop", "ring"} {
			t.Run(full, func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "t.trace")
				most, stop := watchSize(dir)
				got := execute(t, job{dir: t.TempDir(), args: []string{tracer, "run", "--python", python.Executable,
					"--max-size", "8MB", "--when-full", full, "-o", dir, program, strconv.Itoa(turns)}})
				stop()
				if got.status != 0 || got.stdout != fmt.Sprintf("done %d\n", turns) {
					t.Errorf("status %d, output %q", got.status, got.stdout)
				}
				if n := most.Load(); n > bound+slack || n < bound/2 {
					t.Errorf("the trace had up to %d bytes on the disk, bound %d", n, bound)
				}
				i := infoOf(t, dir)
				t.Logf("%d of %d events are there, %v were lost, up to %d bytes, %d at the end", i.Events, want, i.DroppedBy, most.Load(), used(dir))
				if full != "ring" {
					lossy(t, dir, want, "limit")
				} else if i.Events == 0 || len(i.Problems) > 0 {
					t.Errorf("info says %+v", i)
				}
			})
		}
	})
}

// watchSize looks all the time what a directory takes of the disk.
func watchSize(dir string) (most *atomic.Int64, stop func()) {
	most = new(atomic.Int64)
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			most.Store(max(most.Load(), used(dir)))
			select {
			case <-quit:
				return
			case <-time.After(3 * time.Millisecond):
			}
		}
	}()
	return most, func() { close(quit); <-done }
}

// A controller that does not come to drain: the pool grows, and shrinks again when
// it does.
func TestControllerIsStoppedForAWhile(t *testing.T) {
	program := write(t, "counting.py", countingText())
	eachKind(t, func(t *testing.T, python pyabi.Info) {
		v := begin(t, program, manner{python: python, turns: 1_500_000, end: "idle"})
		signal := func(sig syscall.Signal) {
			if err := syscall.Kill(v.cmd.Process.Pid, sig); err != nil {
				t.Fatal(err)
			}
		}
		signal(syscall.SIGSTOP)
		raw := filepath.Join(procOf(t, v.dir), "raw")
		time.Sleep(time.Second)
		grown := used(raw)
		signal(syscall.SIGCONT)
		if grown < 32<<20 {
			t.Errorf("raw has only %d bytes though nobody drained it", grown)
		}
		await(t, "the program is done", func() bool { return v.sum() == 1_500_000 })
		await(t, "the pool has shrunk", func() bool { return used(raw) <= 20<<20 })
		t.Logf("raw had %d bytes, has %d", grown, used(raw))
		v.kill(v.pid)
		v.await()
		if _, err := v.check(); err != nil {
			t.Error(err)
		}
	})
}

func TestDurableIsRecordedWhole(t *testing.T) {
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		v := begin(t, write(t, "counting.py", countingText()), manner{python: python, turns: 300_000, end: "return", flags: []string{"--durable"}})
		v.await()
		if err := v.complete(manner{turns: 300_000}); err != nil {
			t.Error(err)
		}
		if _, err := v.check(); err != nil {
			t.Error(err)
		}
	})
}

package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tracer/internal/pyabi"
	"tracer/test/interpreters"
)

// The program removes its own trace while it is being recorded.
func TestTraceIsRemovedMeanwhile(t *testing.T) {
	program := write(t, "removing.py", `
import shutil, sys
def work(n):
    return n + 1
def loop(turns):
    n = 0
    while n < turns:
        n = work(n)
loop(200_000)
shutil.rmtree(sys.argv[1], ignore_errors=True)
loop(200_000)
exec("def late(n):\n    return n\nfor n in range(1000): late(n)")
print("done")
sys.exit(8)
`)
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		dir := filepath.Join(t.TempDir(), "t.trace")
		got := execute(t, job{dir: t.TempDir(), args: []string{tracer, "run", "--python", python.Executable, "-o", dir, program, dir}})
		if got.stdout != "done\n" || got.status != 8 {
			t.Errorf("status %d, output %q", got.status, got.stdout)
		}
		if !strings.HasPrefix(got.stderr, "tracer: ") || strings.Contains(got.stderr, "goroutine") {
			t.Errorf("stderr does not say in a line what is wrong: %q", got.stderr)
		}
	})
}

// A shell removes the trace before any Python has begun.
func TestTraceIsRemovedBeforeItBegins(t *testing.T) {
	program := write(t, "main.py", "print('fine')\n")
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		dir := filepath.Join(t.TempDir(), "t.trace")
		got := execute(t, job{dir: t.TempDir(), args: []string{tracer, "run", "-o", dir,
			"sh", "-c", fmt.Sprintf(`rm -rf "%s"; "%s" "%s"; exit 4`, dir, python.Executable, program)}})
		if got.stdout != "fine\n" || got.status != 4 {
			t.Errorf("status %d, output %q", got.status, got.stdout)
		}
		if strings.Contains(got.stderr, "goroutine") || strings.Contains(got.stderr, "Traceback") {
			t.Errorf("stderr: %q", got.stderr)
		}
	})
}

// Where no trace can be made, the program is not begun.
func TestDirectoryThatCannotBeWritten(t *testing.T) {
	small := smallDisk(t, 1<<20)
	if err := syscall.Mount("tmpfs", small, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	ran := filepath.Join(t.TempDir(), "ran")
	got := execute(t, job{dir: t.TempDir(), args: []string{tracer, "run", "-o", filepath.Join(small, "t.trace"), "touch", ran}})
	if got.status != 1 || !strings.HasPrefix(got.stderr, "tracer: ") || !strings.Contains(got.stderr, "read-only file system") {
		t.Errorf("status %d, stderr %q", got.status, got.stderr)
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("the program ran")
	}
}

// A disk on which there is no room for the first chunk, or not even for a file.
func TestDiskWithoutRoomAtAll(t *testing.T) {
	program := write(t, "long.py", turning)
	eachKind(t, func(t *testing.T, python pyabi.Info) {
		for _, size := range []int{64 << 10, 200 << 10, 1 << 20, 4 << 20} {
			t.Run(strconv.Itoa(size), func(t *testing.T) {
				dir := filepath.Join(smallDisk(t, size), "t.trace")
				got := execute(t, job{dir: t.TempDir(), args: []string{tracer, "run", "--python", python.Executable, "-o", dir, program, "20000"}})
				if got.stdout != "done 20000\n" || got.status != 0 {
					t.Errorf("status %d, output %q", got.status, got.stdout)
				}
				if !strings.HasPrefix(got.stderr, "tracer: ") || strings.Contains(got.stderr, "goroutine") || strings.Contains(got.stderr, "Traceback") {
					t.Errorf("stderr: %q", got.stderr)
				}
			})
		}
	})
}

// refuseSharedMaps makes all mappings of a file that are shared and can be written
// fail, as some network and user-space file systems do, and executes a command.
const refuseSharedMaps = `
import ctypes, os, struct, sys
ALLOW, REFUSE = 0x7fff0000, 0x00050000 | 19 # SECCOMP_RET_ERRNO, ENODEV
LOAD, AND, EQUAL, RETURN = 0x20, 0x54, 0x15, 0x06
argument = lambda n: 16 + 8 * n
program = [
    (LOAD, 0, 0, 4), (EQUAL, 0, 8, 0xc000003e), # AUDIT_ARCH_X86_64
    (LOAD, 0, 0, 0), (EQUAL, 0, 6, 9),          # mmap
    (LOAD, 0, 0, argument(3)), (AND, 0, 0, 0x21), (EQUAL, 0, 3, 1), # MAP_SHARED, not MAP_ANONYMOUS
    (LOAD, 0, 0, argument(2)), (AND, 0, 0, 2), (EQUAL, 1, 0, 2), # PROT_WRITE
    (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE),
]
code = b"".join(struct.pack("HBBI", *line) for line in program)
buffer = ctypes.create_string_buffer(code, len(code))
class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]
prctl = ctypes.CDLL(None, use_errno=True).prctl
assert prctl(38, 1, 0, 0, 0) == 0 # PR_SET_NO_NEW_PRIVS
assert prctl(22, 2, ctypes.byref(Filter(len(program), ctypes.cast(buffer, ctypes.c_void_p))), 0, 0) == 0, ctypes.get_errno() # PR_SET_SECCOMP
os.execv(sys.argv[1], sys.argv[1:])
`

// plainPart is the documented loss of a killed program whose slots are written: in
// each thread the part that is open, in events.
const plainPart = 4096 / 8

// refused returns a command that runs another on a system that refuses shared maps.
func refused(t *testing.T) []string {
	t.Helper()
	if runtime.GOARCH != "amd64" {
		t.Skip("a file system without shared maps was not tested: it is made for amd64 only")
	}
	python := interpreters.Traceable(t)[0].Executable
	launcher := []string{python, write(t, "refuse.py", refuseSharedMaps)}
	try := execute(t, job{dir: t.TempDir(), args: append(launcher, python, "-c", `
import mmap, os
print(mmap.mmap(-1, 8)[:1])
with open("file", "w+b") as f:
    f.write(b"x" * 8); f.flush()
    print(mmap.mmap(f.fileno(), 8, prot=mmap.PROT_READ)[:1])
    try: mmap.mmap(f.fileno(), 8)
    except OSError as e: print(e.errno)
`)})
	if want := "b'\\x00'\nb'x'\n19\n"; try.stdout != want {
		t.Fatalf("the filter does not do what it should: %q %s", try.stdout, try.stderr)
	}
	return launcher
}

func TestNoSharedMapsIsRecordedWhole(t *testing.T) {
	launcher := refused(t)
	program := write(t, "long.py", `
import sys, threading
def work(n):
    return n + 1
def loop(turns):
    n = 0
    while n < turns:
        n = work(n)
threads = [threading.Thread(target=loop, args=(50_000,)) for _ in range(3)]
for t in threads: t.start()
for t in threads: t.join()
loop(50_000)
print("done")
sys.exit(3)
`)
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		dir := filepath.Join(t.TempDir(), "t.trace")
		got := execute(t, job{dir: t.TempDir(), args: append(launcher, tracer, "run", "--quiet", "--python", python.Executable, "-o", dir, program)})
		same(t, got, outcome{stdout: "done\n", status: 3})
		if n := workCalls(t, dir); n != 200_000 {
			t.Errorf("%d calls were recorded, the program made 200,000", n)
		}
		if i := infoOf(t, dir); !i.Complete || i.Dropped != 0 {
			t.Errorf("info says %+v", i)
		}
	})
}

func TestNoSharedMapsAndKilled(t *testing.T) {
	launcher := refused(t)
	text := strings.Replace(countingText(), `    done = memoryview(mmap.mmap(f.fileno(), 0)).cast("Q")`, `    file = os.dup(f.fileno())
class Counts:
    def __setitem__(self, i, n, write=os.pwrite, file=file):
        write(file, n.to_bytes(8, "little"), 8 * i)
done = Counts()`, 1)
	program := write(t, "counting.py", text)
	eachKind(t, func(t *testing.T, python pyabi.Info) {
		for i := range 10 {
			dir, counts := filepath.Join(t.TempDir(), "t.trace"), write(t, "counts", strings.Repeat("\x00", 8*counters))
			threads := counters * (i % 2)
			cmd := command(t, append(launcher, tracer, "run", "--quiet", "--python", python.Executable, "-o", dir,
				program, counts, strconv.Itoa(1<<40), strconv.Itoa(threads), "forever", "0")...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			await(t, "the program counts", func() bool { return counted(t, counts)[0] > 0 })
			time.Sleep(time.Duration(rand.Int64N(int64(100 * time.Millisecond))))
			if err := syscall.Kill(tracedPID(t, dir), syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait() // as the program
			checkPlain(t, dir, counted(t, counts))
			if err := recoverTrace(t, dir); err != nil {
				t.Error(err)
			}
			checkPlain(t, dir, counted(t, counts))
		}
	})
}

// checkPlain: the counted calls are there, but for the open part of each thread.
func checkPlain(t *testing.T, dir string, counts [counters]uint64) {
	t.Helper()
	lines := map[string]uint64{}
	for at, n := range recorded(t, dir).lines {
		if strings.HasPrefix(at.function, "work_") {
			lines[at.function] += uint64(n)
		}
	}
	for i, done := range counts {
		// A turn is more events than one: what is lost are fewer turns.
		if n := lines["work_"+strconv.Itoa(i)]; n > done+1 || n+plainPart < done {
			t.Errorf("%d lines of work_%d were recorded, the program had counted %d", n, i, done)
		}
	}
}

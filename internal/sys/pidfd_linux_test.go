package sys

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// ways are how the end of a process is known.
var ways = map[string]func(pid int) (int, error){
	"by pidfd":   openPidfd,
	"by looking": func(int) (int, error) { return -1, unix.ENOSYS },
	"by both": func(pid int) (int, error) {
		if pid%2 == 0 {
			return -1, unix.EMFILE
		}
		return openPidfd(pid)
	},
}

func newWatch(t *testing.T, open func(int) (int, error)) *ProcessWatch {
	t.Helper()
	w := &ProcessWatch{}
	if err := w.watch.init(open); err != nil {
		t.Fatal(err)
	}
	return w
}

// herd starts processes that all end when the file is closed.
func herd(t *testing.T, n int) ([]*exec.Cmd, *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	t.Cleanup(func() { w.Close() })
	cmds := make([]*exec.Cmd, n)
	for i := range cmds {
		cmds[i] = exec.Command("cat")
		cmds[i].Stdin = r
		if err := cmds[i].Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cmds[i].Wait() })
	}
	// Cleanups run backwards: the pipe must be closed before the waits.
	t.Cleanup(func() { w.Close() })
	return cmds, w
}

func nextEnd(t *testing.T, w *ProcessWatch) int {
	t.Helper()
	select {
	case pid, ok := <-w.Ended():
		if !ok {
			t.Fatal("no more ends")
		}
		return pid
	case <-time.After(patience):
		t.Fatal("no end is told of")
	}
	return 0
}

func TestEndsOfManyProcessesAreToldOnce(t *testing.T) {
	const many = 100
	for name, open := range ways {
		t.Run(name, func(t *testing.T) {
			w := newWatch(t, open)
			cmds, in := herd(t, many)
			want := map[int]bool{}
			for _, cmd := range cmds {
				want[cmd.Process.Pid] = true
				do(t, w.Add(cmd.Process.Pid), w.Add(cmd.Process.Pid))
			}
			if own, err := open(os.Getpid()); err == nil {
				unix.Close(own)
				if name == "by pidfd" && w.watch.polled > 0 {
					t.Errorf("%d processes are looked at", w.watch.polled)
				}
			}
			select {
			case pid := <-w.Ended():
				t.Fatalf("%d has not ended", pid)
			case <-time.After(2 * pollEvery):
			}
			in.Close()
			for range many {
				pid := nextEnd(t, w)
				if !want[pid] {
					t.Fatalf("%d is told twice, or was not to be watched", pid)
				}
				delete(want, pid)
			}
			// Nobody has waited for the children yet: they had their numbers all the time.
			for _, cmd := range cmds {
				if err := cmd.Wait(); err != nil {
					t.Error(err)
				}
			}
			do(t, w.Close())
			if pid, ok := <-w.Ended(); ok {
				t.Errorf("%d after the end", pid)
			}
		})
	}
}

func TestWatchOfAProcessThatIsGone(t *testing.T) {
	w := newWatch(t, openPidfd)
	defer w.Close()
	cmd := exec.Command("true")
	do(t, cmd.Run())
	do(t, w.Add(cmd.Process.Pid))
	if pid := nextEnd(t, w); pid != cmd.Process.Pid {
		t.Errorf("%d, expected %d", pid, cmd.Process.Pid)
	}
	if err := w.Add(0); err == nil {
		t.Error("0 is the number of a process")
	}
}

func TestAClosedWatchHoldsNothing(t *testing.T) {
	cmds, _ := herd(t, 10)
	once := func(open func(int) (int, error)) {
		w := newWatch(t, open)
		for _, cmd := range cmds {
			do(t, w.Add(cmd.Process.Pid))
		}
		gone := exec.Command("true")
		do(t, gone.Run(), w.Add(gone.Process.Pid)) // is told, but nobody listens
		do(t, w.Close(), w.Close())
		if err := w.Add(cmds[0].Process.Pid); !errors.Is(err, os.ErrClosed) {
			t.Errorf("Add to a closed watch: %v", err)
		}
	}
	once(openPidfd) // the runtime opens descriptors of its own the first time
	descriptors := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		do(t, err)
		return len(entries)
	}
	before, goroutines := descriptors(), runtime.NumGoroutine()
	for _, open := range ways {
		once(open)
	}
	if after := descriptors(); after != before {
		t.Errorf("%d descriptors, then %d", before, after)
	}
	for begin := time.Now(); runtime.NumGoroutine() > goroutines; time.Sleep(time.Millisecond) {
		if time.Since(begin) > patience {
			t.Fatalf("%d goroutines, then %d", goroutines, runtime.NumGoroutine())
		}
	}
}

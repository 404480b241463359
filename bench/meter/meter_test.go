//go:build unix

package meter

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestRunMeasures(t *testing.T) {
	u, err := Run(t.Context(), Command{Argv: []string{"/bin/sh", "-c", "sleep 0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	if u.Wall < 100*time.Millisecond || u.PeakRSS < 100<<10 || time.Since(u.Ended) < 0 {
		t.Errorf("unexpected %+v", u)
	}
}

func TestRunMeasuresProcessorTimeAndMemory(t *testing.T) {
	// The shell's child has 64 MB, the shell has not.
	child := "dd if=/dev/zero of=/dev/null bs=64M count=8; exit 0"
	u, err := Run(t.Context(), Command{Argv: []string{"/bin/sh", "-c", child}, Peak: true})
	if err != nil {
		t.Fatal(err)
	}
	if u.CPU <= 0 || u.CPU > 2*u.Wall+time.Second || u.PeakRSS < 64<<20 {
		t.Errorf("unexpected %+v", u)
	}
	if runtime.GOOS == "linux" && (u.OwnPeak < 100<<10 || u.OwnPeak > 32<<20) {
		t.Errorf("%d bytes at most for the shell alone", u.OwnPeak)
	}
	if u, err = Run(t.Context(), Command{Argv: []string{"/bin/sh", "-c", "exit 0"}}); err != nil || u.OwnPeak != 0 {
		t.Errorf("unexpected %+v, %v", u, err)
	}
}

func TestRunSaysWhyACommandFailed(t *testing.T) {
	_, err := Run(t.Context(), Command{Argv: []string{"/bin/sh", "-c", "echo first; echo the reason >&2; exit 3"}})
	if err == nil || !strings.Contains(err.Error(), "exit status 3") || !strings.HasSuffix(err.Error(), ": the reason") {
		t.Errorf("unexpected error %v", err)
	}
}

func TestRunLeavesNoChildrenWhenItIsStopped(t *testing.T) {
	pids := filepath.Join(t.TempDir(), "pid")
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for ctx.Err() == nil {
			if b, _ := os.ReadFile(pids); strings.HasSuffix(string(b), "\n") {
				cancel()
			}
			time.Sleep(time.Millisecond)
		}
	}()
	_, err := Run(ctx, Command{Argv: []string{"/bin/sh", "-c", "sleep 60 & echo $! >" + pids + "; wait"}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("unexpected error %v", err)
	}
	b, _ := os.ReadFile(pids)
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); runs(pid); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d goes on", pid)
		}
	}
}

// runs reports whether the process is there and no zombie.
func runs(pid int) bool {
	if stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat"); err == nil {
		return !strings.Contains(string(stat), ") Z")
	}
	return syscall.Kill(pid, 0) == nil
}

func TestProgressEstimatesWhatIsLeft(t *testing.T) {
	var out strings.Builder
	p := NewProgress(&out, []string{"a", "a", "b", "c", "d"})
	p.Begin("first")
	p.End("a", 2*time.Second)
	p.Skip("d")
	p.Begin("second")
	p.End("b", 4*time.Second)
	if d, ok := p.Left(); !ok || d != 5*time.Second { // a as before, c as the mean
		t.Errorf("%v left, expected 5s", d)
	}
	want := "bench: 1 of 5: first\nbench: 2 of 4, 6s left: second\n"
	if out.String() != want {
		t.Errorf("said %q, expected %q", out.String(), want)
	}
}

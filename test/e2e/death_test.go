package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"tracer/internal/pyabi"
	"tracer/test/interpreters"
)

// patience is how long anything may take. What takes longer hangs.
const patience = 60 * time.Second

// await waits until something is so.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("still not so after %v: %s", patience, what)
		}
	}
}

// command is a command that is killed where it hangs.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	t.Cleanup(cancel)
	return exec.CommandContext(ctx, args[0], args[1:]...)
}

// victim is a counting program under tracer.
type victim struct {
	t         *testing.T
	cmd       *exec.Cmd
	dir       string // of the trace
	counts    string
	out       string // the file that the output goes to
	pid       int    // of the program
	threads   int
	reported  chan error
	collected bool
	ended     bool // tracer and program have
}

// manner is how a counting program runs.
type manner struct {
	python  pyabi.Info
	turns   int
	threads int
	end     string
	shift   int
	flags   []string
}

func (m manner) String() string {
	return fmt.Sprintf("%v: %d turns, %d threads, end %q, shifts of %d, %q", m.python, m.turns, m.threads, m.end, m.shift, m.flags)
}

// begin starts the program, in a process group of its own, and waits until it
// counts.
func begin(t *testing.T, program string, m manner) *victim {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	v := &victim{t: t, threads: m.threads, dir: filepath.Join(dir, "t.trace"), counts: filepath.Join(dir, "counts"), out: filepath.Join(dir, "out")}
	if err := os.WriteFile(v.counts, make([]byte, 8*counters), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(v.out)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	args := append([]string{tracer, "run", "--quiet", "--python", m.python.Executable, "-o", v.dir}, m.flags...)
	v.cmd = command(t, append(args, "--", program, v.counts, strconv.Itoa(m.turns), strconv.Itoa(m.threads), m.end, strconv.Itoa(m.shift))...)
	v.cmd.Stdout, v.cmd.Stderr = out, out
	v.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := v.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.clean)
	v.reported = make(chan error, 1)
	go func() { v.reported <- v.cmd.Wait() }()
	await(t, "the program counts", func() bool { return v.sum() > 0 || v.over() })
	v.pid = tracedPID(t, v.dir)
	return v
}

// keepEnv names a directory to which the trace of a test that fails is moved.
const keepEnv = "TRACER_TEST_KEEP"

// clean leaves no process behind by a test that failed.
func (v *victim) clean() {
	if !v.ended {
		v.kill(-v.cmd.Process.Pid)
	}
	if keep := os.Getenv(keepEnv); keep != "" && v.t.Failed() {
		from := filepath.Dir(v.dir)
		_ = os.Rename(from, filepath.Join(keep, filepath.Base(from))) // else there is none to look at
	}
}

// sum is what the program has counted so far.
func (v *victim) sum() (n uint64) {
	for _, count := range counted(v.t, v.counts) {
		n += count
	}
	return n
}

// over reports whether tracer has ended.
func (v *victim) over() bool {
	if v.collected {
		return true
	}
	select {
	case <-v.reported:
		v.collected = true
	default:
	}
	return v.collected
}

// kill sends SIGKILL to a process, or with a negative number to a group.
func (v *victim) kill(pid int) {
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		v.t.Fatal(err)
	}
}

// await waits for the ends of tracer and program.
func (v *victim) await() {
	v.t.Helper()
	await(v.t, "tracer has ended", v.over)
	await(v.t, "the program has ended", func() bool { return syscall.Kill(v.pid, 0) != nil || isZombie(v.pid) })
	v.ended = true
}

// check holds the trace against the counts: as it was left, and after it was
// recovered. It returns how many events there are.
func (v *victim) check() (uint64, error) {
	counts := counted(v.t, v.counts)
	before, err := whole(v.dir, counts)
	if err != nil {
		return 0, fmt.Errorf("as it was left: %w", err)
	}
	if err := recoverTrace(v.t, v.dir); err != nil {
		return 0, err
	}
	after, err := whole(v.dir, counts)
	if err != nil {
		return 0, fmt.Errorf("recovered: %w", err)
	}
	if after != before {
		return 0, fmt.Errorf("recovered it has %d events, before %d", after, before)
	}
	if raw, err := os.Stat(filepath.Join(procOf(v.t, v.dir), "raw")); err != nil || raw.Size() != 0 {
		return 0, fmt.Errorf("recovered, raw has %d bytes: %w", raw.Size(), err)
	}
	return after, nil
}

// recoverTrace runs `tracer recover`.
func recoverTrace(t *testing.T, dir string) error {
	t.Helper()
	if out, err := command(t, tracer, "recover", dir).CombinedOutput(); err != nil {
		return fmt.Errorf("tracer recover: %w: %s", err, out)
	}
	return nil
}

// procOf is the directory of the only process of a trace.
func procOf(t *testing.T, dir string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "proc-*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("processes %q: %v", found, err)
	}
	return found[0]
}

// times runs a test so often, each time in another manner, and stops at the first
// that fails. What went on in it is random: it can be had again by its seed as far
// as the machine lets it.
func times(t *testing.T, n int, test func(t *testing.T, program string, r *rand.Rand, m manner) (uint64, error)) {
	if testing.Short() {
		n = max(4, n/10)
	}
	pythons := interpreters.Each(interpreters.Traceable(t))
	program := write(t, "counting.py", countingText())
	var least, most, all uint64
	for i := range n {
		seed := rand.Uint64()
		r := rand.New(rand.NewPCG(seed, 0))
		m := manner{python: pythons[i%len(pythons)], turns: 1 << 40, end: "forever"}
		if i%3 == 1 {
			m.threads = counters
		}
		if i%5 == 4 {
			m.shift = 100 + r.IntN(3000)
		}
		if i%4 != 3 {
			m.flags = []string{"--slot-size", "4096"}
		}
		var events uint64
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			var err error
			if events, err = test(t, program, r, m); err != nil {
				t.Fatalf("seed %d, %v: %v", seed, m, err)
			}
		})
		if t.Failed() {
			return
		}
		if least == 0 || events < least {
			least = events
		}
		most, all = max(most, events), all+events
	}
	t.Logf("%d times, %d to %d events, %d in all", n, least, most, all)
}

// soon is a random time up to d.
func soon(r *rand.Rand, d time.Duration) time.Duration { return time.Duration(r.Int64N(int64(d))) }

func TestProgramIsKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	times(t, 200, func(t *testing.T, program string, r *rand.Rand, m manner) (uint64, error) {
		v := begin(t, program, m)
		time.Sleep(soon(r, 100*time.Millisecond))
		v.kill(v.pid)
		v.await()
		if status := v.cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGKILL {
			return 0, fmt.Errorf("tracer ended with %v, the program by SIGKILL", v.cmd.ProcessState)
		}
		if i := infoOf(t, v.dir); i.ExitStatus != 128+9 || !i.Complete {
			return 0, fmt.Errorf("info says %+v", i)
		}
		return v.check()
	})
}

func TestBothAreKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	times(t, 50, func(t *testing.T, program string, r *rand.Rand, m manner) (uint64, error) {
		v := begin(t, program, m)
		time.Sleep(soon(r, 100*time.Millisecond))
		v.kill(-v.cmd.Process.Pid)
		v.await()
		return v.check()
	})
}

// The program goes on by itself, and is killed too or comes to its end.
func TestControllerIsKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	times(t, 50, func(t *testing.T, program string, r *rand.Rand, m manner) (uint64, error) {
		ends := r.IntN(2) == 0
		if ends {
			m.end, m.turns = "return", 1+r.IntN(200_000)
		}
		v := begin(t, program, m)
		time.Sleep(soon(r, 100*time.Millisecond))
		v.kill(v.cmd.Process.Pid)
		if !ends {
			time.Sleep(soon(r, 50*time.Millisecond))
			before := v.sum()
			await(t, "the program goes on without tracer", func() bool { return v.sum() > before })
			v.kill(v.pid)
		}
		v.await()
		if ends {
			if err := v.complete(m); err != nil {
				return 0, err
			}
		}
		return v.check()
	})
}

// complete says what is wrong with a program that has made all its turns.
func (v *victim) complete(m manner) error {
	all := m.turns * max(1, m.threads)
	out, err := os.ReadFile(v.out)
	if want := fmt.Sprintf("all %d\n", all); err != nil || string(out) != want || v.sum() != uint64(all) {
		return fmt.Errorf("the program said %q, expected %q, and counted %d: %w", out, want, v.sum(), err)
	}
	return nil
}

// A thread ends the program while the others are in the middle of their work.
func TestProgramEndsItselfAtOnce(t *testing.T) {
	t.Parallel()
	times(t, 50, func(t *testing.T, program string, r *rand.Rand, m manner) (uint64, error) {
		m.end, m.turns = "_exit", 1+r.IntN(200_000)
		v := begin(t, program, m)
		v.await()
		if status := v.cmd.ProcessState.ExitCode(); status != 3 {
			return 0, fmt.Errorf("tracer ended with %v, the program with 3", v.cmd.ProcessState)
		}
		return v.check()
	})
}

// Recover is killed, and begun again; and it may come while the program goes on.
func TestRecoverIsKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	times(t, 30, func(t *testing.T, program string, r *rand.Rand, m manner) (uint64, error) {
		m.end, m.turns = "idle", 1+r.IntN(300_000)
		v := begin(t, program, m)
		time.Sleep(soon(r, 100*time.Millisecond))
		v.kill(v.cmd.Process.Pid)
		await(t, "tracer has ended", v.over)
		for range r.IntN(3) { // the program lives on: what it has recorded so far is compacted
			out, err := command(t, tracer, "recover", v.dir).CombinedOutput()
			if err == nil || !bytes.Contains(out, []byte("still records")) {
				return 0, fmt.Errorf("tracer recover of a trace that is being written: %w: %s", err, out)
			}
			time.Sleep(soon(r, 20*time.Millisecond))
		}
		v.kill(v.pid)
		v.await()
		for range 3 {
			cmd := command(t, tracer, "recover", v.dir)
			if err := cmd.Start(); err != nil {
				return 0, err
			}
			time.Sleep(soon(r, 30*time.Millisecond))
			v.kill(cmd.Process.Pid)
			_ = cmd.Wait() // killed, unless it was done before
			if _, err := whole(v.dir, counted(t, v.counts)); err != nil {
				return 0, fmt.Errorf("recover was killed: %w", err)
			}
		}
		return v.check()
	})
}

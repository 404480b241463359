package session

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tracer/internal/sys"
	"tracer/internal/sys/ptytest"
)

func TestEndsAsTheProgramDoes(t *testing.T) {
	for name, script := range map[string]string{
		"0":         "exit 0",
		"3":         "exit 3",
		"255":       "exit 255",
		"SIGTERM":   "kill -TERM $$",
		"SIGKILL":   "kill -KILL $$",
		"SIGSEGV":   "ulimit -c 0; kill -SEGV $$",
		"SIGABRT":   "ulimit -c 0; kill -ABRT $$",
		"SIGQUIT":   "ulimit -c 0; kill -QUIT $$",
		"SIGHUP":    "kill -HUP $$",
		"SIGINT":    "kill -INT $$",
		"SIGUSR1":   "kill -USR1 $$",
		"SIGPIPE":   "kill -PIPE $$",
		"real-time": "kill -40 $$",
	} {
		t.Run(name, func(t *testing.T) {
			alone, recorded := exec.Command("sh", "-c", script), newRun(t, "sh", "-c", script)
			var stderr bytes.Buffer
			recorded.Stderr = &stderr
			_, _ = alone.Run(), recorded.Run()
			if a, b := alone.ProcessState.String(), recorded.ProcessState.String(); a != b || stderr.Len() > 0 {
				t.Errorf("ends with %q, recorded %q, stderr %q", a, b, &stderr)
			}
		})
	}
}

// All that a program can see of how it was started.
const surroundings = `
grep -E '^(SigPnd|ShdPnd|SigBlk|SigIgn|SigCgt|NoNewPrivs)' /proc/self/status
cat /proc/self/limits /proc/self/oom_score_adj
umask; pwd; nice; ulimit -n
set -- $(cat /proc/self/stat); echo session $6 terminal $7
ls /proc/self/fd; readlink /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3 /proc/self/fd/7
env | grep -v -e TRACER -e PYTHONPATH -e SESSION_TEST
`

func TestProgramIsStartedLikeAlone(t *testing.T) {
	for name, before := range map[string]string{
		"as it is":          "",
		"ignoring signals":  "trap '' INT HUP TSTP TTIN TTOU;",
		"with descriptors":  "exec 3</etc/passwd 7>/dev/null;",
		"with limits":       "ulimit -n 300; umask 027; cd /;",
		"with odd variable": "export X='a b\nc';",
	} {
		t.Run(name, func(t *testing.T) {
			launcher := before + ` exec "$@"`
			alone := exec.Command("sh", "-c", launcher, "-", "sh", "-c", surroundings)
			recorded := newRun(t, "sh", "-c", surroundings)
			recorded.Args = append([]string{"sh", "-c", launcher, "-", recorded.Path}, recorded.Args[1:]...)
			recorded.Path = alone.Path
			alone.Env = recorded.Env
			a, err := alone.Output()
			if err != nil {
				t.Fatal(err)
			}
			b, err := recorded.Output()
			if err != nil {
				t.Fatal(err)
			}
			x, y := lines(a), lines(b)
			for i := range max(len(x), len(y)) {
				if i >= len(x) || i >= len(y) || x[i] != y[i] {
					t.Fatalf("differs from line %d on:\nalone    %q\nrecorded %q", i+1, x[i:min(i+3, len(x))], y[i:min(i+3, len(y))])
				}
			}
		})
	}
}

// lines are those of an answer, but for the pipes: each has one of its own.
func lines(b []byte) []string {
	return slices.DeleteFunc(strings.Split(string(b), "\n"), func(line string) bool { return strings.HasPrefix(line, "pipe:") })
}

// trap says which signals came, and ends at SIGUSR2.
const trap = `for s in 1 2 3 6 10 14 15 18 28 40; do trap "echo got $s" $s; done
trap "exit 5" 12; echo ready; while :; do sleep 0.01; done`

func TestSignalsReachTheProgram(t *testing.T) {
	r := newRun(t, "sh", "-c", trap)
	r.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no terminal
	_, _, lines := start(t, r.Cmd)
	expect(t, lines, "ready")
	for _, sig := range []syscall.Signal{1, 2, 3, 6, 10, 14, 15, 18, 28, 40} {
		if ignored(t, sig) { // as under nohup; a program that is started so cannot catch it
			t.Logf("not sent: signal %d is ignored here", sig)
			continue
		}
		if err := r.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		expect(t, lines, fmt.Sprintf("got %d", sig))
	}
	if err := r.Process.Signal(syscall.SIGUSR2); err != nil {
		t.Fatal(err)
	}
	if err := r.Wait(); r.ProcessState.ExitCode() != 5 {
		t.Error(err)
	}
}

// ignored reports whether programs that are started here begin with the signal ignored. (Package signal only knows what
// it has to do with.)
func ignored(t *testing.T, sig syscall.Signal) bool {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "\nSigIgn:\t")
	hex, _, _ := strings.Cut(rest, "\n")
	set, err := strconv.ParseUint(hex, 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	return set>>(sig-1)&1 != 0
}

func TestSignalEndsTheProgramAndThenTheController(t *testing.T) {
	r := newRun(t, "sh", "-c", "echo ready; exec sleep 100")
	r.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	_, _, lines := start(t, r.Cmd)
	expect(t, lines, "ready")
	if err := r.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := r.Wait(); !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
		t.Errorf("ends with %v, expected SIGTERM", err)
	}
}

func TestProgramOutlivesTheController(t *testing.T) {
	file := filepath.Join(t.TempDir(), "written")
	r := newRun(t, "sh", "-c", "echo ready; read line; echo $line >"+file)
	in, _, lines := start(t, r.Cmd)
	expect(t, lines, "ready")
	if err := r.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_, _ = r.Process.Wait()
	fmt.Fprintln(in, "later")
	for range 500 {
		if b, _ := os.ReadFile(file); string(b) == "later\n" {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the program did not go on")
}

func TestStoppedProgramIsWaitedFor(t *testing.T) {
	r := newRun(t, "sh", "-c", "echo $$; kill -STOP $$; exit 4")
	_, _, lines := start(t, r.Cmd)
	var pid int
	if _, err := fmt.Sscan(<-lines, &pid); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	if !sys.Alive(pid) || !sys.Alive(r.Process.Pid) {
		t.Error("the stop was taken for an end")
	}
	for r.Process.Signal(syscall.SIGCONT) == nil && r.ProcessState == nil {
		time.Sleep(10 * time.Millisecond)
		var ws syscall.WaitStatus
		if done, _ := syscall.Wait4(r.Process.Pid, &ws, syscall.WNOHANG, nil); done > 0 {
			if ws.ExitStatus() != 4 {
				t.Errorf("ends with %v", ws)
			}
			return
		}
	}
}

func TestCtrlCReachesTheProgramOnce(t *testing.T) {
	r := newRun(t, "sh", "-c", "trap 'echo got INT' INT; trap 'echo got QUIT' QUIT; echo ready; while ! read line; do :; done; echo end $line; exit 6")
	term := ptytest.Start(t, r.Cmd)
	term.Expect("ready")
	term.Type("\x03")
	term.Expect("got INT")
	term.Type("\x1c")
	term.Expect("got QUIT")
	time.Sleep(100 * time.Millisecond) // for a second one that must not come
	term.Type("now\r")
	term.Expect("end now")
	_ = r.Wait()
	if code := r.ProcessState.ExitCode(); code != 6 {
		t.Errorf("exit status %d, expected 6", code)
	}
	for _, text := range []string{"got INT", "got QUIT"} {
		if n := strings.Count(term.Output(), text); n != 1 {
			t.Errorf("%q %d times", text, n)
		}
	}
}

func TestCtrlZStopsBothAndFgGoesOn(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash")
	}
	r := newRun(t, "sh", "-c", "echo ready; read line; echo got $line; exit 9")
	script := `set -m; "$@"; echo status $?; fg >/dev/null; echo status $?`
	r.Args = append([]string{"bash", "-c", script, "-", r.Path}, r.Args[1:]...)
	r.Path, _ = exec.LookPath("bash")
	term := ptytest.Start(t, r.Cmd)
	term.Expect("ready")
	term.Type("\x1a")
	term.Expect("status 148") // 128 + SIGTSTP
	term.Type("hello\r")
	term.Expect("got hello")
	term.Expect("status 9")
	_ = r.Wait()
}

func start(t *testing.T, cmd *exec.Cmd) (io.Writer, io.Reader, <-chan string) {
	t.Helper()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			lines <- s.Text()
		}
	}()
	return in, out, lines
}

func expect(t *testing.T, lines <-chan string, want string) {
	t.Helper()
	select {
	case line, ok := <-lines:
		if !ok || line != want {
			t.Fatalf("the program says %q, expected %q", line, want)
		}
	case <-time.After(10 * time.Second):
		t.Fatalf("the program does not say %q", want)
	}
}

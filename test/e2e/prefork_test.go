package e2e

import (
	"bufio"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tracer/internal/pyabi"
)

// A server that forks its workers, replaces one that dies, and is ended by a signal.
func TestPreforkServer(t *testing.T) {
	eachPython(t, func(t *testing.T, python pyabi.Info) {
		at := t.TempDir()
		log, dir := filepath.Join(at, "log"), filepath.Join(at, "t.trace")
		cmd := exec.CommandContext(t.Context(), tracer, "run", "--quiet", "--python", python.Executable, "-o", dir, "prefork.py")
		cmd.Dir, cmd.Env = relatives, append(os.Environ(), "FAMILY_LOG="+log)
		var stderr strings.Builder
		cmd.Stderr = &stderr
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		out := bufio.NewReader(stdout)
		port, err := out.ReadString('\n')
		if err != nil {
			t.Fatalf("read the port: %v", err)
		}
		served := serve(t, strings.TrimSpace(port))
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		rest, err := io.ReadAll(out)
		_ = cmd.Wait() // its status is looked at below
		if err != nil || string(rest) != "replaced 1\n" || cmd.ProcessState.ExitCode() != 3 || stderr.Len() > 0 {
			t.Errorf("the server ended with %v, said %q and %q: %v", cmd.ProcessState, rest, stderr.String(), err)
		}
		members, _ := logged(t, log)
		got := inTrace(t, dir)
		compareMembers(t, got, members)
		if len(members) != 5 {
			t.Errorf("%d processes, expected the server, its workers and one more", len(members))
		}
		for pid, n := range served {
			if !slices.ContainsFunc(got, func(m member) bool { return m.PID == pid && m.Calls == 5*n && m.Forked }) {
				t.Errorf("worker %d served %d requests, the trace has %+v", pid, n, got)
			}
		}
	})
}

// serve makes requests, one of which kills its worker. It returns how many each
// worker has answered.
func serve(t *testing.T, port string) map[int]int {
	t.Helper()
	served := map[int]int{}
	for i := range 60 {
		word := "hello"
		if i == 20 {
			word = "die"
		}
		if i == 21 {
			time.Sleep(200 * time.Millisecond) // so that the one in its place has work too, most often
		}
		served[request(t, port, word)]++
	}
	return served
}

func request(t *testing.T, port, word string) int {
	t.Helper()
	c, err := net.DialTimeout("tcp", "127.0.0.1:"+port, patience)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, word); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(c)
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid == 0 {
		t.Fatalf("answer %q: %v", text, err)
	}
	return pid
}

package sample

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// childEnv makes the test binary a child that does as it is told.
const childEnv = "TRACER_SAMPLE_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		obey()
		return
	}
	os.Exit(m.Run())
}

// obey does one deed for each line of stdin and answers each with a line.
func obey() {
	scanner := bufio.NewScanner(os.Stdin)
	var held [][]byte
	for scanner.Scan() {
		var deed string
		var n int
		if _, err := fmt.Sscan(scanner.Text(), &deed, &n); err != nil {
			panic(err)
		}
		switch deed {
		case "burn": // milliseconds of processor time, by the process's own account
			for begin := used(); used()-begin < time.Duration(n)*time.Millisecond; {
			}
		case "touch": // bytes of memory
			b, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
			check(err)
			for i := 0; i < n; i += 4096 {
				b[i] = 1
			}
			held = append(held, b)
		case "drop":
			check(syscall.Munmap(held[n]))
		case "open": // files
			for range n {
				_, err := syscall.Open("/dev/null", syscall.O_RDONLY, 0)
				check(err)
			}
		case "write", "read": // bytes, in pieces of 1000
			doIO(deed, n)
		case "threads": // that live on, each after having waited a hundred times
			startThreads(n)
		}
		fmt.Println("done")
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func used() time.Duration {
	var u syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func doIO(deed string, n int) {
	path, do := "/dev/null", syscall.Write
	if deed == "read" {
		path, do = "/dev/zero", syscall.Read
	}
	fd, err := syscall.Open(path, syscall.O_RDWR, 0)
	check(err)
	defer syscall.Close(fd)
	b := make([]byte, 1000)
	for ; n > 0; n -= len(b) {
		_, err := do(fd, b)
		check(err)
	}
}

// startThreads starts threads of the system, not only goroutines.
func startThreads(n int) {
	ready := make(chan bool)
	for range n {
		go func() {
			runtime.LockOSThread()
			pause := syscall.NsecToTimespec(100_000)
			for range 100 {
				_ = syscall.Nanosleep(&pause, nil)
			}
			ready <- true
			select {}
		}()
	}
	for range n {
		<-ready
	}
}

// child is a process that does as it is told.
type child struct {
	t   testing.TB
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func startChild(t testing.TB) *child {
	t.Helper()
	c := &child{t: t, cmd: exec.Command(os.Args[0])}
	c.cmd.Env = append(os.Environ(), childEnv+"=1", "GORACE=atexit_sleep_ms=0")
	c.cmd.Stderr = os.Stderr
	in, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.in, c.out = in, bufio.NewReader(out)
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.end)
	c.do("nothing 0")
	return c
}

// do has the child do something and returns when it is done.
func (c *child) do(deed string) {
	c.t.Helper()
	if _, err := io.WriteString(c.in, deed+"\n"); err != nil {
		c.t.Fatal(err)
	}
	if line, err := c.out.ReadString('\n'); strings.TrimSpace(line) != "done" {
		c.t.Fatalf("%s: the child says %q, %v", deed, line, err)
	}
}

func (c *child) end() {
	c.in.Close()
	_ = c.cmd.Wait() // a second one's error tells nothing
}

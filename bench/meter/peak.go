package meter

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// look is how long passes between looks at a process's memory.
const look = 5 * time.Millisecond

// watch follows the largest resident size of a process, which the system keeps, until
// the function that it returns is called. What a process takes for its end alone may be
// missed. getrusage(2) would not do: it counts the children, and what was in memory
// before the exec.
func watch(pid int) func() int64 {
	stop, done := make(chan struct{}), make(chan int64)
	go func() {
		tick := time.NewTicker(look)
		defer tick.Stop()
		var peak int64
		for {
			peak = max(peak, HighWater(pid))
			select {
			case <-tick.C:
			case <-stop:
				done <- peak
				return
			}
		}
	}()
	return func() int64 {
		close(stop)
		return <-done
	}
}

// HighWater returns the largest resident size that a process has had, in bytes, as Linux
// says (proc_pid_status(5), VmHWM); 0 elsewhere.
func HighWater(pid int) int64 {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), "\nVmHWM:")
	number, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	kilobytes, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0 // a zombie has none
	}
	return kilobytes << 10
}

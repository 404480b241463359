package sys

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// pollEvery is how often to look at a process that there is no descriptor of.
const pollEvery = 100 * time.Millisecond

// noPidfd stands for the descriptor of a process that is looked at instead.
const noPidfd = -1

// processWatch holds a pidfd of each process in an epoll set, and waits for the set
// through the runtime's own: this takes one goroutine and no thread. Where there is
// no pidfd (Linux before 5.3, a filter of system calls, too many open files) it
// looks at the process from time to time; the goroutine's deadline is the clock.
type processWatch struct {
	open  func(pid int) (int, error)
	epoll *os.File
	raw   syscall.RawConn
	ended chan int

	closing chan struct{}
	done    chan struct{} // run has returned

	mu     sync.Mutex
	fds    map[int]int // by process: its pidfd or noPidfd
	polled int         // how many are noPidfd
	closed bool
}

func openPidfd(pid int) (int, error) { return unix.PidfdOpen(pid, 0) }

func (w *processWatch) init(open func(pid int) (int, error)) error {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return fmt.Errorf("watch processes: create epoll: %w", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return fmt.Errorf("watch processes: %w", err)
	}
	w.epoll = os.NewFile(uintptr(fd), "epoll")
	w.raw, err = w.epoll.SyscallConn()
	if err == nil {
		err = w.epoll.SetReadDeadline(time.Time{}) // an error if the runtime does not wait for it
	}
	if err != nil {
		w.epoll.Close()
		return fmt.Errorf("watch processes: %w", err)
	}
	w.open, w.fds = open, map[int]int{}
	w.ended, w.closing, w.done = make(chan int), make(chan struct{}), make(chan struct{})
	go w.run()
	return nil
}

func (w *processWatch) add(pid int) error {
	if pid <= 0 {
		return fmt.Errorf("watch process %d: expected a number above 0", pid)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return fmt.Errorf("watch process %d: %w", pid, os.ErrClosed)
	}
	if _, ok := w.fds[pid]; ok {
		return nil
	}
	fd, err := w.open(pid)
	if err == nil {
		err = w.control(unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd), Pad: int32(pid)})
		if err != nil {
			unix.Close(fd)
		}
	}
	if err != nil {
		// Also where the process is gone: looking at it finds out.
		w.fds[pid] = noPidfd
		w.polled++
		return w.epoll.SetReadDeadline(time.Now())
	}
	w.fds[pid] = fd
	return nil
}

// control is epoll_ctl(2). The set's number is asked for each time: File.Fd would
// make it blocking.
func (w *processWatch) control(op, fd int, e *unix.EpollEvent) error {
	var failed error
	err := w.raw.Control(func(set uintptr) { failed = unix.EpollCtl(int(set), op, fd, e) })
	return errors.Join(err, failed)
}

// run tells of the ends until Close.
func (w *processWatch) run() {
	defer close(w.done)
	defer close(w.ended)
	for {
		pids, err := w.wait()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			pids, err = w.look(), nil
		}
		if err != nil {
			return // closed
		}
		for _, pid := range pids {
			select {
			case w.ended <- pid:
			case <-w.closing:
				return
			}
		}
	}
}

// wait waits for the end of processes that there are descriptors of.
func (w *processWatch) wait() ([]int, error) {
	var events [64]unix.EpollEvent
	n := 0
	err := w.raw.Read(func(set uintptr) bool {
		// EINTR is the only error of a set that is open.
		_ = retry(func() (err error) { n, err = unix.EpollWait(int(set), events[:], 0); return err })
		return n > 0
	})
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var pids []int
	for _, e := range events[:max(n, 0)] {
		unix.Close(int(e.Fd)) // which takes it out of the set
		delete(w.fds, int(e.Pad))
		pids = append(pids, int(e.Pad))
	}
	return pids, nil
}

// look looks at the processes without a descriptor, and sets the time of the next look.
func (w *processWatch) look() []int {
	w.mu.Lock()
	defer w.mu.Unlock()
	var pids []int
	for pid, fd := range w.fds {
		if fd == noPidfd && !Alive(pid) {
			delete(w.fds, pid)
			w.polled--
			pids = append(pids, pid)
		}
	}
	var next time.Time
	if w.polled > 0 {
		next = time.Now().Add(pollEvery)
	}
	// The error is that of a closed file, which wait returns, too.
	_ = w.epoll.SetReadDeadline(next)
	return pids
}

func (w *processWatch) close() error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return nil
	}
	w.closed = true
	w.mu.Unlock()
	close(w.closing)
	err := w.epoll.Close()
	<-w.done
	for _, fd := range w.fds {
		if fd != noPidfd {
			unix.Close(fd)
		}
	}
	return err
}

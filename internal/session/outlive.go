package session

import (
	"bytes"
	"slices"
	"strconv"
	"time"

	"tracer/internal/launch"
	"tracer/internal/store"
	"tracer/internal/sys"
)

const (
	// lastMoment is how long processes may outlive the program and still belong to its
	// end: a helper that ends when nobody holds its pipe any more.
	lastMoment = 200 * time.Millisecond
	// beginning is how long a Python may take from its start to its first event.
	beginning = 10 * time.Second
)

// linger waits for the processes that are about to end, or to begin.
func (r *recorder) linger() {
	for begin := time.Now(); (r.outlived() || r.heir()) && time.Since(begin) < lastMoment; {
		time.Sleep(notReady)
	}
}

// outlived reports whether a process has not ended yet.
func (r *recorder) outlived() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.processes {
		if !p.over && !p.gone && (p.pid == 0 || sys.Alive(p.pid)) {
			return true
		}
	}
	return false
}

// heir reports whether there is a Python that was started for the trace and has not
// begun to record.
func (r *recorder) heir() bool {
	if !r.session.options.Children {
		return false
	}
	pids := launch.Heirs(r.session.dir.Path())
	if len(pids) == 0 {
		return false
	}
	refused, _ := r.session.dir.Read(maxRefused, store.RefusedName) // there may be none
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.processes {
		pids = slices.DeleteFunc(pids, func(pid int) bool { return pid == p.pid })
	}
	for line := range bytes.Lines(refused) {
		pid, _, _ := bytes.Cut(line, []byte("\t"))
		pids = slices.DeleteFunc(pids, func(p int) bool { return strconv.Itoa(p) == string(pid) })
	}
	return len(pids) > 0
}

// outlast returns when no process of the trace is left.
func (r *recorder) outlast() {
	const look = 100 * time.Millisecond
	begin := time.Now()
	for quiet := 0; quiet < 3; quiet++ {
		time.Sleep(look)
		r.look()
		if r.living() || time.Since(begin) < beginning && r.heir() {
			quiet = 0
		}
	}
}

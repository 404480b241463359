package session

import (
	"time"

	"tracer/internal/sys"
)

// How often the writers look: an agent at full speed fills a chunk in 15 ms.
const (
	fullSpeed  = 2 * time.Millisecond
	idleSpeed  = 25 * time.Millisecond
	stayAwake  = 100 * time.Millisecond // after the last chunk
	newProcess = 25 * time.Millisecond  // between looks for more processes
)

// writers are those of all processes of a recording.
type writers struct {
	session *Session
	known   map[string]*writer // by directory; nil: none there, or it has failed
	looked  time.Time
}

// writeAhead prepares room for the agents until stop.
func (s *Session) writeAhead() (stop func()) {
	if sys.FileSizeLimited() {
		return func() {}
	}
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		w := &writers{session: s, known: map[string]*writer{}}
		defer w.close()
		var busy time.Time
		for {
			interval := idleSpeed
			if time.Since(busy) < stayAwake {
				interval = fullSpeed
			}
			select {
			case <-quit:
				return
			case <-time.After(interval):
			}
			if w.step() {
				busy = time.Now()
			}
		}
	}()
	return func() { close(quit); <-done }
}

// step has every writer look once; it reports whether any had something to do.
func (w *writers) step() bool {
	if time.Since(w.looked) >= newProcess {
		w.look()
	}
	var did bool
	for proc, one := range w.known {
		if one == nil {
			continue
		}
		more, err := one.step()
		if err != nil { // a full disk, most often: the agent will see for itself
			one.close()
			w.known[proc] = nil
		}
		did = did || more
	}
	return did
}

// look opens the files of processes that have come since.
func (w *writers) look() {
	w.looked = time.Now()
	procs, err := w.session.dir.Processes()
	if err != nil {
		return
	}
	for _, proc := range procs {
		if _, ok := w.known[proc]; ok {
			continue
		}
		one, err := newWriter(w.session.dir, proc)
		if one != nil || err != nil {
			w.known[proc] = one
		}
	}
}

func (w *writers) close() {
	for _, one := range w.known {
		if one != nil {
			one.close()
		}
	}
}

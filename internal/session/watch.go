package session

import (
	"time"

	"tracer/internal/store"
)

// How often the trace is looked at while the program runs: soon again when
// something was found, since imports come in bursts, else seldom.
const (
	minInterval = 50 * time.Millisecond
	maxInterval = time.Second
)

// watch keeps source files as they are named, until stop, so that the copies are
// of what the program runs and not of what was saved since. It makes the trace
// the latest as soon as there is something in it.
func (s *Session) watch() (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		interval := minInterval
		for {
			select {
			case <-quit:
				return
			case <-time.After(interval):
			}
			interval = min(2*interval, maxInterval)
			if s.look() {
				interval = minInterval
			}
		}
	}()
	return func() { close(quit); <-done }
}

// look reports whether there was anything new. What goes wrong here goes wrong
// again when the trace is finished, and is said then.
func (s *Session) look() bool {
	procs, err := s.dir.Processes()
	if err != nil {
		return false
	}
	before := len(s.sources.seen)
	s.sources.collect(procs, func(error) {})
	if len(procs) > 0 && !s.latest {
		_ = s.setLatest()
	}
	return len(s.sources.seen) > before
}

// setLatest makes the trace the one that is meant where none is named. Once is
// enough: of two recordings at a time the younger one stays the latest.
func (s *Session) setLatest() error {
	if s.latest {
		return nil
	}
	if err := store.SetLatest(s.dir.Path()); err != nil {
		return err
	}
	s.latest = true
	return nil
}

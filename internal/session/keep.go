package session

import (
	"errors"
	"fmt"
	"os"
	"time"

	"tracer/internal/store"
	"tracer/internal/sys"
)

// KeepCommand is the hidden subcommand of tracer that goes on with a recording
// whose program has ended while processes of it live on.
const KeepCommand = "keep-recording"

// ErrAlive says that processes of a trace still record.
var ErrAlive = errors.New("a process of it still records")

// keep starts a tracer of its own session that takes care of the processes that
// live on.
func (s *Session) keep() error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find tracer: %w", err)
	}
	return sys.StartDetached(self, KeepCommand, s.dir.Path())
}

// Keep takes care of the processes of a trace until all have ended, and finishes
// it. It is for a trace whose program has ended before them.
func Keep(path string) (*Result, error) {
	s, err := reopen(path, nil)
	if err != nil {
		return nil, err
	}
	r := s.record()
	r.outlast()
	return s.conclude(r.stop())
}

// Recover finishes a trace whose controller has died. While processes of it still
// record the error is ErrAlive, and what they have recorded so far is compacted.
func Recover(path string, progress func(done, total int64)) (*Result, error) {
	s, err := reopen(path, progress)
	if err != nil {
		return nil, err
	}
	return s.conclude(s.record().stop())
}

// reopen takes a trace over that nobody writes.
func reopen(path string, progress func(done, total int64)) (*Session, error) {
	dir, err := store.OpenDir(path)
	if err != nil {
		return nil, err
	}
	s := &Session{dir: dir, sources: newSources(dir), latest: true, resumed: true}
	if s.lock, err = dir.Lock(); err != nil {
		return nil, err
	}
	m, err := dir.ReadManifest()
	if err == nil {
		s.options, err = restore(&m.Settings)
	}
	if err != nil {
		return nil, errors.Join(err, s.lock.Unlock())
	}
	s.manifest, s.met = *m, m.Trigger
	s.options.Progress = progress
	for path, kept := range m.Sources {
		s.sources.keep(path, kept)
	}
	return s, nil
}

// conclude finishes a trace that was taken over.
func (s *Session) conclude(processes []*process) (*Result, error) {
	r := &Result{Path: s.dir.Path(), Trigger: s.met}
	r.add(processes)
	m := &s.manifest
	if r.Alive == 0 {
		m.State = store.Finished
		m.Recovered = m.Finish == nil
	}
	m.Sources = s.sources.all()
	err := s.dir.WriteManifest(m)
	if r.Alive > 0 && err == nil {
		err = fmt.Errorf("finish trace %s: %w", r.Path, ErrAlive)
	}
	var bytesErr error
	r.Bytes, bytesErr = s.dir.Bytes()
	return r, errors.Join(err, bytesErr, s.lock.Unlock())
}

// outlast returns when no process of the trace is left.
func (r *recorder) outlast() {
	const look = 100 * time.Millisecond
	for quiet := 0; quiet < 3; quiet++ {
		time.Sleep(look)
		r.look()
		if r.living() {
			quiet = 0
		}
	}
}

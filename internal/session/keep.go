package session

import (
	"errors"
	"fmt"
	"os"
	"slices"

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
	processes := r.stop()
	none := !slices.ContainsFunc(processes, func(p *process) bool { return p.began })
	if s.manifest.Finish != nil && (none || s.discards()) {
		return &Result{Path: path, Discarded: true}, s.discard()
	}
	return s.conclude(processes)
}

// discards reports whether there are triggers and none was met.
func (s *Session) discards() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.options.Triggers) > 0 && s.met == nil
}

// discard removes the trace, which this process has locked and which may be the latest.
func (s *Session) discard() error {
	if err := s.lock.Unlock(); err != nil {
		return err
	}
	return store.Remove(s.dir.Path())
}

// Recover finishes a trace whose controller has died. While processes of it still
// record the error is ErrAlive, and what they have recorded so far is compacted.
func Recover(path string, progress func(done, total int64)) (*Result, error) {
	s, err := reopen(path, progress)
	if err != nil {
		return nil, err
	}
	s.recovers = true
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
		m.Trigger = s.met
	}
	m.Sources = s.sources.all()
	err := errors.Join(s.dir.WriteManifest(m), s.syncAll())
	if r.Alive > 0 && err == nil {
		err = fmt.Errorf("finish trace %s: %w", r.Path, ErrAlive)
	}
	var bytesErr error
	r.Bytes, bytesErr = s.dir.Bytes()
	return r, errors.Join(err, bytesErr, s.lock.Unlock())
}

package session

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"tracer/internal/drain"
	"tracer/internal/store"
	"tracer/internal/sys"
	"tracer/internal/wire"
)

// Session is one recording.
type Session struct {
	options  Options
	dir      *store.Dir
	lock     *store.Lock
	sources  *sources
	manifest store.Manifest
	input    sys.Input // when the program was started

	resumed  bool // the trace was begun by another
	recovers bool // which has died

	mu     sync.Mutex
	latest bool           // it is set
	met    *store.Trigger // the first trigger that was met
	fired  func()         // called once for it
}

// New creates the directory of the trace, ready for an agent. Nothing that was
// there before is overwritten, and nothing is left behind on an error.
func New(o Options) (*Session, error) {
	events, err := o.check()
	if err != nil {
		return nil, err
	}
	now, named := time.Now(), o.Output != ""
	if !named {
		if o.Output, err = store.DefaultPath(o.Command.Name, now); err != nil {
			return nil, err
		}
	}
	dir, err := store.Create(o.Output)
	if err != nil {
		return nil, err
	}
	s := &Session{options: o, dir: dir, sources: newSources(dir)}
	s.manifest = store.Manifest{
		Version: wire.Version, Tracer: o.Version, State: store.Recording,
		Controller: os.Getpid(), Argv: o.Program, OS: runtime.GOOS, Arch: runtime.GOARCH,
		Settings: o.stored(), Start: now, Named: named,
	}
	s.manifest.Cwd, _ = os.Getwd()
	s.manifest.Host, _ = os.Hostname()
	s.manifest.Begin.Ticks, s.manifest.Begin.MonoNS = sys.Pair()
	if err := s.prepare(events); err != nil {
		s.remove()
		return nil, err
	}
	return s, nil
}

func (s *Session) prepare(events uint32) error {
	var err error
	if s.lock, err = s.dir.Lock(); err != nil {
		return err
	}
	settings, err := s.options.settings(events, true)
	if err != nil {
		return err
	}
	path := filepath.Join(s.dir.Path(), store.SettingsName)
	if err := os.WriteFile(path, settings, 0o600); err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	if err := s.dir.WriteManifest(&s.manifest); err != nil {
		return err
	}
	return s.syncBegin()
}

// remove takes the trace's directory away again; this process has created it.
func (s *Session) remove() error {
	if err := os.RemoveAll(s.dir.Path()); err != nil {
		return fmt.Errorf("remove empty trace: %w", err)
	}
	return nil
}

// Run starts the program, waits for its end and finishes the trace. The status
// is the program's, valid even where the error is not nil; where the program
// could not be started the error is a *StartError and the trace is gone.
func (s *Session) Run() (sys.Status, *Result, error) {
	relay := sys.NewRelay()
	defer relay.Close()
	s.input = sys.StandardInput()
	process, err := s.options.Command.Start(s.options.Library, s.dir.Path())
	if err != nil {
		s.remove()
		return sys.Status{}, nil, &StartError{err}
	}
	relay.To(process)
	r := s.record()
	status, err := process.Wait()
	var end store.ClockPair
	end.Ticks, end.MonoNS = sys.Pair()
	processes := r.stop()
	if err != nil {
		return status, nil, err
	}
	result, err := s.finish(status, end, processes, r.heirs)
	if result != nil {
		result.CPU = process.CPU()
	}
	return status, result, err
}

// drainOptions are how the processes are drained.
func (s *Session) drainOptions() drain.Options {
	o := &s.options
	b := o.bounds()
	d := drain.Options{Durable: o.Durable, Prepare: !sys.FileSizeLimited()}
	d.PartSize, d.PartAge = b.part(1)
	if list := slow(o.Triggers); len(list) > 0 {
		d.Watch = &drain.Watch{Slow: list, Met: func(limit *drain.Slow, p *drain.Process, thread uint32, ticks uint64) {
			c := p.Control()
			at := int64(c.StartMonoNs-s.manifest.Begin.MonoNS) + int64(float64(ticks-c.StartTicks)/p.Rate())
			s.trigger(limit.String(), at, p.PID, int(thread))
		}}
	}
	return d
}

// trigger notes that a trigger was met. The first counts, whichever is seen first.
func (s *Session) trigger(what string, at int64, pid, thread int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := s.met == nil
	if first || at < s.met.AtNS {
		s.met = &store.Trigger{What: what, AtNS: at, PID: pid, Thread: thread}
	}
	if first && s.fired != nil {
		s.fired()
	}
}

// setLatest makes the trace the one that is meant where none is named. Once is
// enough: of two recordings at a time the younger one stays the latest.
func (s *Session) setLatest() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.latest {
		return nil
	}
	if err := store.SetLatest(s.dir.Path()); err != nil {
		return err
	}
	s.latest = true
	return nil
}

// progress returns what is told of how much of a process is left to do.
func (s *Session) progress(p *process) func(done int64) {
	if s.options.Progress == nil {
		return nil
	}
	total := p.drain.RawBytes()
	return func(done int64) { s.options.Progress(done, max(done, total)) }
}

// StartError says that the program could not be started.
type StartError struct{ Err error }

func (e *StartError) Error() string { return e.Err.Error() }

func (e *StartError) Unwrap() error { return e.Err }

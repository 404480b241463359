package session

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"tracer/internal/store"
	"tracer/internal/sys"
	"tracer/internal/wire"
)

// Session is one recording.
type Session struct {
	options  Options
	dir      *store.Dir
	manifest store.Manifest
	sources  *sources
	latest   bool // it is set
}

// New creates the directory of the trace, ready for an agent. Nothing that was
// there before is overwritten, and nothing is left behind on an error.
func New(o Options) (*Session, error) {
	events, err := o.check()
	if err != nil {
		return nil, err
	}
	now := time.Now()
	if o.Output == "" {
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
		Settings: store.Settings{Events: o.Events, Only: words(o.Only), Skip: words(o.Skip), SlotSize: o.SlotSize},
		Start:    now,
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
	path := filepath.Join(s.dir.Path(), store.SettingsName)
	if err := os.WriteFile(path, s.options.settings(events), 0o600); err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	return s.dir.WriteManifest(&s.manifest)
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
	process, err := s.options.Command.Start(s.options.Library, s.dir.Path())
	if err != nil {
		s.remove()
		return sys.Status{}, nil, &StartError{err}
	}
	relay.To(process)
	stopWatching, stopWriting := s.watch(), s.writeAhead()
	status, err := process.Wait()
	stopWriting()
	stopWatching()
	if err != nil {
		return status, nil, err
	}
	result, err := s.finish(status)
	return status, result, err
}

// StartError says that the program could not be started.
type StartError struct{ Err error }

func (e *StartError) Error() string { return e.Err.Error() }

func (e *StartError) Unwrap() error { return e.Err }

package session

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"tracer/internal/store"
	"tracer/internal/sys"
)

// Result is what came of a recording.
type Result struct {
	Path      string         // of the trace
	Processes int            // that were traced; with none the trace is gone
	Alive     int            // of these, that live on
	Heirs     bool           // Pythons that were started have not begun to record, and will
	Kept      error          // why nobody goes on with those that live on or will begin
	Discarded bool           // there were triggers and none was met: the trace is gone
	Pending   bool           // none was met yet; those that live on may meet one
	Trigger   *store.Trigger // the first that was met
	Trimmed   []string       // older traces that were removed to make room
	Events    uint64
	Dropped   uint64
	DroppedBy map[string]uint64 // why
	Threads   int
	Duration  time.Duration // from the program's start to its end
	CPU       time.Duration // processor time of the program, and of what it has waited for
	Bytes     int64
	Refused   []string // why interpreters were not traced, each reason once
	Why       []string // why nothing was recorded, where Processes is 0
	Notes     []string // what went wrong without harm to the rest
}

// maxRefused bounds the file of the loaders' reasons.
const maxRefused = 1 << 20

// finish completes the trace after the program's end. Heirs: a process is still to begin.
func (s *Session) finish(status sys.Status, end store.ClockPair, processes []*process, heirs bool) (*Result, error) {
	r := &Result{
		Path: s.dir.Path(), Refused: s.refused(), Heirs: heirs,
		Duration: time.Duration(end.MonoNS - s.manifest.Begin.MonoNS),
	}
	r.add(processes)
	if t, ok := atEnd(s.options.Triggers, status); ok {
		s.trigger(t.String(), int64(r.Duration), 0, 0)
	}
	r.Trigger = s.met
	more := r.Alive > 0 || heirs
	r.Discarded = s.discards() && !more
	r.Pending = s.discards() && more
	// A process that could not be opened may have left something all the same.
	if r.Processes == 0 && len(r.Notes) == 0 && !heirs || r.Discarded {
		if !r.Discarded {
			r.Why = s.why(r.Refused)
		}
		return r, s.remove()
	}
	r.Notes = append(r.Notes, s.sources.notes...)
	if err := s.complete(status, end, !more); err != nil {
		return r, err
	}
	if err := s.setLatest(); err != nil {
		r.Notes = append(r.Notes, err.Error())
	}
	var err error
	if r.Bytes, err = s.dir.Bytes(); err != nil {
		return r, err
	}
	if err := s.lock.Unlock(); err != nil {
		r.Notes = append(r.Notes, err.Error())
	}
	if more {
		r.Kept = s.keep()
	}
	return r, s.trim(r)
}

// add takes in what came of the processes.
func (r *Result) add(processes []*process) {
	r.DroppedBy = map[string]uint64{}
	for _, p := range processes {
		for _, err := range p.problems {
			r.Notes = append(r.Notes, err.Error())
		}
		if !p.began {
			continue
		}
		r.Processes++
		r.Events += p.stats.Events
		r.Dropped += p.stats.Lost
		for why, n := range p.stats.LostBy {
			r.DroppedBy[why] += n
		}
		r.Threads += p.stats.Threads
		if p.alive {
			r.Alive++
		}
	}
}

// trim makes room in the state directory.
func (s *Session) trim(r *Result) error {
	if s.options.Keep <= 0 {
		return nil
	}
	removed, err := store.Trim(s.options.Keep, s.dir.Path())
	for _, e := range removed {
		r.Trimmed = append(r.Trimmed, e.Name)
	}
	return err
}

// complete writes the manifest for the second time.
func (s *Session) complete(status sys.Status, end store.ClockPair, finished bool) error {
	code := status.Shell()
	m := &s.manifest
	m.Finish, m.ExitStatus, m.Trigger = &end, &code, s.met
	if finished {
		m.State = store.Finished
	}
	if status.Signal != 0 {
		m.Signal = sys.SignalName(status.Signal)
	}
	m.Sources = s.sources.all()
	return errors.Join(s.dir.WriteManifest(m), s.syncAll())
}

// refused returns the reasons that the loaders left: lines "pid<TAB>reason".
func (s *Session) refused() []string {
	b, err := s.dir.Read(maxRefused, store.RefusedName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return []string{err.Error()}
	}
	var reasons []string
	for line := range bytes.Lines(b) {
		_, reason, ok := strings.Cut(strings.TrimSuffix(string(line), "\n"), "\t")
		if ok && !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	return reasons
}

// why explains a program in which no agent has begun.
func (s *Session) why(refused []string) []string {
	if len(refused) > 0 {
		return refused
	}
	program := s.options.Command.Name
	if option := s.options.Command.KeptOut(); option != "" {
		return []string{fmt.Sprintf("%s runs Python with %s, which keeps the tracer out", program, option)}
	}
	return []string{program + " is not a Python program, or runs it with -I, -E or -S, which keep the tracer out"}
}

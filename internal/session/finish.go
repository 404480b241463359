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
	Path      string // of the trace
	Processes int    // that were traced; with none the trace is gone
	Events    uint64
	Exact     bool // false: Events counts some marks too
	Dropped   uint64
	Threads   int
	Duration  time.Duration // from the program's start to its end
	Bytes     int64
	Refused   []string // why interpreters were not traced, each reason once
	Why       []string // why nothing was recorded, where Processes is 0
	Notes     []string // what went wrong without harm to the rest
}

// maxRefused bounds the file of the loaders' reasons.
const maxRefused = 1 << 20

// finish completes the trace after the program's end.
func (s *Session) finish(status sys.Status) (*Result, error) {
	var end store.ClockPair
	end.Ticks, end.MonoNS = sys.Pair()
	r := &Result{
		Path: s.dir.Path(), Exact: true, Refused: s.refused(),
		Duration: time.Duration(end.MonoNS - s.manifest.Begin.MonoNS),
	}
	note := func(err error) { r.Notes = append(r.Notes, err.Error()) }
	procs, err := s.dir.Processes()
	if err != nil {
		return r, err
	}
	left := int64(maxExact)
	for _, name := range procs {
		p, began, err := finishProcess(s.dir, name, left)
		if err != nil {
			note(err)
		}
		if began {
			r.Processes++
		}
		r.Events += p.events
		r.Dropped += p.dropped
		r.Threads += int(p.threads)
		r.Exact = r.Exact && p.exact
		left -= int64(p.events) * 8
	}
	if r.Processes == 0 {
		r.Why = s.why(r.Refused)
		return r, s.remove()
	}
	s.sources.collect(procs, note)
	r.Notes = append(r.Notes, s.sources.notes...)
	if err := s.complete(status, end); err != nil {
		return r, err
	}
	if err := s.setLatest(); err != nil {
		note(err)
	}
	r.Bytes, err = s.dir.Bytes()
	return r, err
}

// complete writes the manifest for the second time.
func (s *Session) complete(status sys.Status, end store.ClockPair) error {
	code := status.Shell()
	m := &s.manifest
	m.State, m.Finish, m.ExitStatus = store.Finished, &end, &code
	if status.Signal != 0 {
		m.Signal = sys.SignalName(status.Signal)
	}
	if len(s.sources.kept) > 0 {
		m.Sources = s.sources.kept
	}
	return s.dir.WriteManifest(m)
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

package session

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"tracer/internal/launch"
	"tracer/internal/store"
	"tracer/internal/sys"
)

// starts returns what it took to load the agent in these processes. It is no part of
// any event's cost, but of what tracing adds to a program.
func (s *Session) starts(list map[Start]int) (all time.Duration) {
	for start, n := range list {
		if cost, err := s.start(start); err == nil { // a short program is calibrated less well then
			all += max(cost, 0) * time.Duration(n)
		}
	}
	return all
}

// start measures what it takes, with programs that do nothing: the least of some, with
// the agent and without.
func (s *Session) start(start Start) (time.Duration, error) {
	const times = 3
	least := [2]time.Duration{math.MaxInt64, math.MaxInt64}
	for range times {
		for i := range least {
			cpu, err := s.startOnce(start, i == 1)
			if err != nil {
				return 0, err
			}
			least[i] = min(least[i], cpu)
		}
	}
	return least[1] - least[0], nil
}

func (s *Session) startOnce(start Start, traced bool) (time.Duration, error) {
	c := &launch.Command{Path: start.Executable, Argv: []string{start.Executable, "-c", ""}}
	trace := ""
	if traced {
		var err error
		if trace, err = os.MkdirTemp("", "tracer-start"); err != nil {
			return 0, err
		}
		defer os.RemoveAll(trace)
		o := s.options
		events, err := o.check()
		if err != nil {
			return 0, err
		}
		settings, err := o.settings(events, !start.Child)
		if err != nil {
			return 0, err
		}
		if err := os.WriteFile(filepath.Join(trace, store.SettingsName), settings, 0o600); err != nil {
			return 0, err
		}
	}
	process, err := c.StartAgain(s.options.Library, trace, sys.Input{})
	if err != nil {
		return 0, err
	}
	status, err := process.Wait()
	if err == nil && status.Shell() != 0 {
		err = fmt.Errorf("run %s: status %d", start.Executable, status.Shell())
	}
	return process.CPU(), err
}

package trace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// Trace is an open trace. Its threads may be replayed at the same time.
//
// Of a trace that is being written it has what was there when it was opened, see
// Refresh and Follow.
type Trace struct {
	dir        *store.Dir
	manifest   *store.Manifest
	manifestIs os.FileInfo // the file that it was read from
	processes  []*Process
	known      map[string]bool // directories of processes that were met
	waiting    []string        // directories of processes that are still to be met
	changed    time.Time       // when the trace's directory was, at the last look
	origin     uint64          // the system's monotonic clock when the trace began, ns
	link       bool            // processes or files are new
	problems   []string
	info       Info
}

// Open opens the trace in the directory dir, see store.Resolve. What cannot be
// read of it is a line in Info.Problems; Open fails only where nothing can be read.
func Open(dir string) (*Trace, error) {
	d, err := store.OpenDir(dir)
	if err != nil {
		return nil, err
	}
	t := &Trace{dir: d, manifest: &store.Manifest{}, known: map[string]bool{}}
	m, err := d.ReadManifest()
	switch {
	case err != nil:
		t.broken(err.Error())
	case m.Version != wire.Version:
		return nil, fmt.Errorf("open trace %s: format %d, this tracer reads %d", dir, m.Version, wire.Version)
	default:
		t.manifest = m
	}
	if err := t.look(); err != nil {
		t.Close()
		return nil, err
	}
	if m == nil && len(t.processes) == 0 {
		return nil, fmt.Errorf("open trace %s: nothing in it can be read: %s", dir, t.problems[0])
	}
	t.summarise()
	return t, nil
}

// Refresh takes in what was written since the trace was opened or refreshed: events,
// threads, processes, names, and how the recording ended. Its cost is that of what
// is new. Nothing of the trace may be in use meanwhile. What was known stays: threads
// and code objects are the same, with more events; only times may change by a
// little while the clock is still being calibrated, and what a flight recorder has
// deleted is gone.
func (t *Trace) Refresh() error {
	if err := t.look(); err != nil {
		return err
	}
	t.summarise()
	return nil
}

// broken notes something that cannot be read.
func (t *Trace) broken(problem string) { t.problems = append(t.problems, problem) }

// Close closes the trace's files.
func (t *Trace) Close() error {
	var err error
	for _, p := range t.processes {
		for _, f := range []*os.File{p.raw, p.page, p.named} {
			if f != nil {
				err = errors.Join(err, f.Close())
			}
		}
		for _, pt := range p.parts {
			err = errors.Join(err, pt.close())
		}
		p.moved.forget()
	}
	return err
}

// Processes returns the traced processes in the order of their start.
func (t *Trace) Processes() []*Process { return t.processes }

// Info returns the facts about the trace as a whole.
func (t *Trace) Info() Info { return t.info }

// Source returns the text of a traced file as it was kept in the trace. Without
// a copy the error is fs.ErrNotExist.
func (t *Trace) Source(f *File) ([]byte, error) {
	if f.Source == nil {
		return nil, fmt.Errorf("read source %s: no copy in the trace: %w", f.Path, fs.ErrNotExist)
	}
	b, err := t.dir.OpenSource(f.Source.SHA256)
	if err != nil {
		return nil, fmt.Errorf("read source %s: %w", f.Path, err)
	}
	return b, nil
}

package trace

import (
	"errors"
	"fmt"
	"io/fs"

	"tracer/internal/names"
	"tracer/internal/store"
	"tracer/internal/wire"
)

// Trace is an open trace. Its threads may be replayed at the same time.
type Trace struct {
	dir       *store.Dir
	manifest  *store.Manifest
	processes []*Process
	info      Info
}

// Open opens the trace in the directory dir, see store.Resolve. What cannot be
// read of it is a line in Info.Problems; Open fails only where nothing can be read.
func Open(dir string) (*Trace, error) {
	d, err := store.OpenDir(dir)
	if err != nil {
		return nil, err
	}
	t := &Trace{dir: d, manifest: &store.Manifest{}}
	t.info.Complete = true
	m, err := d.ReadManifest()
	switch {
	case err != nil:
		t.broken(err.Error())
	case m.Version != wire.Version:
		return nil, fmt.Errorf("open trace %s: format %d, this tracer reads %d", dir, m.Version, wire.Version)
	default:
		t.manifest = m
	}
	if err := t.openProcesses(); err != nil {
		t.Close()
		return nil, err
	}
	if m == nil && len(t.processes) == 0 {
		return nil, fmt.Errorf("open trace %s: nothing in it can be read: %s", dir, t.info.Problems[0])
	}
	t.linkSources()
	t.summarise()
	return t, nil
}

// broken notes something that cannot be read.
func (t *Trace) broken(problem string) {
	t.info.Complete = false
	t.info.Problems = append(t.info.Problems, problem)
}

// Close closes the trace's files.
func (t *Trace) Close() error {
	var err error
	for _, p := range t.processes {
		if p.raw != nil {
			err = errors.Join(err, p.raw.Close())
		}
		for _, pt := range append(p.parts, p.laterParts...) {
			err = errors.Join(err, pt.close())
		}
	}
	return err
}

// Processes returns the traced processes in the order of their start.
func (t *Trace) Processes() []*Process { return t.processes }

// Info returns the facts about the trace as a whole.
func (t *Trace) Info() Info { return t.info }

// linkSources points the files to their copies.
func (t *Trace) linkSources() {
	for _, p := range t.processes {
		for _, f := range p.Files {
			if s, ok := t.manifest.Sources[f.Path]; ok {
				f.Source = &names.Source{SHA256: s.SHA256, Size: s.Size, Changed: s.Changed}
			}
		}
	}
}

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

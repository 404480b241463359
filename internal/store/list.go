package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Entry is a trace in the state directory.
type Entry struct {
	Name     string // without .trace
	Path     string
	Manifest *Manifest // nil if Err says why
	Err      error
	Bytes    int64 // as of Dir.Bytes

	at      time.Time
	changed time.Time // when something was last put into its directory
}

// When returns the start of the recording, or when its directory was changed last if
// the manifest cannot be read.
func (e Entry) When() time.Time { return e.at }

// List returns the traces in the state directory, newest first.
func List() ([]Entry, error) {
	paths, err := inStateDir()
	if err != nil {
		return nil, err
	}
	list := make([]Entry, len(paths))
	for i, path := range paths {
		list[i] = newEntry(path)
	}
	slices.SortStableFunc(list, func(a, b Entry) int { return b.at.Compare(a.at) })
	return list, nil
}

// inStateDir returns the paths of the traces in the state directory.
func inStateDir() ([]string, error) {
	state, err := StateDir()
	if err != nil {
		return nil, err
	}
	found, err := os.ReadDir(state)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list traces in %s: %w", state, Cause(err))
	}
	var paths []string
	for _, f := range found {
		if strings.HasSuffix(f.Name(), Suffix) && f.IsDir() {
			paths = append(paths, filepath.Join(state, f.Name()))
		}
	}
	return paths, nil
}

// newEntry gathers what List says of one trace. One without a readable manifest is
// as old as its directory.
func newEntry(path string) Entry {
	d := &Dir{path}
	e := Entry{Name: strings.TrimSuffix(filepath.Base(path), Suffix), Path: path}
	if info, err := os.Lstat(path); err == nil {
		e.at, e.changed = info.ModTime(), info.ModTime()
	}
	if e.Manifest, e.Err = d.ReadManifest(); e.Err == nil {
		e.at = e.Manifest.Start
	}
	bytes, err := d.Bytes()
	e.Bytes = bytes
	if e.Err == nil {
		e.Err = err
	}
	return e
}

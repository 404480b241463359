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
	Bytes    int64

	at time.Time
}

// List returns the traces in the state directory, newest first.
func List() ([]Entry, error) {
	state, err := StateDir()
	if err != nil {
		return nil, err
	}
	found, err := os.ReadDir(state)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list traces in %s: %w", state, cause(err))
	}
	var list []Entry
	for _, f := range found {
		name, ok := strings.CutSuffix(f.Name(), Suffix)
		if !ok || !f.IsDir() {
			continue
		}
		list = append(list, look(filepath.Join(state, f.Name()), name))
	}
	slices.SortStableFunc(list, func(a, b Entry) int { return b.at.Compare(a.at) })
	return list, nil
}

// look gathers what List says of one trace. One without a readable manifest is
// as old as its directory.
func look(path, name string) Entry {
	d := &Dir{path}
	e := Entry{Name: name, Path: path}
	e.Manifest, e.Err = d.ReadManifest()
	if e.Err == nil {
		e.at = e.Manifest.Start
	} else if info, err := os.Lstat(path); err == nil {
		e.at = info.ModTime()
	}
	bytes, err := d.Bytes()
	e.Bytes = bytes
	if e.Err == nil {
		e.Err = err
	}
	return e
}

package store

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// Resolve finds the trace that a person means: the latest if arg is empty, a
// path, or the name of a trace in the state directory with or without .trace.
func Resolve(arg string) (string, error) {
	if arg == "" {
		return resolveLatest()
	}
	d, err := OpenDir(arg)
	if err == nil {
		return d.path, nil
	}
	if filepath.Base(arg) == arg {
		if path, ok := inState(arg); ok {
			return path, nil
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("open trace %s: %w; see what there is with: tracer list", arg, fs.ErrNotExist)
	}
	return "", err
}

func resolveLatest() (string, error) {
	path, err := Latest()
	if err != nil {
		return "", err
	}
	d, err := OpenDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("open latest trace %s: %w; see what there is with: tracer list", path, fs.ErrNotExist)
	}
	if err != nil {
		return "", err
	}
	return d.path, nil
}

// inState looks for a trace in the state directory.
func inState(name string) (string, bool) {
	state, err := StateDir()
	if err != nil {
		return "", false
	}
	for _, n := range []string{name, strings.TrimSuffix(name, Suffix) + Suffix} {
		if d, err := OpenDir(filepath.Join(state, n)); err == nil {
			return d.path, true
		}
	}
	return "", false
}

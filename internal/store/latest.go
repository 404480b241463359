package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// latestName is a file in the state directory: the path of the last recording.
const latestName = "latest"

// SetLatest remembers the trace that a command without a trace argument means.
func SetLatest(path string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("remember latest trace: %w", err)
	}
	dir, err := StateDir()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("remember latest trace: %w", err)
	}
	if err := writeFile(dir, latestName, []byte(abs+"\n")); err != nil {
		return fmt.Errorf("remember latest trace in %s: %w", dir, Cause(err))
	}
	return nil
}

// Latest returns the path of the last recording, ErrNone if there is none.
func Latest() (string, error) {
	dir, err := StateDir()
	if err != nil {
		return "", err
	}
	b, err := (&Dir{dir}).Read(1<<16, latestName)
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrNone
	}
	if err != nil {
		return "", err
	}
	path := strings.TrimRight(string(b), "\r\n")
	if !filepath.IsAbs(path) {
		return "", ErrNone
	}
	return path, nil
}

// clearLatest makes that there is no latest trace.
func clearLatest() error {
	dir, err := StateDir()
	if err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(dir, latestName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget latest trace in %s: %w", dir, Cause(err))
	}
	return nil
}

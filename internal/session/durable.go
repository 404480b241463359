package session

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"tracer/internal/store"
)

// sync brings files and folders of the trace to the disk, if that is asked for.
func (s *Session) sync(names ...string) error {
	if !s.options.Durable {
		return nil
	}
	var errs []error
	for _, name := range names {
		errs = append(errs, syncFile(filepath.Join(s.dir.Path(), name)))
	}
	return errors.Join(errs...)
}

// syncBegin does so when the trace has been made.
func (s *Session) syncBegin() error {
	_ = s.sync("..") // which may be a folder that this user cannot read
	return s.sync(store.SettingsName, store.ManifestName, ".")
}

// syncProcess does so for what the agent of a new process has made.
func (s *Session) syncProcess(dir string) error {
	in := func(name string) string { return filepath.Join(dir, name) }
	return s.sync(in(store.ControlName), in(store.NamesName), dir, ".")
}

// syncAll does so for all there is.
func (s *Session) syncAll() error {
	if !s.options.Durable {
		return nil
	}
	return filepath.WalkDir(s.dir.Path(), func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.IsDir() && !e.Type().IsRegular() {
			return err
		}
		return syncFile(path)
	})
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", path, err)
	}
	return nil
}

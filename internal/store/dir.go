package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Dir is a trace directory.
type Dir struct{ path string }

// Create makes the directory of a new trace, and its parents, for this user
// alone. Whatever is there already stays untouched: the error is then fs.ErrExist.
func Create(path string) (*Dir, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("create trace %s: %w", path, err)
	}
	if err := os.MkdirAll(filepath.Dir(abs), 0o700); err != nil {
		return nil, fmt.Errorf("create trace %s: %w", path, err)
	}
	if err := os.Mkdir(abs, 0o700); errors.Is(err, fs.ErrExist) {
		return nil, &ExistsError{path}
	} else if err != nil {
		return nil, fmt.Errorf("create trace %s: %w", path, Cause(err))
	}
	return &Dir{abs}, nil
}

// OpenDir takes an existing directory for a trace if it holds a manifest or
// the files of a process.
func OpenDir(path string) (*Dir, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("open trace %s: %w", path, fs.ErrNotExist)
	case err != nil:
		return nil, fmt.Errorf("open trace %s: %w", path, Cause(err))
	case !info.IsDir():
		return nil, &NotTraceError{path, "is a file; a trace is a directory"}
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open trace %s: %w", path, err)
	}
	d := &Dir{abs}
	if _, err := os.Lstat(filepath.Join(abs, ManifestName)); err == nil {
		return d, nil
	}
	procs, err := d.Processes()
	if err != nil {
		return nil, err
	}
	if len(procs) == 0 {
		return nil, &NotTraceError{path, "is no trace: it holds neither " + ManifestName + " nor a directory " + ProcPrefix + "*"}
	}
	return d, nil
}

// Path returns the absolute path of the directory.
func (d *Dir) Path() string { return d.path }

// Processes returns the names of the process directories, by process id and number.
func (d *Dir) Processes() ([]string, error) {
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return nil, fmt.Errorf("open trace %s: %w", d.path, Cause(err))
	}
	var names []string
	for _, e := range entries {
		// A link is not a directory here.
		if _, _, ok := procNumbers(e.Name()); ok && e.IsDir() {
			names = append(names, e.Name())
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		ap, an, _ := procNumbers(a)
		bp, bn, _ := procNumbers(b)
		if ap != bp {
			return ap - bp
		}
		return an - bn
	})
	return names, nil
}

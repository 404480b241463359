package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Remove removes a trace and nothing else. A directory that is no trace, holds
// anything that traces do not have, or is being written stays as it is. No link is
// followed.
func Remove(path string) error {
	d, err := removable(path)
	if err != nil {
		return err
	}
	latest, err := Latest()
	wasLatest := err == nil && samePath(latest, d.path)
	if err := d.remove(); err != nil {
		return err
	}
	if wasLatest {
		return forgetLatest()
	}
	return nil
}

// Removable says how many bytes Remove would free, or why it would refuse.
func Removable(path string) (int64, error) {
	d, err := removable(path)
	if err != nil {
		return 0, err
	}
	return d.Bytes()
}

func removable(path string) (*Dir, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("remove trace %s: %w", path, err)
	}
	d := &Dir{abs}
	info, err := os.Lstat(abs)
	if err != nil {
		return nil, fmt.Errorf("remove trace %s: %w", path, Cause(err))
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		return nil, &NotTraceError{path, "is a link; remove the trace that it leads to"}
	}
	// A trace of which little is left, or only its name, is one, too.
	if _, err := OpenDir(abs); err != nil && !(info.IsDir() && strings.HasSuffix(abs, Suffix)) {
		return nil, err
	}
	c, err := d.contents()
	if err != nil {
		return nil, err
	}
	if len(c.strange) > 0 {
		return nil, fmt.Errorf("remove trace %s: %s in it is no file of a trace; move it away first", path, c.strange[0])
	}
	who, err := d.writer()
	if err != nil {
		return nil, err
	}
	if who != "" {
		return nil, fmt.Errorf("remove trace %s: %s is writing it; end that first", path, who)
	}
	return d, nil
}

// remove removes the directory and what is in it.
func (d *Dir) remove() error {
	lock, err := d.Lock()
	if err != nil {
		return fmt.Errorf("remove trace %s: %w", d.path, err)
	}
	err = d.removeContents()
	if uerr := lock.Unlock(); err == nil {
		err = uerr
	}
	for _, name := range append(removedLast(), "") {
		if err != nil {
			break
		}
		if err = os.Remove(filepath.Join(d.path, name)); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	if err != nil {
		return fmt.Errorf("remove trace %s: %w", d.path, err)
	}
	return nil
}

func (d *Dir) removeContents() error {
	root, err := os.OpenRoot(d.path)
	if err != nil {
		return err
	}
	defer root.Close()
	c, err := readContents(root.FS())
	if err != nil {
		return err
	}
	for _, name := range c.removedFirst() {
		if err := root.Remove(filepath.FromSlash(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// removedFirst returns what is removed before the files of removedLast, in this order:
// whatever an interruption leaves is still a trace.
func (c *contents) removedFirst() []string {
	files := slices.DeleteFunc(slices.Clone(c.files), func(name string) bool { return slices.Contains(removedLast(), name) })
	slices.SortStableFunc(files, func(a, b string) int { return rank(a) - rank(b) })
	dirs := slices.Clone(c.dirs)
	slices.Reverse(dirs) // the sources before the processes
	return append(files, dirs...)
}

func removedLast() []string { return []string{LockName, ManifestName} }

// forgetLatest makes the newest trace that there still is the latest one.
func forgetLatest() error {
	list, err := List()
	if err != nil {
		return err
	}
	for _, e := range list {
		if e.Err == nil {
			return SetLatest(e.Path)
		}
	}
	return clearLatest()
}

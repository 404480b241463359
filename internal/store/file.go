package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Open opens a file of the trace for reading, by the parts of its path, and
// returns its size. Only a regular file is opened, and no link is followed.
func (d *Dir) Open(parts ...string) (*os.File, int64, error) {
	return d.open(os.O_RDONLY, parts)
}

// OpenWritable is Open for a writer of the trace. The file must be there.
func (d *Dir) OpenWritable(parts ...string) (*os.File, error) {
	f, _, err := d.open(os.O_RDWR, parts)
	return f, err
}

func (d *Dir) open(flags int, parts []string) (*os.File, int64, error) {
	path, err := d.join(parts)
	if err != nil {
		return nil, 0, err
	}
	f, err := openNoFollow(path, flags)
	if err != nil {
		return nil, 0, fmt.Errorf("open %s: %w", path, Cause(err))
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, fmt.Errorf("open %s: %w", path, Cause(err))
	}
	if !info.Mode().IsRegular() {
		f.Close()
		return nil, 0, &NotTraceError{path, "is no regular file"}
	}
	return f, info.Size(), nil
}

// join returns the path of a file of the trace. What lies between must be
// directories, and no links to such.
func (d *Dir) join(parts []string) (string, error) {
	path := filepath.Join(append([]string{d.path}, parts...)...)
	for _, p := range parts {
		if !filepath.IsLocal(p) || filepath.Base(p) != p {
			return "", &NotTraceError{path, fmt.Sprintf("%q is no name of a file in a trace", p)}
		}
	}
	// A race here gains nothing that the owner of the trace could not have by
	// other means.
	for i := 1; i < len(parts); i++ {
		dir := filepath.Join(append([]string{d.path}, parts[:i]...)...)
		if info, err := os.Lstat(dir); err == nil && !info.IsDir() {
			return "", &NotTraceError{dir, "is no directory"}
		}
	}
	return path, nil
}

// CreateFile makes a new file of a process, or of the trace itself if proc is
// empty, for this user alone. What is there already stays: the error is then
// fs.ErrExist. The directory must be there.
func (d *Dir) CreateFile(proc, name string) (*os.File, error) {
	parts, err := d.known(proc, name)
	if err != nil {
		return nil, err
	}
	path, err := d.join(parts)
	if err != nil {
		return nil, err
	}
	// O_EXCL does not follow a link either (open(2)).
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", path, Cause(err))
	}
	return f, nil
}

// AddFile is CreateFile by the path of the file below the trace, with slashes. The
// directory of a process, or that of the sources, is made where it is missing.
func (d *Dir) AddFile(path string) (*os.File, error) {
	dir, name, below := strings.Cut(path, "/")
	if !below {
		dir, name = "", path
	}
	parts, err := d.known(dir, name)
	if err != nil {
		return nil, err
	}
	if below {
		err := os.Mkdir(filepath.Join(d.path, parts[0]), 0o700)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("create %s of trace %s: %w", dir, d.path, Cause(err))
		}
	}
	return d.CreateFile(dir, name)
}

// RemoveFile removes a file of a process, or of the trace itself if proc is empty.
func (d *Dir) RemoveFile(proc, name string) error {
	parts, err := d.known(proc, name)
	if err != nil {
		return err
	}
	path, err := d.join(parts)
	if err != nil {
		return err
	}
	info, err := os.Lstat(path)
	if err == nil && !info.Mode().IsRegular() {
		return &NotTraceError{path, "is no regular file"}
	}
	if err == nil {
		err = os.Remove(path)
	}
	if err != nil {
		return fmt.Errorf("remove %s: %w", path, Cause(err))
	}
	return nil
}

// known returns the parts of the path of a file, which must be one that traces have.
func (d *Dir) known(proc, name string) ([]string, error) {
	parts := []string{name}
	if proc != "" {
		parts = []string{proc, name}
	}
	if slash := strings.Join(parts, "/"); !Known(slash) && slash != LockName {
		return nil, &NotTraceError{d.path, fmt.Sprintf("%q is no name of a file in a trace", slash)}
	}
	return parts, nil
}

// Read reads a whole file of the trace; one of more than limit bytes is refused.
func (d *Dir) Read(limit int64, parts ...string) ([]byte, error) {
	f, size, err := d.Open(parts...)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size > limit {
		return nil, &NotTraceError{f.Name(), fmt.Sprintf("has %d bytes, expected at most %d", size, limit)}
	}
	b := make([]byte, size)
	n, err := io.ReadFull(f, b)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return nil, fmt.Errorf("read %s: %w", f.Name(), Cause(err))
	}
	return b[:n], nil // shorter if it was truncated meanwhile
}

// writeFile puts a file in place whole or not at all. It is not flushed to the
// disk: what must survive is the program's crash, not the machine's.
func writeFile(dir, name string, content []byte) error {
	f, err := os.CreateTemp(dir, "."+name+"-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

package store

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
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
	path := filepath.Join(append([]string{d.path}, parts...)...)
	for _, p := range parts {
		if !filepath.IsLocal(p) || filepath.Base(p) != p {
			return nil, 0, &NotTraceError{path, fmt.Sprintf("%q is no name of a file in a trace", p)}
		}
	}
	// The directories between; a race here gains nothing that the owner of
	// the trace could not have by other means.
	for i := 1; i < len(parts); i++ {
		dir := filepath.Join(append([]string{d.path}, parts[:i]...)...)
		if info, err := os.Lstat(dir); err == nil && !info.IsDir() {
			return nil, 0, &NotTraceError{dir, "is no directory"}
		}
	}
	f, err := openNoFollow(path, flags)
	if err != nil {
		return nil, 0, fmt.Errorf("open %s: %w", path, cause(err))
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, fmt.Errorf("open %s: %w", path, cause(err))
	}
	if !info.Mode().IsRegular() {
		f.Close()
		return nil, 0, &NotTraceError{path, "is no regular file"}
	}
	return f, info.Size(), nil
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
		return nil, fmt.Errorf("read %s: %w", f.Name(), cause(err))
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

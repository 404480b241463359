package export

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// File makes a file of what write writes, for this user alone, and returns its size. The
// file is there once it is whole: on an error there is none, or still the one that there
// was. But where write could not read all of the trace, and has written the rest, the file is
// made as well as the error returned. One that is there already is replaced only by force; a link is
// then replaced itself, and not what it leads to.
func File(path string, force bool, write func(io.Writer) error) (int64, error) {
	if info, err := os.Lstat(path); err == nil && (!force || info.IsDir()) {
		return 0, exists(path, info)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return 0, fmt.Errorf("create %s: %w", path, store.Cause(err))
	}
	partly := write(f)
	if corrupt := (*wire.CorruptError)(nil); partly != nil && !errors.As(partly, &corrupt) {
		err, partly = partly, nil
	}
	var size int64
	if err == nil {
		size, err = f.Seek(0, io.SeekCurrent)
	}
	if cerr := f.Close(); err == nil && cerr != nil {
		err = fmt.Errorf("write %s: %w", path, store.Cause(cerr))
	}
	if err == nil {
		err = move(f.Name(), path, force)
	}
	if err != nil {
		os.Remove(f.Name())
		return 0, err
	}
	return size, partly
}

// move renames a file, and without force onto none that is there.
func move(from, to string, force bool) error {
	var err error
	if force {
		err = os.Rename(from, to)
	} else if err = os.Link(from, to); err == nil {
		err = os.Remove(from)
	} else if !errors.Is(err, fs.ErrExist) { // a file system without links
		if _, err = os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			err = os.Rename(from, to)
		} else if err == nil {
			err = fs.ErrExist
		}
	}
	if errors.Is(err, fs.ErrExist) {
		return exists(to, nil)
	}
	if err != nil {
		return fmt.Errorf("create %s: %w", to, store.Cause(err))
	}
	return nil
}

// exists says that something is in the way.
func exists(path string, info fs.FileInfo) error {
	if info != nil && info.IsDir() {
		return fmt.Errorf("create %s: it is a directory; choose another -o", path)
	}
	return fmt.Errorf("create %s: %w; choose another -o, or --force to replace it", path, fs.ErrExist)
}

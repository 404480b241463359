package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"tracer/internal/sys"
)

// What is written to see how fast that is: as much as a busy second of tracing, and less
// where there is little room. A slow disk is not waited for.
const (
	burst      = 32 << 20
	smallBurst = 4 << 20
	burstTime  = 500 * time.Millisecond
	mapped     = 1 << 20
)

// lookAtDisk looks at the directory of traces, which need not exist: it is not made.
func lookAtDisk(dir string, err error) DiskFacts {
	d := DiskFacts{Dir: dir, Err: err, Owned: true}
	if err != nil {
		return d
	}
	at, info, err := nearest(dir)
	if err != nil {
		d.Err = err
		return d
	}
	d.At = at
	if d.Exists = at == dir; d.Exists {
		d.Mode, d.Owned = info.Mode(), sys.Owned(info)
	}
	if real, err := filepath.EvalSymlinks(at); err == nil {
		d.At = real
	}
	if s, err := sys.SpaceAt(at); err == nil {
		d.Space = s
	}
	d.Err = d.try(at)
	return d
}

// nearest returns the directory, or the one above it that exists.
func nearest(dir string) (string, fs.FileInfo, error) {
	for {
		info, err := os.Stat(dir)
		switch {
		case err == nil && !info.IsDir():
			return "", nil, fmt.Errorf("%s is no directory", dir)
		case err == nil:
			return dir, info, nil
		case !errors.Is(err, fs.ErrNotExist) || filepath.Dir(dir) == dir:
			return "", nil, err
		}
		dir = filepath.Dir(dir)
	}
}

// try writes a file there as a recording does, and removes it. The error is that
// nothing can be written.
func (d *DiskFacts) try(at string) error {
	f, err := os.CreateTemp(at, ".tracer-doctor-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	d.Allocates, err = sys.Preallocates(f, mapped)
	if err != nil && !errors.As(err, new(*sys.UnsupportedError)) {
		return err
	}
	if err := f.Truncate(mapped); err != nil {
		return err
	}
	d.MapErr = tryMapping(f)
	return d.burst(f)
}

// burst writes for a while, and syncs.
func (d *DiskFacts) burst(f *os.File) error {
	size := int64(burst)
	if d.Space.Size > 0 && d.Space.Free < 10*burst {
		size = smallBurst
	}
	began := time.Now()
	block := make([]byte, mapped)
	done := int64(0)
	for done < size && time.Since(began) < burstTime {
		n, err := f.WriteAt(block, done)
		if err != nil {
			return err
		}
		done += int64(n)
	}
	if f.Sync() == nil { // else nothing is known of how fast
		d.WriteRate = float64(done) / max(time.Since(began).Seconds(), 1e-6)
	}
	return nil
}

// tryMapping sees whether what is written through a shared mapping is in the file.
func tryMapping(f *os.File) error {
	b, err := sys.MapShared(f, mapped)
	if err != nil {
		return errors.Unwrap(err)
	}
	const mark = "tracer"
	copy(b[len(b)/2:], mark)
	got := make([]byte, len(mark))
	_, err = f.ReadAt(got, int64(len(b)/2))
	if unmap := sys.Unmap(b); err == nil {
		err = unmap
	}
	if err == nil && string(got) != mark {
		err = errors.New("what is written through a mapping is not in the file")
	}
	return err
}

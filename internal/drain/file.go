package drain

import (
	"os"

	"tracer/internal/sys"
)

// file is a file that is written to.
type file struct {
	*os.File
	before change
}

// change is asked before each change of a file, by tests: it returns how many of the
// bytes are to be written, and the error if these are not all.
type change func(op string, bytes int) (int, error)

func (c change) ask(op string, bytes int) (int, error) {
	if c == nil {
		return bytes, nil
	}
	return c(op, bytes)
}

// WriteAt writes all of b, or says why it could not, and how much it did.
func (f *file) WriteAt(b []byte, at int64) (int, error) {
	n, err := f.before.ask("write", len(b))
	done, failed := f.File.WriteAt(b[:n], at)
	if failed == nil {
		return done, err
	}
	// os.File does not say how much of b was written before the disk was full.
	for done < n {
		piece := b[done:min(done+page, n)]
		if _, failed = f.File.WriteAt(piece, at+int64(done)); failed != nil {
			break
		}
		done += len(piece)
	}
	return done, failed
}

func (f *file) Truncate(size int64) error {
	if _, err := f.before.ask("truncate", 0); err != nil {
		return err
	}
	return f.File.Truncate(size)
}

func (f *file) Sync() error {
	if _, err := f.before.ask("sync", 0); err != nil {
		return err
	}
	return f.File.Sync()
}

func (f *file) punch(at, size int64) error {
	if _, err := f.before.ask("punch", 0); err != nil {
		return err
	}
	return sys.PunchHole(f.File, at, size)
}

// reserve takes blocks for a range behind the end of the file.
func (f *file) reserve(at, size int64) error {
	if _, err := f.before.ask("reserve", 0); err != nil {
		return err
	}
	return sys.AllocateBeyond(f.File, at, size)
}

package drain

import "fmt"

// appender is a file and what is to be appended to it.
type appender struct {
	file  *file
	size  int64 // written
	ahead int64 // allocated up to here
	keep  int64 // how much is kept allocated, so that a full disk does not stop the drain
	buf   []byte
}

// end is where what is added next will be.
func (a *appender) end() int64 { return a.size + int64(len(a.buf)) }

// write appends the first n bytes of what was gathered. What could not be written
// stays gathered, and may be tried again.
func (a *appender) write(n int) (err error) {
	if n > 0 {
		var done int
		done, err = a.file.WriteAt(a.buf[:n], a.size)
		a.size += int64(done)
		a.buf = a.buf[:copy(a.buf, a.buf[done:])]
	}
	a.allocate()
	if err != nil {
		return fmt.Errorf("write %s: %w", a.file.Name(), err)
	}
	return nil
}

// allocate sees to it that there is room for what comes. Without it a full disk
// leaves the last slots in raw, and no more than that.
func (a *appender) allocate() {
	if a.ahead-a.size < a.keep/2 && a.file.reserve(a.size, a.keep) == nil {
		a.ahead = a.size + a.keep
	}
}

func (a *appender) sync() error {
	if err := a.file.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", a.file.Name(), err)
	}
	return nil
}

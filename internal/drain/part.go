package drain

import (
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"time"

	"tracer/internal/store"
	"tracer/internal/summary"
	"tracer/internal/sys"
	"tracer/internal/wire"
)

// part is the part of a process's segments that is being written: four files that
// are only appended to. What is added is gathered, and written by flush.
type part struct {
	number                               int
	begun                                time.Time
	segments, summaries, contexts, index appender
	inContexts                           int // how many of the process's contexts are in the file, the root included
}

// appender is a file and what is to be appended to it.
type appender struct {
	file    *os.File
	size    int64 // written
	ahead   int64 // allocated
	reserve int64 // how much is kept allocated, so that a full disk does not stop the drain
	buf     []byte
}

// Reserves of the four files.
const (
	reserveSegments = 256 << 10
	reserveOthers   = 64 << 10
)

// createPart makes the files of a new part.
func createPart(trace *store.Dir, proc string, number int, now time.Time) (*part, error) {
	pt := &part{number: number, begun: now, inContexts: 1}
	for _, f := range pt.files() {
		file, err := trace.CreateFile(proc, store.PartName(f.name, number))
		if err != nil {
			return nil, errors.Join(err, pt.close())
		}
		f.file, f.reserve = file, f.keep
	}
	return pt, nil
}

type partFile struct {
	*appender
	name string
	keep int64
}

// files are the four in the order in which they are written: an entry of the index
// comes after what it tells of.
func (pt *part) files() []partFile {
	return []partFile{
		{&pt.contexts, store.ContextsName, reserveOthers},
		{&pt.segments, store.SegmentsName, reserveSegments},
		{&pt.summaries, store.SummariesName, reserveOthers},
		{&pt.index, store.IndexName, reserveOthers},
	}
}

// bytes is the size of the part's files, with what is still to be written.
func (pt *part) bytes() int64 {
	var n int64
	for _, f := range pt.files() {
		n += f.size + int64(len(f.buf))
	}
	return n
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// node adds an entry to the index.
func (pt *part) node(n *wire.Node) {
	n.Magic = wire.MagicNode
	at := len(pt.index.buf)
	pt.index.buf = n.Append(pt.index.buf)
	crc := crc32.Checksum(pt.index.buf[at+8:], castagnoli)
	for i := range 4 {
		pt.index.buf[at+4+i] = byte(crc >> (8 * i))
	}
}

// flush writes what was added. With sync it is on the disk, the entries of the
// index after what they tell of.
func (pt *part) flush(contexts *summary.Contexts, sync bool) error {
	if n := contexts.Len(); n > pt.inContexts {
		pt.contexts.buf = contexts.AppendFrom(pt.inContexts, pt.contexts.buf)
		pt.inContexts = n
	}
	for _, f := range pt.files() {
		if f.appender == &pt.index && sync {
			for _, other := range pt.files()[:3] {
				if err := other.sync(); err != nil {
					return err
				}
			}
		}
		if err := f.write(); err != nil {
			return err
		}
	}
	if sync {
		return pt.index.sync()
	}
	return nil
}

// write appends what was gathered. If that fails it stays gathered, and may be
// tried again: a part of it that is on the disk is overwritten.
func (a *appender) write() error {
	if len(a.buf) == 0 {
		return nil
	}
	if _, err := a.file.WriteAt(a.buf, a.size); err != nil {
		return fmt.Errorf("write %s: %w", a.file.Name(), err)
	}
	a.size += int64(len(a.buf))
	a.buf = a.buf[:0]
	if a.ahead-a.size < a.reserve/2 {
		// Without the reserve a full disk leaves the last slots in raw: no more.
		if sys.AllocateBeyond(a.file, a.size, a.reserve) == nil {
			a.ahead = a.size + a.reserve
		}
	}
	return nil
}

func (a *appender) sync() error {
	if a.file == nil {
		return nil
	}
	if err := a.file.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", a.file.Name(), err)
	}
	return nil
}

// close gives the reserves back and closes the files.
func (pt *part) close() error {
	var errs []error
	for _, f := range pt.files() {
		if f.file == nil {
			continue
		}
		if f.ahead > f.size {
			errs = append(errs, f.file.Truncate(f.size))
		}
		errs = append(errs, f.file.Close())
		f.appender.file = nil
	}
	return errors.Join(errs...)
}

package drain

import (
	"errors"
	"io/fs"
	"slices"
	"time"

	"tracer/internal/store"
	"tracer/internal/summary"
	"tracer/internal/wire"
)

// part is the part of a process's segments that is being written: four files that
// are only appended to. What is added is gathered, and written by flush.
type part struct {
	number                               int
	begun                                time.Time
	segments, summaries, contexts, index appender
	inContexts                           int     // how many of the process's contexts are gathered, the root included
	entries                              []entry // of the index, that are not known to be written
	known                                int64   // bytes of the index that are
}

// entry is what is to be known of an entry of the index until it is written.
type entry struct {
	level uint32
	end   int64 // of what it tells of, in its file
	slots int   // that are free once it is written
}

// reserveOthers is the reserve of the files but the segments; these have one for a
// whole segment.
const (
	reserveOthers = 64 << 10
	reserveLeast  = 256 << 10
	reserveMost   = 4 << 20
)

// partFile is one of the four files.
type partFile struct {
	*appender
	name string
}

// files are the four in the order in which they are written: an entry of the index
// comes after what it tells of, and a summary after its contexts. What gives slots back
// comes first.
func (pt *part) files() []partFile {
	return []partFile{
		{&pt.segments, store.SegmentsName},
		{&pt.contexts, store.ContextsName},
		{&pt.summaries, store.SummariesName},
		{&pt.index, store.IndexName},
	}
}

// openPart opens the files of a part and makes those that are missing: a drain may
// have been stopped in the middle of that. The files of a fresh one are empty.
func (p *Process) openPart(number int, fresh bool) (*part, error) {
	pt := &part{number: number, begun: time.Now(), inContexts: 1}
	segment := p.slotSize * int64(p.group)
	// The index first: a reader that finds it empty is content with it alone.
	for _, f := range slices.Backward(pt.files()) {
		f.keep = reserveOthers
		if f.name == store.SegmentsName {
			f.keep = min(max(segment, reserveLeast), reserveMost)
		}
		name := store.PartName(f.name, number)
		if _, err := p.options.before.ask("create", 0); err != nil {
			return nil, errors.Join(err, pt.abandon())
		}
		opened, err := p.trace.CreateFile(p.Dir, name)
		there := errors.Is(err, fs.ErrExist)
		if there {
			opened, err = p.trace.OpenWritable(p.Dir, name)
		}
		if err != nil {
			return nil, errors.Join(err, pt.abandon())
		}
		f.file = &file{opened, p.options.before}
		if there && fresh {
			err = f.file.Truncate(0)
		}
		if err != nil {
			return nil, errors.Join(err, pt.abandon())
		}
		if fresh {
			f.allocate()
		}
	}
	return pt, nil
}

// bytes is the size of the part's files, with what is still to be written.
func (pt *part) bytes() int64 {
	var n int64
	for _, f := range pt.files() {
		n += f.end()
	}
	return n
}

// node adds an entry to the index. Once it is written slots are free.
func (pt *part) node(n *wire.Node, slots int) {
	pt.index.buf = n.AppendSealed(pt.index.buf)
	pt.entries = append(pt.entries, entry{n.Level, int64(n.Offset) + int64(n.Size), slots})
}

// flush writes what was added, and returns how many slots are free by that: also
// with an error, which leaves the rest for the next time. With sync it is on the
// disk, the entries of the index after what they tell of.
func (pt *part) flush(contexts *summary.Contexts, sync bool) (slots int, err error) {
	if len(pt.entries) == 0 {
		return 0, nil
	}
	if n := contexts.Len(); n > pt.inContexts {
		pt.contexts.buf = contexts.AppendFrom(pt.inContexts, pt.contexts.buf)
		pt.inContexts = n
	}
	all := pt.files()
	for _, f := range all[:3] {
		err = errors.Join(err, f.write(len(f.buf)))
	}
	if sync {
		for _, f := range all[:3] {
			if err := f.sync(); err != nil {
				return 0, err
			}
		}
	}
	err = errors.Join(err, pt.index.write(pt.ready()))
	if sync {
		if err := pt.index.sync(); err != nil {
			return 0, err
		}
	}
	return pt.acknowledge(), err
}

// roomy reports whether the files have their reserves: else the disk is full.
func (pt *part) roomy() bool {
	return !slices.ContainsFunc(pt.files(), func(f partFile) bool { return f.ahead-f.size < f.keep/2 })
}

// ready returns how many bytes of the index may be written: up to the first entry
// that tells of what is not written yet.
func (pt *part) ready() int {
	n := 0
	for _, e := range pt.entries {
		if e.level == 0 && e.end > pt.segments.size || e.level > 0 && (e.end > pt.summaries.size || len(pt.contexts.buf) > 0) {
			break
		}
		n++
	}
	written := pt.index.size - pt.known
	return max(0, n*wire.NodeBytes-int(written))
}

// acknowledge takes away the entries that are written, and returns how many slots
// are free by that.
func (pt *part) acknowledge() (slots int) {
	n := int(pt.index.size-pt.known) / wire.NodeBytes
	for _, e := range pt.entries[:n] {
		slots += e.slots
	}
	pt.entries = pt.entries[:copy(pt.entries, pt.entries[n:])]
	pt.known += int64(n) * wire.NodeBytes
	return slots
}

// close gives the reserves back and closes the files.
func (pt *part) close() error {
	var errs []error
	for _, f := range pt.files() {
		if f.file != nil {
			errs = append(errs, f.file.Truncate(f.size))
		}
	}
	return errors.Join(append(errs, pt.abandon())...)
}

// abandon closes the files as they are.
func (pt *part) abandon() error {
	var errs []error
	for _, f := range pt.files() {
		if f.file != nil {
			errs = append(errs, f.file.Close())
			f.file = nil
		}
	}
	return errors.Join(errs...)
}

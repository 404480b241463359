package trace

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// part is one part of a process's segments, with its index and summaries.
type part struct {
	number              int
	index               *os.File // nil where there is none, or no more to come
	segments, summaries *os.File // nil where there is none
	contexts            *os.File
	size                int64 // of segments
	read                int64 // bytes of the index that were taken in
	end                 int64 // of the last segment that the index has
	bad                 int   // entries that are none
	complete            bool  // no more entries will come
	tailed              bool  // what is behind the last entry was taken in
}

// readParts takes in what the controller has compacted since the last time, and
// leaves parts that it has deleted.
func (x *index) readParts(d *store.Dir) {
	if err := x.listParts(d); err != nil {
		x.p.problem(store.SegmentsName, err)
		return
	}
	for i, pt := range x.p.parts {
		if err := x.readIndex(d, pt); err != nil {
			x.p.problem(store.PartName(store.IndexName, pt.number), err)
		}
		if i < len(x.p.parts)-1 {
			pt.closeIndex() // the next part is begun when this one is complete
		}
	}
}

// listParts finds out what parts there are, where that may be others than before.
func (x *index) listParts(d *store.Dir) error {
	info, err := os.Stat(filepath.Join(d.Path(), x.p.Dir))
	if err != nil {
		return err
	}
	changed := info.ModTime()
	if changed.Equal(x.listed) && time.Since(changed) > settled {
		return nil
	}
	numbers, err := d.Parts(x.p.Dir)
	if err != nil {
		return err
	}
	x.listed = changed
	x.openParts(d, numbers)
	return nil
}

// openParts opens the parts that are new. The oldest one is deleted first: where one
// is not there any more those before it are gone as well.
func (x *index) openParts(d *store.Dir, numbers []int) {
	parts := make([]*part, 0, len(numbers))
	for _, n := range slices.Backward(numbers) {
		at := slices.IndexFunc(x.p.parts, func(pt *part) bool { return pt.number == n })
		if at >= 0 {
			parts = append(parts, x.p.parts[at])
			continue
		}
		pt, err := x.openPart(d, n)
		if err != nil {
			x.p.problem(store.PartName(store.SegmentsName, n), err)
		}
		if pt == nil && x.p.ring {
			break
		}
		if pt != nil {
			parts = append(parts, pt)
		}
	}
	slices.Reverse(parts)
	gone := slices.DeleteFunc(slices.Clone(x.p.parts), func(pt *part) bool { return slices.Contains(parts, pt) })
	if x.keeps {
		parts = append(gone, parts...)
	} else {
		for _, pt := range gone {
			x.forget(pt)
		}
	}
	x.p.parts = parts
}

// openPart opens a part; nil if it is not there any more.
func (x *index) openPart(d *store.Dir, n int) (*part, error) {
	pt := &part{number: n}
	if err := pt.open(d, x.p.Dir); err != nil {
		return pt, err
	}
	if pt.index == nil && pt.segments == nil {
		return nil, pt.close()
	}
	return pt, nil
}

// open opens the files that are there and not open yet: a part is seen while it is
// made, and while it is deleted, the index first.
func (pt *part) open(d *store.Dir, proc string) error {
	var errs []error
	for _, f := range []struct {
		name string
		to   **os.File
	}{{store.IndexName, &pt.index}, {store.SegmentsName, &pt.segments}, {store.SummariesName, &pt.summaries}, {store.ContextsName, &pt.contexts}} {
		if *f.to != nil || f.to == &pt.index && pt.complete {
			continue
		}
		file, _, err := d.Open(proc, store.PartName(f.name, pt.number))
		if err == nil {
			*f.to = file
		} else if !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// forget leaves out what was read of a part.
func (x *index) forget(pt *part) {
	for _, th := range x.threads {
		of := func(pc piece) bool { return pc.part == pt }
		if !slices.ContainsFunc(th.pieces, of) {
			continue
		}
		th.events -= events(th.pieces)
		th.pieces = slices.DeleteFunc(th.pieces, of)
		th.events += events(th.pieces)
		th.nodes = slices.DeleteFunc(th.nodes, func(n nodeRef) bool { return n.part == pt })
		x.meet(uint32(th.Number), uint32(th.TID))
		th.found.from, th.found.grew = th.inSegments(), true
	}
	pt.close()
}

func (pt *part) closeIndex() {
	pt.complete = true
	if pt.index != nil {
		pt.index.Close()
		pt.index = nil
	}
}

func (pt *part) close() error {
	var err error
	for _, f := range []*os.File{pt.index, pt.segments, pt.summaries, pt.contexts} {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	return err
}

// readSegment reads a segment into buf, which grows if it must.
func (pt *part) readSegment(buf []byte, pc *piece) ([]byte, error) {
	if pt.segments == nil {
		return nil, &wire.CorruptError{Offset: pc.offset, What: "the file of the segments is not there"}
	}
	if cap(buf) < int(pc.size) {
		buf = make([]byte, pc.size)
	}
	buf = buf[:pc.size]
	if _, err := pt.segments.ReadAt(buf, pc.offset); err == io.EOF {
		return nil, &wire.CorruptError{Offset: pc.offset, What: "the file ends here, it was longer when the trace was opened"}
	} else if err != nil {
		return nil, err
	}
	return buf, nil
}

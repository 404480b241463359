package trace

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tracer/internal/segment"
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

// indexRead is how much of an index is read at a time.
const indexRead = 4096 * wire.NodeBytes

// readIndex takes in the entries of a part that are new, and of a trace that is not
// being written the segments behind the last of them.
func (x *index) readIndex(d *store.Dir, pt *part) error {
	if pt.index == nil && !pt.complete {
		if err := pt.open(d, x.p.Dir); err != nil {
			return err
		}
	}
	before, err := pt.bad, error(nil)
	var b []byte
	for pt.index != nil {
		if b == nil {
			b = make([]byte, indexRead)
		}
		n, readErr := pt.index.ReadAt(b, pt.read)
		n -= n % wire.NodeBytes
		if readErr != nil && readErr != io.EOF {
			return readErr
		}
		if n == 0 {
			break
		}
		// What an entry tells of is written before it, and so is all that it needs.
		if err := errors.Join(pt.open(d, x.p.Dir), pt.stat()); err != nil {
			return err
		}
		if pt.segments == nil && x.p.live && x.p.ring {
			return nil // it is being deleted
		}
		for at := 0; at < n; at += wire.NodeBytes {
			if bad := x.entry(pt, b[at:at+wire.NodeBytes]); bad != nil && err == nil {
				err = bad
			}
			pt.read += wire.NodeBytes
		}
	}
	if more := pt.bad - before; more > 1 {
		err = fmt.Errorf("%w, and %d more", err, more-1)
	}
	if x.p.live || pt.tailed {
		return err
	}
	pt.tailed = true
	return errors.Join(err, pt.stat(), x.tail(pt, pt.end))
}

// stat notes the size of the segments.
func (pt *part) stat() error {
	if pt.segments == nil {
		return nil
	}
	info, err := pt.segments.Stat()
	if err == nil {
		pt.size = info.Size()
	}
	return err
}

// entry takes in the entry of the index at pt.read.
func (x *index) entry(pt *part, b []byte) error {
	var n wire.Node
	n.Decode(b)
	if !soundNode(&n, b) || n.Level == 0 && (n.Offset > 1<<62 || int64(n.Offset)+int64(n.Size) > pt.size) {
		pt.bad++
		return &wire.CorruptError{Offset: pt.read, What: "an entry with a wrong checksum, or of a segment that is not there"}
	}
	x.node(pt, &n)
	if n.Level == 0 {
		pt.end = max(pt.end, int64(n.Offset)+int64(n.Size))
	}
	return nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func soundNode(n *wire.Node, b []byte) bool {
	return n.Magic == wire.MagicNode && n.CRC == crc32.Checksum(b[8:], castagnoli) &&
		n.Thread != 0 && n.Slots != 0 && n.EndTicks >= n.Ticks && uint64(n.Sequence)+uint64(n.Slots) <= 1<<32
}

// node takes an entry of the index in.
func (x *index) node(pt *part, n *wire.Node) {
	th := x.meet(n.Thread, n.TID)
	if n.Level > 0 {
		th.nodes = append(th.nodes, nodeRef{*n, pt})
		th.found.nodes = true
		return
	}
	th.found.segments = append(th.found.segments, piece{
		sequence: n.Sequence, slots: n.Slots, part: pt, offset: int64(n.Offset), size: n.Size,
		last:  n.Flags&wire.SegmentLast != 0,
		ticks: n.Ticks, end: n.EndTicks, events: n.Events, lost: n.Lost,
	})
}

// tail finds the segments behind the last entry of the index.
func (x *index) tail(pt *part, at int64) error {
	for pt.segments != nil && at+wire.SegmentBytes <= pt.size {
		b := make([]byte, wire.SegmentBytes)
		if _, err := pt.segments.ReadAt(b, at); err != nil {
			return shortRead(err)
		}
		h, err := segment.ReadHead(b)
		if err != nil {
			if len(zeroTrimmed(b)) == 0 {
				return nil // room that was allocated ahead
			}
			return fmt.Errorf("segment at byte %d: %w", at, err)
		}
		if at+int64(h.Size) > pt.size || !pt.sound(at, &h) {
			return nil // being written, or cut off by a kill
		}
		th := x.meet(h.Thread, h.TID)
		th.found.segments = append(th.found.segments, piece{
			sequence: h.Sequence, slots: h.Slots, part: pt, offset: at, size: h.Size,
			last:  h.Flags&wire.SegmentLast != 0,
			ticks: h.Ticks, end: h.EndTicks, events: uint64(h.Events), lost: uint64(h.Lost),
		})
		at += int64(h.Size)
	}
	return nil
}

// sound reports whether a segment without an entry is whole: only its checksum can
// tell.
func (pt *part) sound(at int64, h *wire.Segment) bool {
	b := make([]byte, h.Size)
	if _, err := pt.segments.ReadAt(b, at); err != nil {
		return false
	}
	const crcEnd = 12 // magic, size, crc
	return crc32.Checksum(b[crcEnd:], castagnoli) == h.CRC
}

func zeroTrimmed(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == 0 {
		b = b[:len(b)-1]
	}
	return b
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

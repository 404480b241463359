package trace

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"

	"tracer/internal/segment"
	"tracer/internal/store"
	"tracer/internal/wire"
)

// maxIndex bounds the file index: a thousand billion events have less.
const maxIndex = 4 << 30

// part is one part of a process's segments, with its index and summaries.
type part struct {
	number              int
	segments, summaries *os.File // nil where there is none
	contexts            *os.File
	size                int64 // of segments
}

// openParts opens what the controller has compacted, and returns its segments
// and summaries by thread.
func (x *index) openParts(d *store.Dir) error {
	numbers, err := d.Parts(x.p.Dir)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		pt := &part{number: n}
		for _, f := range []struct {
			name string
			to   **os.File
		}{{store.SegmentsName, &pt.segments}, {store.SummariesName, &pt.summaries}, {store.ContextsName, &pt.contexts}} {
			file, size, err := d.Open(x.p.Dir, store.PartName(f.name, n))
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				x.p.problem(store.PartName(f.name, n), err)
				continue
			}
			*f.to = file
			if f.name == store.SegmentsName {
				pt.size = size
			}
		}
		x.p.parts = append(x.p.parts, pt)
		if err := x.readIndex(d, pt); err != nil {
			x.p.problem(store.PartName(store.IndexName, n), err)
		}
	}
	return nil
}

func (pt *part) close() error {
	var err error
	for _, f := range []*os.File{pt.segments, pt.summaries, pt.contexts} {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	return err
}

// readIndex takes in the entries of a part, and the segments behind the last entry:
// a controller that was killed may have left them without one.
func (x *index) readIndex(d *store.Dir, pt *part) error {
	b, err := d.Read(maxIndex, x.p.Dir, store.PartName(store.IndexName, pt.number))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var end int64
	bad := 0
	for at := 0; at+wire.NodeBytes <= len(b); at += wire.NodeBytes {
		var n wire.Node
		n.Decode(b[at:])
		if !soundNode(&n, b[at:at+wire.NodeBytes]) || n.Level == 0 && (n.Offset > 1<<62 || int64(n.Offset)+int64(n.Size) > pt.size) {
			if bad++; bad == 1 {
				err = &wire.CorruptError{Offset: int64(at), What: "an entry with a wrong checksum, or of a segment that is not there"}
			}
			continue
		}
		x.node(pt, &n)
		if n.Level == 0 {
			end = max(end, int64(n.Offset)+int64(n.Size))
		}
	}
	if bad > 1 {
		err = fmt.Errorf("%w, and %d more", err, bad-1)
	}
	return errors.Join(err, x.tail(pt, end))
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func soundNode(n *wire.Node, b []byte) bool {
	return n.Magic == wire.MagicNode && n.CRC == crc32.Checksum(b[8:], castagnoli) &&
		n.Thread != 0 && n.Slots != 0 && n.EndTicks >= n.Ticks && uint64(n.Sequence)+uint64(n.Slots) <= 1<<32
}

// node takes an entry of the index in.
func (x *index) node(pt *part, n *wire.Node) {
	x.met(n.Thread, n.TID)
	if n.Level > 0 {
		x.nodes[n.Thread] = append(x.nodes[n.Thread], nodeRef{*n, pt})
		return
	}
	x.pieces[n.Thread] = append(x.pieces[n.Thread], piece{
		sequence: n.Sequence, slots: n.Slots, part: pt, offset: int64(n.Offset), size: n.Size,
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
		if at+int64(h.Size) > pt.size {
			return nil // being written, or cut off by a kill
		}
		x.met(h.Thread, h.TID)
		x.pieces[h.Thread] = append(x.pieces[h.Thread], piece{
			sequence: h.Sequence, slots: h.Slots, part: pt, offset: at, size: h.Size,
			ticks: h.Ticks, end: h.EndTicks, events: uint64(h.Events), lost: uint64(h.Lost),
		})
		at += int64(h.Size)
	}
	return nil
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

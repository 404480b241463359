package trace

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"tracer/internal/segment"
	"tracer/internal/store"
	"tracer/internal/wire"
)

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
		for x.p.live && n > 0 && new(wire.Node).DecodeSealed(b[n-wire.NodeBytes:n]) != "" {
			n -= wire.NodeBytes // who finishes a trace that was left writes over it
		}
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
	if n.DecodeSealed(b) != "" || n.Level == 0 && int64(n.Offset)+int64(n.Size) > pt.size {
		pt.bad++
		return &wire.CorruptError{Offset: pt.read, What: "an entry with a wrong checksum, or of a segment that is not there"}
	}
	x.node(pt, &n)
	if n.Level == 0 {
		pt.end = max(pt.end, int64(n.Offset)+int64(n.Size))
	}
	return nil
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
			if len(bytes.Trim(b, "\x00")) == 0 {
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
	return wire.Checksum(b[wire.OffSegmentCRC+4:]) == h.CRC
}

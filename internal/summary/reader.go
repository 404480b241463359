package summary

import (
	"encoding/binary"
	"fmt"

	"tracer/internal/wire"
)

// reader reads varints; its error is sticky.
type reader struct {
	b   []byte
	at  int
	err error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = &wire.CorruptError{Offset: int64(r.at), What: "summary tables: " + fmt.Sprintf(format, args...)}
	}
}

func (r *reader) u(what string) uint64 {
	if r.err != nil {
		return 0
	}
	v, n := binary.Uvarint(r.b[r.at:])
	if n <= 0 {
		r.fail("%s: no number", what)
		return 0
	}
	r.at += n
	return v
}

// values reads a column.
func values[T any](r *reader, rows []T, value func(*T) *uint64) {
	for i := range rows {
		*value(&rows[i]) = r.u("value")
	}
}

// costs reads a column of costs.
func costs[T any](r *reader, rows []T, value func(*T) *int64) {
	for i := range rows {
		*value(&rows[i]) = unzigzag(r.u("cost"))
	}
}

// locations reads a column of locations that ascend, all of them different.
func locations[T any](r *reader, rows []T, value func(*T) *wire.Location) {
	last := wire.Location(0)
	for i := range rows {
		delta := r.u("location")
		if i > 0 && delta == 0 {
			r.fail("location %d twice", last)
		}
		last = r.location(last, delta)
		*value(&rows[i]) = last
	}
}

// location returns the location this far after another.
func (r *reader) location(from wire.Location, delta uint64) wire.Location {
	if delta > uint64(wire.MaxLocation-from) {
		r.fail("location %d after %d, expected at most %d", delta, from, wire.MaxLocation)
		return from
	}
	return from + wire.Location(delta)
}

// readKeys reads the columns of keys, which ascend.
func readKeys[T any](r *reader, rows []T, key func(*T) *LineKey) {
	last := wire.Location(0)
	for i := range rows {
		last = r.location(last, r.u("location"))
		key(&rows[i]).Of = last
	}
	line := int64(0)
	for i := range rows {
		line += unzigzag(r.u("line"))
		if line < 0 || line > 1<<32-1 {
			r.fail("line %d", line)
			return
		}
		k := key(&rows[i])
		k.Line = uint32(line)
		if i > 0 && key(&rows[i-1]).compare(*k) >= 0 {
			r.fail("line %d of %d is not after the one before it", k.Line, k.Of)
			return
		}
	}
}

package names

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"tracer/internal/wire"
)

// piece is how much of the file is read at a time, beyond a record.
const piece = 1 << 20

// maxForks bounds how many forks of forks are followed.
const maxForks = 1000

// Opener opens the file names of a process by its directory in the trace, for
// the names that a fork shares with its parent.
type Opener func(proc string) (io.ReaderAt, int64, error)

// Reader takes in the records of a file names as it grows. Its methods are for
// one goroutine at a time.
type Reader struct {
	Set *Set
	// Each, if not nil, is told every record as it is taken in, inherited ones too.
	Each func(typ uint32, payload []byte)

	open Opener
	at   int64 // where the next record begins; 0: the head was not there yet
	rest []byte
	err  error // the file is bad from at on
	// chain has the parents that were followed, so that none is twice: a file that says
	// it is its own parent would be read again and again.
	chain map[string]bool
}

// NewReader returns a reader for one file. With open nil, a fork has only the
// names that it added.
func NewReader(open Opener) *Reader {
	return &Reader{Set: NewSet(), open: open, chain: map[string]bool{}}
}

// Read takes in what f, of this size, has that was not there at the last call. What
// is not complete yet is left for the next. An error stays.
func (r *Reader) Read(f io.ReaderAt, size int64) error {
	for r.err == nil && size > r.at+int64(len(r.rest)) {
		more, err := r.fill(f, size)
		if err != nil {
			return err
		}
		r.err = r.records()
		if !more {
			break
		}
	}
	return r.err
}

// fill reads the next piece; more is false at the end of the file.
func (r *Reader) fill(f io.ReaderAt, size int64) (more bool, err error) {
	begin := r.at + int64(len(r.rest))
	n := int(min(size-begin, piece))
	r.rest = append(r.rest, make([]byte, n)...)
	got, err := f.ReadAt(r.rest[len(r.rest)-n:], begin)
	r.rest = r.rest[:len(r.rest)-n+got]
	if err != nil && err != io.EOF {
		return false, fmt.Errorf("read names: %w", err)
	}
	return got > 0, nil
}

func (r *Reader) records() error {
	if r.at == 0 {
		if len(r.rest) < wire.NamesHeadBytes {
			return nil
		}
		if err := checkHead(r.rest); err != nil {
			return err
		}
		r.skip(wire.NamesHeadBytes)
	}
	for {
		typ, payload, n, err := wire.NextRecord(r.rest)
		if err != nil && len(bytes.Trim(r.rest, "\x00")) == 0 {
			return nil // room that was allocated ahead
		}
		if err != nil {
			return Moved(err, r.at)
		}
		if n == 0 {
			return nil // being written, or cut off by a kill
		}
		if err := r.record(typ, payload); err != nil {
			return Moved(err, r.at+wire.RecordSize)
		}
		r.skip(n)
	}
}

func (r *Reader) record(typ uint32, payload []byte) error {
	if err := r.Set.record(typ, payload); err != nil {
		return err
	}
	if r.Each != nil {
		r.Each(typ, payload)
	}
	if typ == wire.TypeFork && r.open != nil {
		return r.inherit(r.Set.fork)
	}
	return nil
}

// inherit takes in the files and code objects of the parent. What it cannot read of
// them is a problem of the set: those that the fork added are read all the same.
func (r *Reader) inherit(fork *wire.ForkRecord) error {
	if r.chain[string(fork.Parent)] || len(r.chain) == maxForks {
		return &wire.CorruptError{What: fmt.Sprintf("fork of %s, expected at most %d parents, each once", fork.Parent, maxForks)}
	}
	r.chain[string(fork.Parent)] = true
	f, size, err := r.open(string(fork.Parent))
	if err != nil {
		r.Set.problem(fmt.Errorf("read names of parent %s: %w", fork.Parent, err))
		return nil
	}
	if c, ok := f.(io.Closer); ok {
		defer c.Close()
	}
	// The parent's records are taken into this set; what it says of itself is not.
	process, threads := r.Set.Process, r.Set.Threads
	r.Set.Threads = map[int]Thread{}
	parent := &Reader{Set: r.Set, Each: r.Each, open: r.open, chain: r.chain}
	err = parent.Read(f, min(size, int64(min(fork.Size, 1<<62))))
	r.Set.Process, r.Set.Threads, r.Set.fork = process, threads, fork
	if err == nil && uint64(parent.at) != fork.Size {
		err = fmt.Errorf("they end at byte %d, expected %d", parent.at, fork.Size)
	}
	if err != nil {
		r.Set.problem(fmt.Errorf("read names of parent %s: %w", fork.Parent, err))
	}
	return nil
}

// Parent returns the directory of the process that this one is a fork of, "" if
// it is none.
func (s *Set) Parent() string {
	if s.fork == nil {
		return ""
	}
	return string(s.fork.Parent)
}

func (r *Reader) skip(n int) {
	r.at += int64(n)
	r.rest = r.rest[n:]
}

func checkHead(b []byte) error {
	var h wire.NamesHead
	h.Decode(b)
	if h.Magic != wire.MagicNames {
		return &wire.CorruptError{What: fmt.Sprintf("magic %#x, expected %#x", h.Magic, wire.MagicNames)}
	}
	if h.Version != wire.Version {
		return &wire.CorruptError{Offset: 8, What: fmt.Sprintf("version %d, expected %d", h.Version, wire.Version)}
	}
	return nil
}

// Moved adds to the offset of a corruption error: what was decoded begins at by.
func Moved(err error, by int64) error {
	var c *wire.CorruptError
	if !errors.As(err, &c) {
		return err
	}
	return &wire.CorruptError{Offset: c.Offset + by, What: c.What}
}

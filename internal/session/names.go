package session

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// maxRead bounds how much of names is looked at in one go, beyond a record.
const maxRead = 4 << 20

// names reads the file names of one process as it grows.
type names struct {
	dir  *store.Dir
	proc string
	at   int64 // where the next record begins; 0: the head was not there yet
	rest []byte
}

// files calls f for every new FILE record. What is not complete yet is left for
// the next call.
func (n *names) files(f func(*wire.FileRecord)) error {
	file, size, err := n.dir.Open(n.proc, store.NamesName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	for size > n.at+int64(len(n.rest)) {
		more, err := n.read(file, size)
		if err != nil {
			return err
		}
		if n.at == 0 && !n.head() {
			return nil
		}
		if err := n.records(f); err != nil || !more {
			return err
		}
	}
	return nil
}

// read takes in what has been added since; more is false at the end of the file.
func (n *names) read(file *os.File, size int64) (more bool, err error) {
	begin := n.at + int64(len(n.rest))
	b := make([]byte, min(size-begin, maxRead))
	got, err := file.ReadAt(b, begin)
	if err != nil && err != io.EOF {
		return false, fmt.Errorf("read %s: %w", file.Name(), err)
	}
	n.rest = append(n.rest, b[:got]...)
	return got > 0, nil
}

func (n *names) head() bool {
	if len(n.rest) < wire.NamesHeadBytes {
		return false
	}
	var h wire.NamesHead
	h.Decode(n.rest)
	if h.Magic != wire.MagicNames || h.Version != wire.Version {
		n.rest = nil
		return false
	}
	n.skip(wire.NamesHeadBytes)
	return true
}

func (n *names) records(f func(*wire.FileRecord)) error {
	for {
		typ, payload, size, err := wire.NextRecord(n.rest)
		if err != nil {
			return fmt.Errorf("read %s of %s at byte %d: %w", store.NamesName, n.proc, n.at, err)
		}
		if size == 0 {
			return nil
		}
		if typ == wire.TypeFile {
			var r wire.FileRecord
			if err := r.Decode(payload); err != nil {
				return fmt.Errorf("read %s of %s at byte %d: %w", store.NamesName, n.proc, n.at, err)
			}
			f(&r)
		}
		n.skip(size)
	}
}

func (n *names) skip(size int) {
	n.at += int64(size)
	n.rest = n.rest[size:]
}

package archive

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"tracer/internal/store"
)

// hole is the size of the smallest hole: a block of most file systems.
const hole = 4 << 10

// copy fills a new file. Blocks of zeros are left out, so that what was sparse is
// sparse again.
func (u *unpacker) copy(f *os.File, r io.Reader, size int64) error {
	for at := int64(0); at < size; {
		if err := u.ctx.Err(); err != nil {
			return err
		}
		b := u.buffer[:min(size-at, bufferSize)]
		if _, err := io.ReadFull(r, b); err == io.EOF {
			return u.corrupt(io.ErrUnexpectedEOF)
		} else if err != nil {
			return u.corrupt(err)
		}
		if err := writeSparse(f, b, at); err != nil {
			return fmt.Errorf("write %s: %w", f.Name(), store.Cause(err))
		}
		at += int64(len(b))
	}
	if err := f.Truncate(size); err != nil {
		return fmt.Errorf("write %s: %w", f.Name(), store.Cause(err))
	}
	return nil
}

// writeSparse writes the blocks of b that are not zero, neighbours at once. It
// belongs at a multiple of hole.
func writeSparse(f *os.File, b []byte, at int64) error {
	for begin := 0; begin < len(b); {
		end := begin
		for end < len(b) && !zero(b[end:min(end+hole, len(b))]) {
			end = min(end+hole, len(b))
		}
		if end == begin {
			begin += hole
			continue
		}
		if _, err := f.WriteAt(b[begin:end], at+int64(begin)); err != nil {
			return err
		}
		begin = end
	}
	return nil
}

// zero reports whether all bytes are 0: the first is, and each is as the one before it.
func zero(b []byte) bool {
	return len(b) == 0 || b[0] == 0 && bytes.Equal(b[1:], b[:len(b)-1])
}

// Package archive makes one file of a trace, to send or to keep, and a trace of
// such a file: a tar in zstd, NAME.trace.tar.zst, that other tools read too.
//
// All files lie in one folder, the manifest first. Unpacking trusts nothing: what
// no trace has, what is no regular file, what comes twice, and what is more than was
// allowed ends it, and an end before the end leaves nothing behind.
package archive

import (
	"fmt"

	"tracer/internal/store"
)

// Suffix is how the name of a packed trace ends.
const Suffix = store.Suffix + ".tar.zst"

// bufferSize is how much is copied at a time, between looks at whether to go on.
const bufferSize = 256 << 10

// maxFiles bounds the files of an archive: an empty one takes nothing of it, but
// something of the disk.
const maxFiles = 1 << 20

// CorruptError says that something is no packed trace, or a damaged one.
type CorruptError struct {
	What string
	Err  error // the cause, or nil
}

func (e *CorruptError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.What, e.Err)
	}
	return e.What
}

func (e *CorruptError) Unwrap() error { return e.Err }

// LimitError says that an archive holds more than was allowed.
type LimitError struct{ Limit int64 }

func (e *LimitError) Error() string {
	return fmt.Sprintf("it holds more than %d bytes; allow more with --max-size", e.Limit)
}

package zstd

import (
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// streamMemory bounds the window, and so the memory, of a stream that is read:
// what zstd's own command takes without being asked.
const streamMemory = 128 << 20

// NewWriter returns a writer that compresses to w. Close ends the stream and
// leaves w open.
func NewWriter(w io.Writer) (io.WriteCloser, error) {
	z, err := zstd.NewWriter(w)
	if err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	return z, nil
}

// NewReader returns a reader of what r holds compressed. It takes at most 128 MiB
// and a constant; a stream that needs more is an error. Close gives the memory
// back and leaves r open.
func NewReader(r io.Reader) (io.ReadCloser, error) {
	z, err := zstd.NewReader(r,
		zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(streamMemory),
		zstd.WithDecoderMaxMemory(streamMemory))
	if err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	return z.IOReadCloser(), nil
}

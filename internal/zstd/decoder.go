package zstd

import (
	"fmt"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// decoderWindow bounds the window of a frame that a Decoder takes. The library
// decodes a buffer in place, so that it costs no memory.
const decoderWindow = 128 << 20

// Decoder decompresses buffers. It is reused, and belongs to one goroutine at a time.
type Decoder struct{ z *zstd.Decoder }

// NewDecoder returns a decoder. Its memory is allocated with the first Append.
func NewDecoder() *Decoder {
	z, err := zstd.NewReader(nil,
		zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(decoderWindow),
		zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		// The options are constants: they are right or no test passes.
		panic("zstd: " + err.Error())
	}
	return &Decoder{z}
}

// Append appends what src holds to dst: exactly size bytes, else an error and dst
// as it was. Whatever src claims, it allocates no more than size and a constant.
func (d *Decoder) Append(dst, src []byte, size int) ([]byte, error) {
	if size < 0 {
		return dst, fmt.Errorf("decompress %d bytes: expected %d", len(src), size)
	}
	// What the frame says of itself is asked before there is memory for it. An
	// Encoder leaves its size out only where that is small.
	var h zstd.Header
	if err := h.Decode(src); err != nil {
		return dst, fmt.Errorf("decompress %d bytes to %d: %w", len(src), size, err)
	}
	if h.HasFCS && h.FrameContentSize != uint64(size) || !h.HasFCS && size >= 256 {
		return dst, fmt.Errorf("decompress %d bytes: they hold %d, expected %d", len(src), h.FrameContentSize, size)
	}
	n := len(dst)
	dst = slices.Grow(dst, size)
	out, err := d.z.DecodeAll(src, dst[:n:n+size])
	if err != nil {
		return dst, fmt.Errorf("decompress %d bytes to %d: %w", len(src), size, err)
	}
	if len(out) != n+size {
		return dst, fmt.Errorf("decompress %d bytes: they hold %d, expected %d", len(src), len(out)-n, size)
	}
	return dst[:n+size], nil
}

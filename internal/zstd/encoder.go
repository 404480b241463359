package zstd

import "github.com/klauspost/compress/zstd"

// encoderWindow is how far back an Encoder looks. With the library's tables and
// its history of twice a window, a reused encoder takes about a megabyte.
const encoderWindow = 128 << 10

// Encoder compresses buffers, fast rather than well. It is reused, and belongs to
// one goroutine at a time.
type Encoder struct{ z *zstd.Encoder }

// NewEncoder returns an encoder. Its memory is allocated with the first Append.
func NewEncoder() *Encoder {
	z, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(encoderWindow),
		zstd.WithLowerEncoderMem(true),
		zstd.WithEncoderCRC(false), // what holds the buffer has its own
		zstd.WithZeroFrames(true))
	if err != nil {
		// The options are constants: they are right or no test passes.
		panic("zstd: " + err.Error())
	}
	return &Encoder{z}
}

// Append appends one frame with all of src to dst. src and dst do not overlap.
func (e *Encoder) Append(dst, src []byte) []byte { return e.z.EncodeAll(src, dst) }

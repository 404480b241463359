package sample

import (
	"fmt"
	"os"

	"tracer/internal/wire"
)

// File is the file counters of a process in a trace. It does not own the file.
type File struct {
	f      *os.File
	offset int64
	entry  []byte
}

// Create appends to f, which is empty.
func Create(f *os.File) *File { return &File{f: f, entry: make([]byte, 0, wire.SampleBytes)} }

// Continue appends to f, which has samples.
func Continue(f *os.File) (*File, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("continue samples: %w", err)
	}
	c := Create(f)
	c.offset = info.Size() / wire.SampleBytes * wire.SampleBytes
	return c, nil
}

// Append writes a sample, its magic and its crc, in one piece. After an error the
// next one goes to the same place.
func (c *File) Append(v wire.Sample) error {
	c.entry = v.AppendSealed(c.entry[:0])
	if _, err := c.f.WriteAt(c.entry, c.offset); err != nil {
		return fmt.Errorf("append a sample at byte %d: %w", c.offset, err)
	}
	c.offset += wire.SampleBytes
	return nil
}

package sample

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"

	"tracer/internal/wire"
)

// castagnoli is the CRC of the entries.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// crcOffset is where an entry's crc lies: before its magic, which is the last.
const crcOffset = wire.SampleBytes - 8

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
	v.Magic = wire.MagicSample
	c.entry = v.Append(c.entry[:0])
	crc := crc32.Checksum(c.entry[:crcOffset], castagnoli)
	binary.LittleEndian.PutUint32(c.entry[crcOffset:], crc)
	if _, err := c.f.WriteAt(c.entry, c.offset); err != nil {
		return fmt.Errorf("append a sample at byte %d: %w", c.offset, err)
	}
	c.offset += wire.SampleBytes
	return nil
}

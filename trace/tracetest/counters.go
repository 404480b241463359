package tracetest

import (
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// WriteCounters adds the file counters with these samples to a process, by the
// path of its directory. It fills in magic and crc.
func WriteCounters(proc string, samples ...wire.Sample) error {
	var b []byte
	for _, s := range samples {
		s.Magic = wire.MagicSample
		b = s.Append(b)
		entry := b[len(b)-wire.SampleBytes:]
		crc := crc32.Checksum(entry[:wire.SampleBytes-8], crc32.MakeTable(crc32.Castagnoli))
		binary.LittleEndian.PutUint32(entry[wire.SampleBytes-8:], crc)
	}
	return os.WriteFile(filepath.Join(proc, store.CountersName), b, 0o600)
}

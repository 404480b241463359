package tracetest

import (
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
		b = s.AppendSealed(b)
	}
	return os.WriteFile(filepath.Join(proc, store.CountersName), b, 0o600)
}

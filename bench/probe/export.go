package probe

import (
	"context"
	"fmt"
	"os"
	"time"

	"tracer/bench/meter"
	"tracer/internal/export"
	"tracer/trace"
)

// Exported is what it took to open a trace and to export all of it, to nowhere.
type Exported struct {
	Events  uint64  `json:"events"`
	Seconds float64 `json:"seconds"`
	Bytes   int64   `json:"bytes"` // written
	PeakRSS int64   `json:"peak_rss_bytes"`
}

// Export opens a trace and exports it in a format, with its lines or without.
func Export(path, format string, lines bool) (*Exported, error) {
	f, ok := export.Find(format)
	if !ok {
		return nil, fmt.Errorf("export as %s: there is no such format", format)
	}
	begin := time.Now()
	t, err := trace.Open(path)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	w := &counted{}
	if err := f.Write(context.Background(), w, t, export.Options{Lines: lines, Fold: true, Creator: "bench"}); err != nil {
		return nil, err
	}
	return &Exported{t.Info().Events, time.Since(begin).Seconds(), w.bytes, meter.HighWater(os.Getpid())}, nil
}

// counted counts what is written.
type counted struct{ bytes int64 }

func (c *counted) Write(b []byte) (int, error) {
	c.bytes += int64(len(b))
	return len(b), nil
}

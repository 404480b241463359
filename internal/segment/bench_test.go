package segment_test

import (
	"fmt"
	"testing"

	"tracer/internal/segment"
	"tracer/internal/wire"
)

// sizes are the segments that the benchmarks pack: what the controller makes, a
// small one, and clocks of different steps.
var sizes = []struct {
	words int
	unit  uint32
}{{32_768, 26}, {32_768, 1}, {1000, 26}}

func BenchmarkAppend(b *testing.B) {
	for _, c := range sizes {
		b.Run(fmt.Sprintf("words=%d/unit=%d", c.words, c.unit), func(b *testing.B) {
			words := raw(realistic(c.words, c.unit))
			e := segment.NewEncoder()
			var dst []byte
			b.SetBytes(int64(len(words)))
			b.ReportAllocs()
			for b.Loop() {
				dst = e.Append(dst[:0], wire.Segment{}, nil, words)
			}
			b.ReportMetric(float64(len(dst))/float64(c.words), "B/word")
			b.ReportMetric(float64(c.words)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mw/s")
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, c := range sizes {
		b.Run(fmt.Sprintf("words=%d/unit=%d", c.words, c.unit), func(b *testing.B) {
			words := raw(realistic(c.words, c.unit))
			all := segment.NewEncoder().Append(nil, wire.Segment{}, nil, words)
			d := segment.NewDecoder()
			b.SetBytes(int64(len(words)))
			b.ReportAllocs()
			for b.Loop() {
				if _, _, _, err := d.Decode(all); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(c.words)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mw/s")
		})
	}
}

package trace_test

import (
	"fmt"
	"sync"
	"testing"

	"tracer/internal/wire"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// locationCounter counts lines by location, as the least that an analysis does.
type locationCounter struct{ lines []uint64 }

func (c *locationCounter) Begin(trace.Moment, []trace.OpenFrame)                    {}
func (c *locationCounter) Open(trace.Moment, *trace.Code, wire.Location, wire.Kind) {}
func (c *locationCounter) Line(_ trace.Moment, loc wire.Location) {
	if int(loc) < len(c.lines) {
		c.lines[loc]++
	}
}
func (c *locationCounter) Close(trace.Moment, wire.Kind) {}
func (c *locationCounter) Gap(trace.Moment, uint64)      {}
func (c *locationCounter) End(trace.Moment)              {}

// BenchmarkParts decodes a thread's segments, on one core or two.
func BenchmarkParts(b *testing.B) {
	const events = 8 << 20
	path := synthetic(b, events, 100).Info().Path
	tracetest.Compact(b, path)
	t := openDir(b, path)
	th := t.Processes()[0].Threads[0]
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				parts := make(chan *trace.Part, 1000)
				for _, p := range th.Parts(trace.Window{}) {
					parts <- p
				}
				close(parts)
				var wg sync.WaitGroup
				for range workers {
					wg.Go(func() {
						c := &locationCounter{lines: make([]uint64, 1100)}
						for p := range parts {
							if err := p.Replay(c); err != nil {
								b.Error(err)
							}
						}
					})
				}
				wg.Wait()
			}
			b.ReportMetric(float64(b.N)*events/b.Elapsed().Seconds()/1e6, "Mevents/s")
		})
	}
}

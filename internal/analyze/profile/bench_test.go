package profile

import (
	"testing"

	"tracer/internal/wire"
	"tracer/trace"
)

// BenchmarkBuild is what tracer report does with a trace of one thread: open it,
// replay it, and make the rows of all axes.
func BenchmarkBuild(b *testing.B) {
	const events = 10_000_000
	s := synth{slotSize: 1 << 20}
	s.program(events)
	path := s.write(b)
	s.raw.Reset()
	b.ReportAllocs()
	for b.Loop() {
		t, err := trace.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		p, err := Build(t.Processes(), trace.Window{})
		if err != nil || len(p.Functions) == 0 {
			b.Fatal(p, err)
		}
		t.Close()
	}
	b.ReportMetric(events*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkReplay is the part of it that decoding takes.
func BenchmarkReplay(b *testing.B) {
	const events = 10_000_000
	s := synth{slotSize: 1 << 20}
	s.program(events)
	t := openSynth(b, s.write(b))
	s.raw.Reset()
	for b.Loop() {
		if err := t.Processes()[0].Threads[0].Replay(nothing{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(events*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// nothing is a visitor that does nothing.
type nothing struct{}

func (nothing) Begin(int64)                                       {}
func (nothing) Open(int64, *trace.Code, wire.Location, wire.Kind) {}
func (nothing) Line(int64, wire.Location)                         {}
func (nothing) Close(int64, wire.Kind)                            {}
func (nothing) Gap(int64, uint64)                                 {}
func (nothing) End(int64)                                         {}

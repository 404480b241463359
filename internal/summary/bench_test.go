package summary

import (
	"testing"

	"tracer/internal/names"
	"tracer/internal/replay"
	"tracer/internal/wire"
	"tracer/internal/zstd"
)

const run = 1 << 18 // events of a summary

// nothing is a visitor that does nothing.
type nothing struct{}

func (nothing) Begin(int64)                                       {}
func (nothing) Open(int64, *names.Code, wire.Location, wire.Kind) {}
func (nothing) Line(int64, wire.Location)                         {}
func (nothing) Close(int64, wire.Kind)                            {}
func (nothing) Gap(int64, uint64)                                 {}
func (nothing) End(int64)                                         {}

// BenchmarkPlayer is the part of BenchmarkBuilder that decoding takes.
func BenchmarkPlayer(b *testing.B) {
	set, words := program(b, 16*run)
	for b.Loop() {
		p := replay.NewPlayer(set, replay.Uncalibrated, nothing{})
		p.Enter(&replay.Head{Slots: 1, Ticks: 1000})
		p.Words(words)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(words)/8), "ns/event")
}

// BenchmarkBuilder is what the drain does with the events of a hot thread.
func BenchmarkBuilder(b *testing.B) {
	set, words := program(b, 16*run)
	set.Costs = dear
	rows, contexts := NewRows(set), NewContexts(1<<20)
	b.ReportAllocs()
	for b.Loop() {
		builder := NewBuilder(rows, contexts)
		p := replay.NewPlayer(set, replay.Uncalibrated, builder)
		p.Enter(&replay.Head{Slots: 1, Ticks: 1000})
		for at := 0; at < len(words); at += 8 * run {
			p.Words(words[at:min(at+8*run, len(words))])
			if s := builder.Cut(p.At()); len(s.Lines) == 0 {
				b.Fatal("a run without lines")
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(words)/8), "ns/event")
	b.ReportMetric(float64(contexts.Len()), "contexts")
}

// BenchmarkRecord writes and reads a summary.
func BenchmarkRecord(b *testing.B) {
	set, words := program(b, run)
	set.Costs = dear
	builder := NewBuilder(NewRows(set), NewContexts(1<<20))
	p := replay.NewPlayer(set, replay.Uncalibrated, builder)
	p.Enter(&replay.Head{Slots: 1, Ticks: 1000})
	p.Words(words)
	s := builder.Cut(p.At())
	e, d := zstd.NewEncoder(), zstd.NewDecoder()
	record, _ := s.Append(nil, wire.Summary{}, e, MaxTables)
	b.Run("append", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			record, _ = s.Append(record[:0], wire.Summary{}, e, MaxTables)
		}
		b.ReportMetric(float64(len(record)), "bytes")
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := Decode(record, d); err != nil {
				b.Fatal(err)
			}
		}
	})
}

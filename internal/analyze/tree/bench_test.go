package tree

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/internal/store"
	"tracer/internal/wire"
	"tracer/internal/wire/twin"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// program writes the slots of a thread whose functions call two others each, from two of
// their lines, in a loop of four lines, as programs do: some thousands of contexts.
type program struct {
	raw, slot []byte
	frames    []wire.Frame
	left      int // events
	ticks     uint64
	sequence  uint32
	random    uint32
}

const (
	programSlot  = 64 << 10
	programCodes = 120
	programLines = 9
)

func (p *program) put(kind wire.Kind, loc wire.Location, delta uint32) {
	if len(p.slot) == programSlot || p.slot == nil {
		p.raw = append(p.raw, p.slot...)
		open := uint32(len(p.frames))
		h := wire.Slot{Magic: wire.MagicSlot, HeaderSize: wire.SlotBytes + wire.FrameBytes*open, Thread: 1, Sequence: p.sequence, TID: 1, Ticks: p.ticks, Depth: open, Frames: open}
		p.slot = h.Append(p.slot[:0])
		for i := range p.frames {
			p.slot = p.frames[i].Append(p.slot)
		}
		p.sequence++
	}
	p.ticks += uint64(delta)
	p.left--
	p.slot = binary.LittleEndian.AppendUint64(p.slot, uint64(wire.Pack(kind, loc, delta)))
}

func (p *program) delta() uint32 {
	p.random = p.random*1664525 + 1013904223
	return p.random>>24 + 20
}

// run is a call of a function.
func (p *program) run(code, depth int) {
	base := wire.Location(1 + code*(programLines+1))
	p.put(wire.Call, base, p.delta())
	p.frames = append(p.frames, wire.Frame{EnteredTicks: p.ticks, Code: uint32(base), Location: uint32(base)})
	top := &p.frames[len(p.frames)-1]
	line := func(n wire.Location, delta uint32) {
		top = &p.frames[len(p.frames)-1]
		p.put(wire.Line, base+n, delta)
		top.Location = uint32(base + n)
	}
	line(1, 0)
	for i := range 2 + code%3 {
		line(2, p.delta())
		line(3, p.delta())
		if depth < 12 && p.left > 0 && p.random>>20&3 != 0 {
			p.run((code*2+i%2+1)%programCodes, depth+1)
		}
		line(4, p.delta())
	}
	p.put(wire.Return, base, p.delta())
	p.frames = p.frames[:len(p.frames)-1]
}

func programTrace(tb testing.TB, events int) *trace.Trace {
	var text strings.Builder
	fmt.Fprintf(&text, "process pid=1 slot-size=%d clock-kind=monotonic\ninterpreter\ncosts line=9000 first=11000 call-before=4294966296 call-after=700 return-before=400 return-after=2100\nfile 1\nthread 1 tid=1\n", programSlot)
	for i := range programCodes {
		fmt.Fprintf(&text, "code %d file=1 qualname=f%d first-line=%d lines=%d-%d\n", 1+i*(programLines+1), i, 10*i+1, 10*i+1, 10*i+programLines)
	}
	f, err := twin.Parse(text.String())
	if err != nil {
		tb.Fatal(err)
	}
	p := program{left: events}
	for p.left > 0 {
		p.run(0, 0)
	}
	f.Raw = append(p.raw, p.slot...)
	f.Raw = append(f.Raw, make([]byte, programSlot-len(p.slot))...)
	d, err := store.Create(tb.TempDir() + "/big.trace")
	if err != nil {
		tb.Fatal(err)
	}
	if err := tracetest.WriteProcess(d, 0, f); err != nil {
		tb.Fatal(err)
	}
	m := &store.Manifest{Version: wire.Version, State: store.Finished, Begin: store.ClockPair{MonoNS: 1}}
	if err := d.WriteManifest(m); err != nil {
		tb.Fatal(err)
	}
	tracetest.Compact(tb, d.Path())
	return open(tb, d.Path())
}

// BenchmarkBuild makes the tree of one thread's events.
func BenchmarkBuild(b *testing.B) {
	t := programTrace(b, 10_000_000)
	events := t.Processes()[0].Threads[0].Events()
	for _, o := range allOptions {
		b.Run(fmt.Sprintf("fold=%t/functions=%t", o.FoldRecursion, o.Functions), func(b *testing.B) {
			b.ReportAllocs()
			var tree *Tree
			for b.Loop() {
				tree = build(b, t, query.Query{}, o)
			}
			b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mevents/s")
			b.ReportMetric(float64(tree.Nodes), "nodes")
		})
	}
	b.Run("nothing", func(b *testing.B) { // what decoding takes of it
		for b.Loop() {
			err := query.Each(context.Background(), &query.Query{}, t, func(p *query.Part) (int, error) { return 0, p.Replay(nothing{}) },
				func(*query.Part, int) error { return nil }, nil)
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mevents/s")
	})
}

// nothing is a visitor that does nothing.
type nothing struct{}

func (nothing) Begin(trace.Moment, []trace.OpenFrame)                    {}
func (nothing) Open(trace.Moment, *trace.Code, wire.Location, wire.Kind) {}
func (nothing) Line(trace.Moment, wire.Location)                         {}
func (nothing) Close(trace.Moment, wire.Kind)                            {}
func (nothing) Gap(trace.Moment, uint64)                                 {}
func (nothing) End(trace.Moment)                                         {}

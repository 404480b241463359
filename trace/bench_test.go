package trace_test

import (
	"encoding/binary"
	"fmt"
	"testing"

	"tracer/internal/store"
	"tracer/internal/wire"
	"tracer/internal/wire/twin"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// counter is a trivial visitor.
type counter struct{ begins, opens, lines, closes, gaps, ends int }

func (c *counter) Begin(int64)                                       { c.begins++ }
func (c *counter) Open(int64, *trace.Code, wire.Location, wire.Kind) { c.opens++ }
func (c *counter) Line(int64, wire.Location)                         { c.lines++ }
func (c *counter) Close(int64, wire.Kind)                            { c.closes++ }
func (c *counter) Gap(int64, uint64)                                 { c.gaps++ }
func (c *counter) End(int64)                                         { c.ends++ }

// synthetic is a single-threaded trace of so many events: functions call each
// other, four lines each, as a Python program does.
func synthetic(tb testing.TB, events, codes int) *trace.Trace {
	const slotSize = 64 << 10
	text := fmt.Sprintf("process pid=1 slot-size=%d\ninterpreter\ncosts line=9000 first=11000 call-before=4294966296 call-after=700 return-before=400 return-after=2100\nfile 1\nthread 1 tid=1\n", slotSize)
	for i := range codes {
		text += fmt.Sprintf("code %d file=1 qualname=f%d lines=1-9\n", 1+10*i, i)
	}
	f, err := twin.Parse(text)
	if err != nil {
		tb.Fatal(err)
	}
	f.Raw = syntheticRaw(slotSize, events, codes)
	d, err := store.Create(tb.TempDir() + "/big.trace")
	if err != nil {
		tb.Fatal(err)
	}
	if err := tracetest.WriteProcess(d, 0, f); err != nil {
		tb.Fatal(err)
	}
	t, err := trace.Open(d.Path())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { t.Close() })
	return t
}

func syntheticRaw(slotSize, events, codes int) []byte {
	raw := make([]byte, 0, events*8+slotSize)
	random := uint32(1)
	var stack []wire.Location
	var frames []wire.Frame
	ticks := uint64(0)
	left := 0 // lines of the innermost frame before something else
	next := func() wire.Event {
		random = random*1664525 + 1013904223
		delta := random>>24 + 20
		if random>>8&127 == 0 {
			return wire.Pack(wire.Mark, wire.MarkOwn, delta)
		}
		if left == 2 {
			delta = 0 // the first line of a call
		}
		ticks += uint64(delta)
		switch {
		case left > 0 && len(stack) > 0:
			left--
			loc := stack[len(stack)-1] + 1 + wire.Location(left)
			frames[len(frames)-1].Location = uint32(loc)
			return wire.Pack(wire.Line, loc, delta)
		case len(stack) < 2 || len(stack) < 30 && random>>16&1 == 0:
			left = 2
			base := wire.Location(1 + 10*(int(random>>8)%codes))
			stack = append(stack, base)
			frames = append(frames, wire.Frame{EnteredTicks: ticks, Code: uint32(base), Location: uint32(base)})
			return wire.Pack(wire.Call, base, delta)
		}
		base := stack[len(stack)-1]
		stack, frames, left = stack[:len(stack)-1], frames[:len(frames)-1], 1
		return wire.Pack(wire.Return, base, delta)
	}
	for sequence := uint32(0); events > 0; sequence++ {
		open := uint32(len(frames))
		h := wire.Slot{Magic: wire.MagicSlot, HeaderSize: wire.SlotBytes + wire.FrameBytes*open, Thread: 1, Sequence: sequence, TID: 1, Ticks: ticks, Depth: open, Frames: open}
		raw = h.Append(raw)
		for i := range frames {
			raw = frames[i].Append(raw)
		}
		for n := (slotSize - int(h.HeaderSize)) / 8; n > 0; n-- {
			if events == 0 {
				raw = append(raw, make([]byte, 8)...)
				continue
			}
			w := next()
			raw = binary.LittleEndian.AppendUint64(raw, uint64(w))
			if w.Kind() != wire.Mark {
				events--
			}
		}
	}
	return raw
}

func BenchmarkReplay(b *testing.B) {
	for _, codes := range []int{100, 10000} {
		const events = 8 << 20
		b.Run(fmt.Sprintf("codes=%d", codes), func(b *testing.B) {
			t := synthetic(b, events, codes)
			th := t.Processes()[0].Threads[0]
			if th.Events() != events {
				b.Fatalf("%d events, expected %d", th.Events(), events)
			}
			b.SetBytes(8 * events)
			b.ReportAllocs()
			for b.Loop() {
				var c counter
				if err := th.Replay(&c); err != nil {
					b.Fatal(err)
				}
				if c.opens+c.lines < events/2 {
					b.Fatalf("visited %+v", c)
				}
			}
			b.ReportMetric(float64(b.N)*events/b.Elapsed().Seconds()/1e6, "Mevents/s")
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	t := synthetic(b, 8<<20, 1000)
	dir := t.Info().Path
	b.ReportAllocs()
	for b.Loop() {
		t, err := trace.Open(dir)
		if err != nil {
			b.Fatal(err)
		}
		t.Close()
	}
}

func BenchmarkMerged(b *testing.B) {
	const events = 1 << 20
	t := synthetic(b, events, 1000)
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, err := range t.Merged() {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != events {
			b.Fatalf("%d events, expected %d", n, events)
		}
	}
	b.ReportMetric(float64(b.N)*events/b.Elapsed().Seconds()/1e6, "Mevents/s")
}

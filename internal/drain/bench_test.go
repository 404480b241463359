package drain_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"tracer/internal/drain"
	"tracer/internal/store"
	"tracer/internal/wire"
	"tracer/internal/wire/twin"
	"tracer/trace/tracetest"
)

// program makes up what a program of many functions records: each function has a loop
// over a few lines, in which it calls two others in turns.
type program struct {
	stack  []activation
	random uint32
	ticks  uint64
	codes  uint32
}

type activation struct{ code, line, rounds uint32 }

func (p *program) next() wire.Event {
	p.random = p.random*1664525 + 1013904223
	delta := 20 + p.random>>28
	p.ticks += uint64(delta)
	if len(p.stack) == 0 {
		p.stack = append(p.stack, activation{code: 1})
		return wire.Pack(wire.Call, 1, delta)
	}
	f := &p.stack[len(p.stack)-1]
	f.line++
	switch {
	case f.line == 9 && f.rounds == f.code/10%4 && len(p.stack) > 1:
		code := f.code
		p.stack = p.stack[:len(p.stack)-1]
		return wire.Pack(wire.Return, wire.Location(code), delta)
	case f.line == 9:
		f.line = 2
		f.rounds++
	case f.line == 4 && len(p.stack) < 6+int(f.code/10%5):
		code := 1 + 10*((f.code/10*7+f.rounds%2+1)%p.codes)
		p.stack = append(p.stack, activation{code: code})
		return wire.Pack(wire.Call, wire.Location(code), delta)
	}
	return wire.Pack(wire.Line, wire.Location(f.code+f.line), delta)
}

// raw are slots with so many events.
func (p *program) raw(slotSize, events int) []byte {
	var raw []byte
	for sequence := uint32(0); events > 0; sequence++ {
		frames := p.stack
		h := wire.Slot{
			Magic: wire.MagicSlot, HeaderSize: uint32(wire.SlotBytes + wire.FrameBytes*len(frames)), Thread: 1, TID: 1, Sequence: sequence,
			Ticks: p.ticks, Depth: uint32(len(frames)), Frames: uint32(len(frames)), Used: uint32(slotSize),
		}
		raw = h.Append(raw)
		for _, f := range frames {
			raw = (&wire.Frame{Code: f.code, Location: f.code + f.line}).Append(raw)
		}
		for n := (slotSize - int(h.HeaderSize)) / 8; n > 0; n-- {
			raw = binary.LittleEndian.AppendUint64(raw, uint64(p.next()))
			events--
		}
	}
	return raw
}

// BenchmarkDrain drains what a process has left: it reads, adds up, packs, writes and
// gives back. DRAIN_PROCESS is the directory of a process to drain instead, of which
// raw is not drained yet.
func BenchmarkDrain(b *testing.B) {
	w := drain.NewWorker()
	for _, codes := range []int{100, 1000} {
		b.Run(fmt.Sprintf("codes=%d", codes), func(b *testing.B) {
			const slotSize = 64 << 10
			text := fmt.Sprintf("process pid=100 slot-size=%d\ninterpreter\ncosts line=9000 first=11000 call-before=300 call-after=9100 return-before=400 return-after=8700\nfile 1 name=a.py path=/a.py\nthread 1 tid=1\n", slotSize)
			for i := range codes {
				text += fmt.Sprintf("code %d file=1 qualname=f%d lines=%d-%d\n", 1+10*i, i, 1+10*i, 9+10*i)
			}
			f, err := twin.Parse(text)
			if err != nil {
				b.Fatal(err)
			}
			f.Raw = (&program{codes: uint32(codes)}).raw(slotSize, 20<<20)
			benchmarkDrain(b, w, f)
		})
	}
	if dir := os.Getenv("DRAIN_PROCESS"); dir != "" {
		b.Run("given", func(b *testing.B) {
			read := func(name string) []byte {
				content, err := os.ReadFile(filepath.Join(dir, name))
				if err != nil {
					b.Fatal(err)
				}
				return content
			}
			benchmarkDrain(b, w, twin.Files{Control: read(store.ControlName), Names: read(store.NamesName), Raw: read(store.RawName)})
		})
	}
}

func benchmarkDrain(b *testing.B, w *drain.Worker, f twin.Files) {
	events, bytes := uint64(0), int64(0)
	b.SetBytes(int64(len(f.Raw)))
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		path := filepath.Join(b.TempDir(), "bench"+store.Suffix)
		if err := tracetest.WriteTo(path, tracetest.Spec{}); err != nil {
			b.Fatal(err)
		}
		d, err := store.OpenDir(path)
		if err != nil {
			b.Fatal(err)
		}
		if err := tracetest.WriteProcess(d, 0, f); err != nil {
			b.Fatal(err)
		}
		procs, _ := d.Processes()
		b.StartTimer()
		p, err := drain.Open(d, procs[0], drain.Options{})
		if err == nil {
			err = p.Finish(w, nil)
		}
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		s := p.Stats()
		events += s.Events
		bytes += s.Bytes
		if err := p.Close(); err != nil {
			b.Fatal(err)
		}
		os.RemoveAll(path)
		b.StartTimer()
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds()/1e6, "Mevents/s")
	b.ReportMetric(float64(bytes)/float64(events), "bytes/event")
}

package profile

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"tracer/internal/store"
	"tracer/internal/wire"
	"tracer/trace"
)

// synth writes the files of a traced process, one tick being one nanosecond.
type synth struct {
	slotSize int
	threads  int
	codes    []wire.CodeRecord
	costs    *wire.CostsRecord
	scale    float64 // of the costs
	raw      bytes.Buffer
	slots    uint64
}

// slot adds a slot of a thread; header may hold frames.
func (s *synth) slot(thread, sequence int, ticks uint64, frames []wire.Frame, events []wire.Event) {
	h := wire.Slot{
		Magic: wire.MagicSlot, HeaderSize: uint32(wire.SlotBytes + wire.FrameBytes*len(frames)),
		Thread: uint32(thread), Sequence: uint32(sequence), Ticks: ticks, PairTicks: ticks, PairMonoNs: ticks,
		Depth: uint32(len(frames)), Frames: uint32(len(frames)), TID: uint32(100 + thread),
	}
	b := h.Append(nil)
	for _, f := range frames {
		b = f.Append(b)
	}
	for _, e := range events {
		b = binary.LittleEndian.AppendUint64(b, uint64(e))
	}
	s.raw.Write(append(b, make([]byte, s.slotSize-len(b))...))
	s.slots++
}

// write makes the trace and returns its path.
func (s *synth) write(tb testing.TB) string {
	tb.Helper()
	d, err := store.Create(filepath.Join(tb.TempDir(), "synth.trace"))
	if err != nil {
		tb.Fatal(err)
	}
	m := &store.Manifest{Version: wire.Version, State: store.Finished, Begin: store.ClockPair{MonoNS: 1}}
	if s.scale != 0 {
		m.Calibration = &store.Calibration{Scale: s.scale}
	}
	if err := d.WriteManifest(m); err != nil {
		tb.Fatal(err)
	}
	c := wire.Control{
		Magic: wire.MagicControl, Version: wire.Version, State: wire.StateRecording, PID: 7, SlotSize: uint32(s.slotSize),
		ClockKind: wire.ClockKindMonotonic, StartTicks: 1, StartMonoNs: 1, Slots: s.slots, Threads: uint32(s.threads),
		ChunkSize: uint64(max(1<<20, s.slotSize)), RawEnd: uint64(s.raw.Len()), Frontier: uint64(s.raw.Len()>>20 + 1),
	}
	control := append(c.Append(nil), make([]byte, wire.ControlFile-wire.ControlBytes)...)
	head := wire.NamesHead{Magic: wire.MagicNames, Version: wire.Version}
	names := head.Append(nil)
	names = (&wire.ProcessRecord{Python: []byte("3.14.0")}).Append(names)
	names = (&wire.FileRecord{ID: 1, Name: []byte("a.py"), Path: []byte("/a.py")}).Append(names)
	names = (&wire.FileRecord{ID: 2, Kind: wire.FileKindPseudo, Name: []byte("<string>")}).Append(names)
	if s.costs != nil {
		names = s.costs.Append(names)
	}
	for _, c := range s.codes {
		names = c.Append(names)
	}
	proc := filepath.Join(d.Path(), store.ProcPrefix+"7-1")
	if err := os.Mkdir(proc, 0o700); err != nil {
		tb.Fatal(err)
	}
	for name, b := range map[string][]byte{store.ControlName: control, store.NamesName: names, store.RawName: s.raw.Bytes()} {
		if err := os.WriteFile(filepath.Join(proc, name), b, 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	return d.Path()
}

// code adds a function of so many lines and returns its base.
func (s *synth) code(name string, lines int) wire.Location {
	base := uint32(1)
	if n := len(s.codes); n > 0 {
		base = s.codes[n-1].Base + 1 + s.codes[n-1].Count
	}
	first := base + 10
	s.codes = append(s.codes, wire.CodeRecord{
		Base: base, Count: uint32(lines), File: 1, FirstLine: first, MinLine: first,
		Module: []byte("m" + strconv.Itoa(len(s.codes)%7)), Qualname: []byte(name),
	})
	return wire.Location(base)
}

// codeOf adds a function of eight lines, of which the second is the first once more,
// as def lines are.
func (s *synth) codeOf(file uint32, function, module int, first uint32) wire.Location {
	base := uint32(1 + 9*len(s.codes))
	var lines []byte
	for i := range uint32(8) {
		lines = binary.LittleEndian.AppendUint32(lines, first+max(i, 1)-1)
	}
	s.codes = append(s.codes, wire.CodeRecord{
		Base: base, Count: 8, File: file, FirstLine: first, MinLine: first,
		Module: []byte("m" + strconv.Itoa(module)), Qualname: []byte("f" + strconv.Itoa(function)), Lines: lines,
	})
	return wire.Location(base)
}

// program adds about n events of a program of many small functions that call each
// other, some recursively: two lines for a call and its return, as raytrace has.
func (s *synth) program(n int) {
	rnd := rand.New(rand.NewPCG(1, 2))
	bases := make([]wire.Location, 200)
	for i := range bases {
		bases[i] = s.code("f"+strconv.Itoa(i), 4+i%9)
	}
	type open struct {
		base    wire.Location
		entered uint64
		line    wire.Location
	}
	var stack []open
	ticks, seq := uint64(1000), 0
	for n > 0 {
		var frames []wire.Frame
		for _, f := range stack {
			frames = append(frames, wire.Frame{EnteredTicks: f.entered, Code: uint32(f.base), Location: uint32(f.line)})
		}
		start := ticks
		events := make([]wire.Event, 0, s.slotSize/8)
		for len(events) < (s.slotSize-wire.SlotBytes-wire.FrameBytes*len(frames))/8 {
			delta := uint32(20 + rnd.IntN(100))
			ticks += uint64(delta)
			r := rnd.IntN(100)
			switch {
			case len(stack) == 0 || r < 23 && len(stack) < 40:
				base := bases[min(rnd.IntN(200), rnd.IntN(200), rnd.IntN(200))]
				stack = append(stack, open{base, ticks, base})
				events = append(events, wire.Pack(wire.Call, base, delta))
			case r < 46 && len(stack) > 1:
				top := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				events = append(events, wire.Pack(wire.Return, top.base, delta))
			default:
				top := &stack[len(stack)-1]
				top.line = top.base + 1 + wire.Location(rnd.IntN(4))
				events = append(events, wire.Pack(wire.Line, top.line, delta))
			}
		}
		s.slot(1, seq, start, frames, events)
		seq++
		n -= len(events)
	}
	s.threads = 1
}

func openSynth(tb testing.TB, path string) *trace.Trace {
	tb.Helper()
	t, err := trace.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { t.Close() })
	if problems := t.Info().Problems; len(problems) > 0 {
		tb.Fatal(problems)
	}
	return t
}

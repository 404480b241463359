package profile

import (
	"runtime"
	"testing"

	"tracer/internal/wire"
	"tracer/trace"
)

func TestMemoryIsThatOfTheCodeThatRan(t *testing.T) {
	s := synth{slotSize: 1 << 12, threads: 1}
	// A trace may claim a function of 400 million lines in sixty bytes.
	base := s.code("huge", 400_000_000)
	s.slot(1, 0, 10, nil, []wire.Event{
		wire.Pack(wire.Call, base, 1), wire.Pack(wire.Line, base+1, 1), wire.Pack(wire.Line, base+400_000_000, 1), wire.Pack(wire.Return, base, 5),
	})
	tr := openSynth(t, s.write(t))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	p, err := Build(tr.Processes(), trace.Window{})
	runtime.ReadMemStats(&after)
	if err != nil || len(p.Lines) != 2 || p.Lines[1].SelfNS != 5 {
		t.Errorf("%+v, %v", p, err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
		t.Errorf("%d bytes allocated, want less than 16 MiB", used)
	}
}

func TestEventsAllocateNothing(t *testing.T) {
	allocs := func(events int) float64 {
		s := synth{slotSize: 1 << 16}
		s.program(events)
		tr := openSynth(t, s.write(t))
		return testing.AllocsPerRun(3, func() {
			if _, err := Build(tr.Processes(), trace.Window{}); err != nil {
				t.Fatal(err)
			}
		})
	}
	few, many := allocs(100_000), allocs(1_000_000)
	if perSlot := (many - few) / (900_000 / (1 << 13)); perSlot > 16 { // what is kept for drawing is a few stacks for each time span
		t.Errorf("%v allocations for few events, %v for many: %v for each slot", few, many, perSlot)
	}
}

func TestThreadsAndProcessesAreOneProfile(t *testing.T) {
	s := synth{slotSize: 1 << 12, threads: 3}
	base := s.code("f", 3)
	for thread := 1; thread <= 3; thread++ {
		s.slot(thread, 0, uint64(100*thread), nil, []wire.Event{
			wire.Pack(wire.Call, base, 10), wire.Pack(wire.Line, base+2, uint32(thread)), wire.Pack(wire.Return, base, 20),
		})
	}
	tr := openSynth(t, s.write(t))
	processes := append(tr.Processes(), openSynth(t, s.write(t)).Processes()...)
	p, err := Build(processes, trace.Window{})
	if err != nil || len(p.Functions) != 1 || len(p.Threads) != 6 || len(p.Lines) != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	want := Function{"m0", "f", "/a.py", 11, 6, 6, 2 * (21 + 22 + 23), 2 * (21 + 22 + 23), 21, 23}
	if p.Functions[0] != want {
		t.Errorf("%+v, want %+v", p.Functions[0], want)
	}
	for i, th := range p.Threads {
		if self := int64(21 + i%3); th.SelfNS != self || th.OutsideNS != 10 || th.DurationNS != self+10 || th.Events != 3 {
			t.Errorf("thread %d: %+v", i, th)
		}
	}
}

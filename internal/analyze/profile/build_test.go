package profile

import (
	"math/rand/v2"
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

// TestCorrectedTimesAddUpOnEveryAxis has costs of parts of a ns.
func TestCorrectedTimesAddUpOnEveryAxis(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	less := 0
	for round := range 40 {
		costs := &wire.CostsRecord{Line: 4000 + rnd.Uint32N(3000), First: 5000 + rnd.Uint32N(3000), ReturnAfter: 3000 + rnd.Uint32N(3000), CallAfter: 77}
		tr := openSynth(t, randomTraceAt(t, rnd, costs, []float64{0, 1, 0.937, 1.31}[round%4], 1+rnd.IntN(3), rnd.IntN(1000)))
		p, err := Build(tr.Processes(), trace.Window{})
		if err != nil {
			t.Fatal(err)
		}
		if !p.Measured {
			t.Fatal("the costs are measured")
		}
		want := times{p.SelfNS, p.RawSelfNS}
		for axis, sum := range map[string]times{
			"functions": sumOf(p.Functions), "lines": sumOf(p.Lines), "modules": sumOf(p.Modules), "files": sumOf(p.Files),
			"threads": sumOf(p.Threads), "processes": sumOf(p.Processes),
		} {
			if sum != want {
				t.Errorf("round %d: %s add up to %+v, expected %+v", round, axis, sum, want)
			}
		}
		if want.ns < want.raw {
			less++
		}
	}
	if less < 30 {
		t.Errorf("visited %d corrected profiles", less)
	}
}

// sumOf adds the self times of the rows of an axis up.
func sumOf[R Row](rows []R) (sum times) {
	for _, r := range rows {
		self, _ := r.Measure(Self)
		raw, _ := r.Measure(RawSelf)
		times{self, raw}.to(1, &sum.ns, &sum.raw)
	}
	return sum
}

// TestScale multiplies what events cost.
func TestScale(t *testing.T) {
	for scale, want := range map[float64]int64{0: 700, 1: 700, 0.5: 850, 2: 400, -3: 700, 1e9: 700} {
		s := synth{slotSize: 1 << 12, threads: 1, costs: &wire.CostsRecord{Line: 100 * trace.CostUnit}, scale: scale}
		base := s.code("f", 3)
		s.slot(1, 0, 100, nil, []wire.Event{
			wire.Pack(wire.Call, base, 10), wire.Pack(wire.Line, base+1, 1), wire.Pack(wire.Line, base+2, 1), wire.Pack(wire.Line, base+1, 98), wire.Pack(wire.Return, base, 900),
		})
		p, err := Build(openSynth(t, s.write(t)).Processes(), trace.Window{})
		if err != nil || p.RawSelfNS != 1000 || p.SelfNS != want || p.Functions[0].TotalNS != want || p.Functions[0].MaxNS != want {
			t.Errorf("scale %v: %+v, %v; expected %d", scale, p, err, want)
		}
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
	const all = 2 * (21 + 22 + 23)
	want := Function{"m0", "f", "/a.py", 11, 6, 6, all, all, 21, 23, all, all, 21, 23}
	if p.Functions[0] != want {
		t.Errorf("%+v, want %+v", p.Functions[0], want)
	}
	for i, th := range p.Threads {
		if self := int64(21 + i%3); th.SelfNS != self || th.OutsideNS != 10 || th.DurationNS != self+10 || th.Events != 3 {
			t.Errorf("thread %d: %+v", i, th)
		}
	}
}

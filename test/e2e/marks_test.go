package e2e

import (
	"fmt"
	"testing"

	"tracer/internal/pyabi"
	"tracer/internal/wire"
	"tracer/trace"
)

// collectingProgram times the collections of garbage itself: it says how many there were of
// each generation, and how long all took.
const collectingProgram = `
import gc
gc.disable()
import threading, time
counts, took, begun = [0, 0, 0], [0.0], {}
def on_collect(phase, info, clock=time.perf_counter):
    if phase == 'start': begun[threading.get_ident()] = clock()
    else:
        took[0] += clock() - begun[threading.get_ident()]
        counts[info['generation']] += 1
class Node:
    def __init__(self): self.me = self
class Last:
    def __init__(self): self.me = self
    def __del__(self): Node()
def churn(n):
    kept = []
    for i in range(n):
        node = Node()
        if i % 7 == 0: kept.append(node)
        if i % 50 == 0: Last()
    return len(kept)
gc.collect()
gc.callbacks.append(on_collect)
gc.enable()
churn(40000)
gc.collect(1)
worker = threading.Thread(target=churn, args=(30000,))
worker.start()
worker.join()
gc.disable()
gc.callbacks.remove(on_collect)
print(counts[0], counts[1], counts[2], int(took[0] * 1e9))
gc.collect()
`

// marks counts what stands beside the events.
type marks struct {
	counts [3]int
	ticks  uint64
	paces  []uint64
}

func (m *marks) Collection(_ int64, ticks uint64, generation int) {
	m.counts[generation]++
	m.ticks += ticks
}

func (m *marks) Pace(_ int64, ticks uint64)                        { m.paces = append(m.paces, ticks) }
func (m *marks) Begin(int64)                                       {}
func (m *marks) Open(int64, *trace.Code, wire.Location, wire.Kind) {}
func (m *marks) Line(int64, wire.Location)                         {}
func (m *marks) Close(int64, wire.Kind)                            {}
func (m *marks) Gap(int64, uint64)                                 {}
func (m *marks) End(int64)                                         {}

// TestCollectionsAndPace compares the collections in a trace with what the program has seen of
// them, and asks each slot for the CPU's pace. How many there were is always the same; how long
// they took is of one run of four, for a machine may leave either clock waiting.
func TestCollectionsAndPace(t *testing.T) {
	program := write(t, "collecting.py", collectingProgram)
	everyPython(t, func(t *testing.T, python pyabi.Info) {
		if python.Major < 3 {
			t.Skip("Python 2 tells nobody of its collections")
		}
		var odd string
		for range 4 {
			if odd = collecting(t, python, program); odd == "" {
				return
			}
		}
		t.Error(odd)
	})
}

// collecting runs the program, and returns which of the times are not as they should be.
func collecting(t *testing.T, python pyabi.Info, program string) (odd string) {
	j := job{dir: t.TempDir(), args: []string{program}}
	got, path := traced(t, python, []string{"--only", "__main__"}, j)
	var counts [3]int
	var ns int64
	if _, err := fmt.Sscan(got.stdout, &counts[0], &counts[1], &counts[2], &ns); err != nil || got.stderr != "" {
		t.Fatalf("says %q, %q", got.stdout, got.stderr)
	}
	tr, err := trace.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	p := tr.Processes()[0]
	var all marks
	for _, th := range p.Threads {
		if err := th.Replay(&all); err != nil {
			t.Fatal(err)
		}
	}
	// Two more were by hand, before and after what the program looks at.
	counts[2] += 2
	if python.Major == 3 && python.Minor < 10 { // they are not recorded: see the loader
		counts, ns = [3]int{}, 0
	} else if counts[0]+counts[1]+counts[2] < 4 {
		t.Errorf("too few collections: %v", counts)
	}
	if all.counts != counts {
		t.Errorf("collections by generation %v, expected %v", all.counts, counts)
	}
	pace, measured := p.Costs()
	if len(all.paces) < len(p.Threads) || !measured {
		t.Errorf("%d marks of the pace in %d threads, costs measured: %t", len(all.paces), len(p.Threads), measured)
	}
	for _, ticks := range all.paces {
		if ticks < uint64(pace.Pace)/5 || ticks > uint64(pace.Pace)*20 {
			odd = fmt.Sprintf("the CPU takes %d ticks for what took %d when costs were measured", ticks, pace.Pace)
		}
	}
	if recorded := p.Span(all.ticks); recorded < ns*7/10 || recorded > ns*3 {
		odd = fmt.Sprintf("collections took %d ns, as the program saw them %d", recorded, ns)
	}
	return odd
}

package result

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"tracer/bench/mode"
)

// series returns one with these seconds in its rounds.
func series(events uint64, bytes int64, loops ...float64) *Series {
	s := &Series{Events: events, Bytes: bytes}
	for _, x := range loops {
		s.Add(x, x/2, x+0.1, 0.05)
	}
	return s
}

// older returns a case with the seconds of its modes.
func older(python, program string, untraced, noop, lines float64) *Case {
	return &Case{Python: python, Program: program, Loops: 1, Clock: Wall, Modes: map[string]*Series{
		mode.Untraced: series(0, 0, untraced), mode.Noop: series(0, 0, noop), mode.Lines: series(1e7, 5e6, lines),
	}}
}

// threads returns those with the seconds that they take.
func threads(n int, untraced, lines float64) Parallel {
	return Parallel{&Case{Python: "3.14.6t", Program: fmt.Sprint(n, " threads"), Loops: 10, Clock: Wall, Modes: map[string]*Series{
		mode.Untraced: series(0, 0, untraced), mode.Lines: series(uint64(n)*1e6, 5e5, lines),
	}}, n}
}

// sample is a result of one program, with every target.
func sample() *Result {
	return &Result{
		Date: "2026-01-02", Rounds: 2, Clock: Wall, Versions: map[string]string{"viztracer": "1.1.1"},
		Machine: Machine{OS: "linux", Arch: "amd64", Kernel: "6.1", CPU: "A CPU", CPUs: 2, Memory: 8 << 30},
		Cases: []*Case{{Python: "3.14.6", Program: "raytrace", Loops: 2, Clock: Wall, Modes: map[string]*Series{
			mode.Untraced:     series(0, 0, 1, 10), // the second round met ten times the noise
			mode.Filtered:     series(0, 0, 1.01, 10.1),
			mode.Noop:         series(0, 0, 2, 20),
			mode.Calls:        series(1e7, 8e7, 1.5, 15),
			mode.Lines:        series(2e7, 25e6, 3, 30),
			mode.VizTracer:    series(0, 0, 2, 20),
			mode.LineProfiler: series(0, 0, 21, 210),
		}}},
		Starts:  []Start{{"3.14.6", []float64{0.01, 0.02, 0.01}, []float64{0.04, 0.09, 0.05}}},
		Reading: &Reading{"3.14.6", "raytrace", Reports{3e6, 24e6, []float64{0.1}, []float64{1e7}}, Reports{30e6, 240e6, []float64{1}, []float64{2e7}}},
		Saving:  []Saving{{"VizTracer", "3.14.6", "raytrace", 1e6, 6, 76e6}},
		Drains:  []Drain{{"3.14.6", "raytrace", 30e6, []float64{0.5, 0.7, 0.6}, []float64{0.8, 0.9, 1}}, {"3.14.6", "go", 40e6, []float64{0.5}, []float64{0.6}}},
		Large: &Large{
			Events: 1e9, Bytes: 9e8, Generate: 25,
			Lookups: []Lookup{
				{0, 1, 1e9, []float64{0.1, 0.3, 0.2}, []float64{0.02}, []float64{3e8}},
				{0.25, 0.2501, 1e5, []float64{0.01}, []float64{0.005}, []float64{1e8}},
			},
			Reports: []Lookup{{0.1, 0.2, 0, []float64{0.25}, nil, []float64{4e8}}},
			Visits:  Visits{[]float64{4, 6, 5}, []float64{1e8}},
		},
		Memory: &Memory{"3.14.6", "lines", Grown{3e7, []float64{2e7}}, Grown{3e8, []float64{3e7}}},
		Export: &Export{1e8, 1e7, 8e7, []float64{1}, []Exported{
			{"pprof", false, 1e5, []float64{1.25}, []float64{1e8}}, {"speedscope", false, 1e6, []float64{2}, []float64{3e8}},
			{Perfetto, false, 4e8, []float64{4, 5, 6}, []float64{2e8}}, {Perfetto, true, 3e9, []float64{10}, []float64{6e8}},
		}},
		Analysis: &Analysis{1e9, Visits{[]float64{7}, []float64{2e7}}, Visits{[]float64{10.5, 9, 10}, []float64{8e7}}},
		Forks:    []Fork{{"3.14.6", 100, []float64{0.1, 0.2}, []float64{0.15, 0.27}}},
		Corrected: []Corrected{
			{"3.14.6", "raytrace", []float64{1, 2}, []float64{3, 6}, []float64{1.9, 3.8}, []float64{1, 1}},
			{"3.14.6", "go", []float64{1}, []float64{3}, []float64{2.15}, []float64{0.9}},
			{"3.14.6", "chaos", []float64{1}, []float64{2}, []float64{0.5}, []float64{1}}, // the worst, which does not count
		},
		Known: []Known{
			{"3.14.6", "a line", []float64{100, 200, 100}, []float64{102, 196, 102}, []float64{110, 220, 110}},
			{"3.14.6", emptyLoop, []float64{10}, []float64{7}, []float64{40}},
			{"3.14.6", emptyBelow, []float64{10}, []float64{70}, []float64{90}},
		},
		Orders: []Order{{"3.14.6", "raytrace", 1000, 0.8, 0.9, 0.5}, {"3.14.6", "go", 1000, 0.6, 0.49, 0.4}},
		Older: []*Case{
			older("3.7.1", "raytrace", 1, 2, 9), // without a target
			older("3.8.1", "raytrace", 1, 2, 2.4),
			older("3.11.1", "raytrace", 1, 3, 4.2),
			{Python: "2.7.1", Program: "raytrace", Clock: Wall, Modes: map[string]*Series{}}, // does not run there
		},
		Parallel: []Parallel{threads(1, 1, 2), threads(2, 1, 2.2), threads(4, 2, 9)},
		Counted:  []Counted{{"3.14.6t", 1, 10, []float64{100, 100}, []float64{200, 210}}, {"3.14.6t", 4, 10, []float64{400, 400}, []float64{816, 840}}},
	}
}

func TestTargets(t *testing.T) {
	r := sample()
	r.SetTargets()
	if !r.Complete() {
		t.Fatalf("%d targets, expected %d", len(r.Targets), targetCount)
	}
	for i, want := range []struct {
		worst float64
		met   bool
	}{{0.5, true}, {0.1, true}, {2, true}, {1.01, true}, {0.04, true}, {30e6, false}, {2, false}, {1.25, true}, {50e6, true}, {0.25, true}, {4e8, true}, {200e6, true}, {3e7, true}, {1.5, false}, {1.02, true}, {1.3, false}, {1.15, true}, {1.1, false}, {0.9928571428571429, false},
		{1e7, true}, {40, true}, {2, false}, {6e8, false}, {1e8, true}, {8e7, true},
		{1.6, false}, {1.75, false}, {1.02, true}} {
		got := r.Targets[i]
		if math.Abs(got.Worst-want.worst) > 1e-9*want.worst || got.Met != want.met {
			t.Errorf("%s: %v, met %v; expected %v, %v", got.Name, got.Worst, got.Met, want.worst, want.met)
		}
	}
}

func TestThreadsAreComparedByElapsedTimeWhereTheControllerHasACore(t *testing.T) {
	r := sample()
	for _, c := range []struct {
		cpus  int
		clock string
		want  []float64
	}{
		{8, Wall, []float64{1, 1.2, 7}}, // series has half of the elapsed time as processor time
		{4, Wall, []float64{1, 1.2, 7.0 / 4}},
		{1, Wall, []float64{1, 0.6, 7.0 / 4}},
		{8, CPU, []float64{1, 0.6, 7.0 / 4}},
	} {
		r.Machine.CPUs, r.Clock = c.cpus, c.clock
		for i, want := range c.want {
			p := &r.Parallel[i]
			if got := r.overAlone(p, r.clock(p.Threads)); math.Abs(got-want) > 1e-9 {
				t.Errorf("%d processors, %s: %s: %v, expected %v", c.cpus, c.clock, p, got, want)
			}
		}
	}
}

func TestAMachineNeedsNoOtherInterpretersToBeComplete(t *testing.T) {
	r := sample()
	r.Older, r.Parallel, r.Counted = nil, nil, nil
	r.SetTargets()
	if !r.Complete() || len(r.Targets) != targetCount {
		t.Errorf("%d targets, expected %d", len(r.Targets), targetCount)
	}
	r.Cases = nil
	if r.SetTargets(); r.Complete() {
		t.Error("complete without any program")
	}
}

func TestTheWorstDecides(t *testing.T) {
	values := []value{{"a", 1}, {"b", 4}, {"not measured", math.NaN()}}
	most, ok := target("x", Ratio, 2, false, values)
	if !ok || most.Met || most.WorstCase != "b" || most.Cases != 2 || math.Abs(most.GeoMean-2) > 1e-9 {
		t.Errorf("at most: unexpected %+v", most)
	}
	least, ok := target("x", Ratio, 2, true, values)
	if !ok || least.Met || least.WorstCase != "a" {
		t.Errorf("at least: unexpected %+v", least)
	}
	if _, ok := target("x", Ratio, 2, false, values[2:]); ok {
		t.Error("a target without values")
	}
}

func TestWithoutAModeThereIsNoTarget(t *testing.T) {
	r := sample()
	delete(r.Cases[0].Modes, mode.LineProfiler)
	r.Versions = nil
	r.SetTargets()
	if r.Complete() || r.anywhere != targetCount-1 {
		t.Errorf("%d targets, expected %d", len(r.Targets), targetCount-1)
	}
	if strings.Contains(r.Markdown(), "line_profiler |") {
		t.Error("the table has a column for a mode that was not run")
	}
}

func TestWhatIsLostInNoiseIsNotCompared(t *testing.T) {
	r := sample()
	r.Cases[0].Modes[mode.VizTracer] = series(0, 0, 1.01, 10.3)
	if values := r.added(mode.Calls, mode.VizTracer); len(values) != 0 {
		t.Errorf("unexpected %v", values)
	}
}

func TestProcessorTimesAreUsedWhenAskedFor(t *testing.T) {
	c := sample().Cases[0]
	c.Clock = CPU
	if got := c.Added(mode.Lines); got[0] != 1 { // 3/2 - 1/2
		t.Errorf("added %v, expected 1", got)
	}
}

func TestResultSurvivesTheFile(t *testing.T) {
	r := sample()
	r.SetTargets()
	path := filepath.Join(t.TempDir(), "results.json")
	if err := r.Write(path); err != nil {
		t.Fatal(err)
	}
	again, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	again.SetTargets()
	if again.Markdown() != r.Markdown() {
		t.Errorf("written:\n%s\nread:\n%s", r.Markdown(), again.Markdown())
	}
}

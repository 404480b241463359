package trial

import (
	"bytes"
	"fmt"
	"strings"

	"tracer/internal/analyze/profile"
	"tracer/internal/doctor"
	"tracer/internal/wire"
	"tracer/trace"
)

// What the program does: its functions' calls, the hits of the line that is marked, its threads.
const (
	hits    = 100
	threads = 2
)

func calls() map[string]uint64 {
	return map[string]uint64{"loop": 2, "fail": 1, "numbers": 1, "surroundings": 1}
}

// hitLine is the number of the marked line.
func hitLine() int {
	before, _, _ := bytes.Cut(program, []byte("# HITS"))
	return bytes.Count(before, []byte("\n")) + 1
}

// check compares the trace with what the program did.
func check(t *doctor.Trial, path string) {
	if err := compare(t, path); err != nil {
		t.Problem = err.Error()
		return
	}
	t.Recorded = true
}

func compare(t *doctor.Trial, path string) error {
	tr, err := trace.Open(path)
	if err != nil {
		return err
	}
	defer tr.Close()
	info := tr.Info()
	if len(info.Problems) > 0 {
		return fmt.Errorf("read the trace: %s", strings.Join(info.Problems, "; "))
	}
	if info.Dropped > 0 {
		return fmt.Errorf("%d of its events could not be recorded", info.Dropped)
	}
	processes := tr.Processes()
	if len(processes) != 1 {
		return fmt.Errorf("the trace has %d processes, expected 1", len(processes))
	}
	p, err := profile.Build(processes, trace.Window{})
	if err != nil {
		return fmt.Errorf("read the trace: %w", err)
	}
	if err := counts(p); err != nil {
		return err
	}
	if n := len(processes[0].Threads); n != threads {
		return fmt.Errorf("the trace has %d threads, expected %d", n, threads)
	}
	costs(t, processes[0])
	return nil
}

// counts compares calls and hits.
func counts(p *profile.Profile) error {
	seen := map[string]uint64{}
	for _, f := range p.Functions {
		seen[f.Function] += f.Calls
	}
	for name, want := range calls() {
		if seen[name] != want {
			return fmt.Errorf("the trace has %d calls of %s, expected %d", seen[name], name, want)
		}
	}
	var got uint64
	for _, l := range p.Lines {
		if l.Function == "loop" && l.Line == hitLine() {
			got += l.Hits
		}
	}
	if got != hits {
		return fmt.Errorf("the trace has %d hits of a line, expected %d", got, hits)
	}
	return nil
}

// costs takes from the trace what events cost, if that was measured.
func costs(t *doctor.Trial, p *trace.Process) {
	c, ok := p.Costs()
	if !ok {
		return
	}
	const many = 1 << 20 // of each: whole ns would be too coarse for one
	ns := func(units int32) float64 { return float64(p.CostNS(int64(units)*many)) / many }
	t.LineNS = ns(c.After[wire.Line])
	t.CallNS = ns(c.Before[wire.Call] + c.First + c.Before[wire.Return] + c.After[wire.Return])
}

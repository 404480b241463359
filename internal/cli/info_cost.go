package cli

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tracer/internal/render"
	"tracer/internal/wire"
	"tracer/trace"
)

// costRow is what events cost the threads of a process, in ns. Of what is before an
// event and after it only sums are known, so those that follow each other are told.
type costRow struct {
	Line   float64 `json:"line"`
	Call   float64 `json:"call_return"`  // a call and its return
	First  float64 `json:"first_line"`   // of a call: what it adds to these
	Yield  float64 `json:"yield_resume"` // a yield and going on after it
	Unwind float64 `json:"call_unwind"`
}

// newCostRow returns nil if the costs were not measured.
func newCostRow(p *trace.Process) *costRow {
	c, ok := p.Costs()
	if !ok {
		return nil
	}
	const many = 1 << 32 // ticks, so that parts of a ns are told
	unit := float64(p.Span(many)) / many / trace.CostUnit
	ns := func(cost int64) float64 { return math.Round(float64(cost)*unit*10) / 10 }
	around := func(k wire.Kind) int64 { return int64(c.Before[k]) + int64(c.After[k]) }
	return &costRow{
		Line:   ns(around(wire.Line)),
		Call:   ns(around(wire.Call) + around(wire.Return)),
		First:  ns(int64(c.First) - int64(c.After[wire.Call])),
		Yield:  ns(around(wire.Yield) + around(wire.Resume)),
		Unwind: ns(around(wire.Call) + around(wire.Unwind)),
	}
}

func (r *costRow) String() string {
	return fmt.Sprintf("line %.1f ns, call with return %.1f ns and %.1f ns for its first line, yield with resume %.1f ns", r.Line, r.Call, r.First, r.Yield)
}

// costText says what an event costs, in the first process of which that is known.
func costText(processes []*trace.Process) string {
	for _, p := range processes {
		r := newCostRow(p)
		switch {
		case r == nil:
			continue
		case len(processes) > 1:
			return fmt.Sprintf("%s (in process %d)", r, p.PID)
		}
		return r.String()
	}
	return "not measured"
}

// calibrationText says what costs are scaled by.
func calibrationText(c *trace.Calibration) string {
	return fmt.Sprintf("costs × %.3f: it took %s untraced, %s traced", c.Factor(), render.Duration(c.UntracedNS), render.Duration(c.TracedNS))
}

// seenText says how the events of the processes were seen, "" if no process tells.
func seenText(processes []*trace.Process) string {
	var hooks []string
	taken, threaded, interpreters := uint64(0), false, 0
	for _, p := range processes {
		s := p.Seen()
		if by := "by " + s.Hook; s.Hook != "" && !slices.Contains(hooks, by) {
			hooks = append(hooks, by)
		}
		taken += s.Taken
		threaded = threaded || s.FreeThreaded
		interpreters = max(interpreters, s.Interpreters)
	}
	list := hooks
	if threaded {
		list = append(list, "free-threaded")
	}
	if interpreters > 1 {
		list = append(list, render.Plural(interpreters, "interpreter"))
	}
	if taken > 0 {
		list = append(list, "another tool took the trace function "+render.Plural(taken, "time"))
	}
	return strings.Join(list, "; ")
}

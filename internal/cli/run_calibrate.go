package cli

import (
	"errors"
	"fmt"
	"io"

	"tracer/internal/render"
	"tracer/internal/session"
	"tracer/internal/store"
	"tracer/internal/sys"
	"tracer/trace"
)

// calibrate runs the program once more, untraced, and says what came of it.
func (o *runOptions) calibrate(w io.Writer, s *session.Session, status sys.Status, r *session.Result) {
	say := func(format string, args ...any) {
		if !o.quiet {
			fmt.Fprintf(w, "tracer: "+format+"\n", args...)
		}
	}
	err := s.Comparable(status, r)
	var c *store.Calibration
	if err == nil {
		say("runs the program once more, untraced, without its output")
		c, err = s.Calibrate(r, look)
	}
	if _, ok := errors.AsType[*session.Uncalibrated](err); ok {
		say("%v", err)
		return
	}
	if err != nil {
		fmt.Fprintln(w, "tracer: calibrate:", err)
		return
	}
	say("%s of processor time untraced, %s traced: events cost %.2f of what was measured",
		render.Duration(c.UntracedNS), render.Duration(c.TracedNS), c.Scale)
}

// look returns what a trace says of its processes.
func look(path string) (session.Recorded, error) {
	r := session.Recorded{Starts: map[session.Start]int{}}
	t, err := trace.Open(path)
	if err != nil {
		return r, err
	}
	defer t.Close()
	for _, p := range t.Processes() {
		if !p.Forked {
			r.Starts[session.Start{Executable: p.Executable, Child: p.Parent != nil}]++
		}
		for _, th := range p.Threads {
			sums, err := th.Sum(trace.Window{})
			if err != nil {
				return r, err
			}
			cost := sums.OutsideCost
			for _, line := range sums.Lines {
				cost += line.Cost
			}
			r.CostNS += p.CostNS(cost)
		}
	}
	return r, nil
}

package result

import (
	"fmt"
	"slices"

	"tracer/bench/mode"
	"tracer/bench/stats"
)

// Parallel is a program of threads that do the same work each, on a free-threaded
// interpreter.
type Parallel struct {
	*Case
	Threads int `json:"threads"`
}

// Counted is how many instructions of user mode the loops of such threads take, run by
// run.
type Counted struct {
	Python   string    `json:"python"`
	Threads  int       `json:"threads"`
	Loops    int       `json:"loops"` // of each thread
	Untraced []float64 `json:"untraced"`
	Traced   []float64 `json:"traced"`
}

// clock returns what the threads are compared by: by elapsed time where they leave a core
// to the controller, else by processor time.
func (r *Result) clock(threads int) string {
	if r.Clock == Wall && threads < r.Machine.CPUs {
		return Wall
	}
	return CPU
}

// perEvent returns the seconds that a thread takes longer for each of its events, by
// round.
func (p *Parallel) perEvent(clock string) []float64 {
	untraced, lines := p.Modes[mode.Untraced], p.Modes[mode.Lines]
	if untraced == nil || lines == nil || lines.Events == 0 {
		return nil
	}
	each, all := stats.Sub(lines.Loops, untraced.Loops), float64(lines.Events)/float64(p.Threads)
	if clock == CPU {
		each, all = stats.Sub(lines.CPU, untraced.CPU), float64(lines.Events)
	}
	for i := range each {
		each[i] /= all
	}
	return each
}

// alone returns the same interpreter's case of one thread, nil if there is none.
func (r *Result) alone(p *Parallel) *Parallel {
	at := slices.IndexFunc(r.Parallel, func(q Parallel) bool { return q.Python == p.Python && q.Threads == 1 })
	if at < 0 {
		return nil
	}
	return &r.Parallel[at]
}

// overAlone returns what an event costs over that with one thread.
func (r *Result) overAlone(p *Parallel, clock string) float64 {
	alone := r.alone(p)
	if alone == nil {
		return stats.Median(nil)
	}
	return stats.Ratio(p.perEvent(clock), alone.perEvent(clock))
}

// overCounted returns what instructions are added over those with one thread, for the
// same work of each.
func (r *Result) overCounted(c *Counted) float64 {
	at := slices.IndexFunc(r.Counted, func(d Counted) bool { return d.Python == c.Python && d.Threads == 1 })
	if at < 0 {
		return stats.Median(nil)
	}
	return stats.Ratio(c.each(), r.Counted[at].each())
}

// each returns the instructions that are added to a thread's loop.
func (c *Counted) each() []float64 {
	added := stats.Sub(c.Traced, c.Untraced)
	for i := range added {
		added[i] /= float64(c.Threads * c.Loops)
	}
	return added
}

// setParallel adds the targets of the free-threaded interpreters.
func (r *Result) setParallel(add addTarget) {
	var times, instructions []value
	for i := range r.Parallel {
		if p := &r.Parallel[i]; p.Threads > 1 {
			times = append(times, value{p.String(), r.overAlone(p, r.clock(p.Threads))})
		}
	}
	for i := range r.Counted {
		if c := &r.Counted[i]; c.Threads > 1 {
			instructions = append(instructions, value{fmt.Sprintf("%d threads on %s", c.Threads, c.Python), off(r.overCounted(c))})
		}
	}
	add("free-threaded: added time for an event with several threads ÷ with one", Ratio, 1.25, false, times)
	add("free-threaded: added instructions for an event with four threads, off those with one by", Percent, 1.05, false, instructions)
}

// parallelTables show the threads.
func (r *Result) parallelTables() []string {
	t := newTable("threads", "untraced", "tracer, lines", "events", "added per event of a thread", "÷ with one", "the same by processor time", "÷ with one", "the target's")
	for i := range r.Parallel {
		p := &r.Parallel[i]
		lines := p.Modes[mode.Lines]
		if lines == nil || len(p.perEvent(Wall)) == 0 {
			t.row(p.String(), "–", "–", "–", "–", "–", "–", "–", "–")
			continue
		}
		by := map[string]string{Wall: "elapsed", CPU: "processor"}[r.clock(p.Threads)]
		t.row(p.String(), seconds(stats.Median(p.Modes[mode.Untraced].Loops)), seconds(stats.Median(lines.Loops)), count(lines.Events),
			nanoseconds(stats.Median(p.perEvent(Wall))), ratio(r.overAlone(p, Wall)),
			nanoseconds(stats.Median(p.perEvent(CPU))), ratio(r.overAlone(p, CPU)), by)
	}
	list := []string{t.String()}
	if len(r.Counted) == 0 {
		return list
	}
	t = newTable("threads", "instructions added to an event", "÷ with one")
	for i := range r.Counted {
		c := &r.Counted[i]
		t.row(fmt.Sprintf("%d on %s", c.Threads, c.Python), r.instructions(c), ratio(r.overCounted(c)))
	}
	return append(list, t.String())
}

// instructions are those that are added to an event. How many events a loop has the case
// of one thread knows.
func (r *Result) instructions(c *Counted) string {
	at := slices.IndexFunc(r.Parallel, func(p Parallel) bool { return p.Python == c.Python && p.Threads == 1 })
	if at < 0 || r.Parallel[at].Modes[mode.Lines] == nil || r.Parallel[at].Modes[mode.Lines].Events == 0 {
		return "–"
	}
	p := &r.Parallel[at]
	return fmt.Sprintf("%.1f", stats.Median(c.each())*float64(p.Loops)/float64(p.Modes[mode.Lines].Events))
}

package timeline

import (
	"tracer/internal/analyze/query"
	"tracer/trace"
)

// Part is a part of a thread that is to be exported.
type Part struct {
	query *query.Query
	part  *query.Part

	Thread      *trace.Thread
	Number      int  // of the thread among those that are exported, from 0
	First, Last bool // of the thread's parts
}

// Parts returns the parts of all threads that are asked for, in order: a thread's
// follow each other.
func Parts(t *trace.Trace, q *query.Query) []Part {
	var all []Part
	for number, th := range q.Threads(t) {
		parts := q.Parts(th)
		for i, p := range parts {
			all = append(all, Part{q, p, th, number, i == 0, i == len(parts)-1})
		}
	}
	return all
}

// Job returns the part as a job: v, which is made when it begins, writes to its output.
func (p Part) Job(visitor func(out *Output) trace.PartVisitor) Job {
	return Job{func(out *Output) error { return p.replay(out, visitor(out)) }, p.part.Events()}
}

func (p Part) replay(out *Output, v trace.PartVisitor) error {
	if p.First && p.Last { // which may be long: a thread whose frames' length is asked for is one part
		return p.query.ReplayContext(out.Context(), p.Thread, v, out.Read)
	}
	err := p.part.Replay(v)
	out.Read(p.part.Events())
	return err
}

// Processes returns the processes of threads, in order.
func Processes(threads []*trace.Thread) []*trace.Process {
	var all []*trace.Process
	for _, th := range threads {
		if n := len(all); n == 0 || all[n-1] != th.Process {
			all = append(all, th.Process)
		}
	}
	return all
}

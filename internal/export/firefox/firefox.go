package firefox

import (
	"context"
	"io"

	"tracer/internal/analyze/query"
	"tracer/internal/export/timeline"
	"tracer/trace"
)

// version is that of the format.
const version = 55

// Options is what is asked for.
type Options struct {
	Query    query.Query
	Lines    bool                   // stacks are of lines, not only of functions
	Creator  string                 // the program that writes, and its version
	Progress func(done, all uint64) // may be nil
}

// Write writes a trace. An error that is a *wire.CorruptError comes after all that can be
// read was written.
func Write(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	threads := o.Query.Threads(t)
	pids := newPIDs(timeline.Processes(threads))
	jobs := []timeline.Job{{Run: func(out *timeline.Output) error {
		return head(out, t, threads, pids, &o)
	}}}
	for i, th := range threads {
		jobs = append(jobs, newThread(th, pids.of(th.Process), i == 0, &o).jobs()...)
	}
	jobs = append(jobs, timeline.Job{Run: func(out *timeline.Output) error {
		out.B = append(out.B, "]}\n"...)
		return nil
	}})
	return timeline.Run(ctx, w, jobs, o.Progress)
}

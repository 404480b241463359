package chrome

import (
	"context"
	"io"

	"tracer/internal/analyze/query"
	"tracer/internal/export/timeline"
	"tracer/trace"
)

// Options is what is asked for.
type Options struct {
	Query    query.Query
	Creator  string                 // the program that writes, and its version
	Progress func(done, all uint64) // may be nil
}

// Write writes a trace. It streams: memory does not grow with the trace. An error that is a
// *wire.CorruptError comes after all that can be read was written.
func Write(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	threads := o.Query.Threads(t)
	jobs := []timeline.Job{{Run: func(out *timeline.Output) error {
		return head(out, t, threads, &o)
	}}}
	for _, p := range timeline.Parts(t, &o.Query) {
		jobs = append(jobs, p.Job(func(out *timeline.Output) trace.PartVisitor {
			return newEncoder(p, out)
		}))
	}
	jobs = append(jobs, timeline.Job{Run: func(out *timeline.Output) error {
		out.B = append(out.B, "\n]}\n"...)
		return nil
	}})
	return timeline.Run(ctx, w, jobs, o.Progress)
}

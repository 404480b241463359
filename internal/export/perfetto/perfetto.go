package perfetto

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
	Lines    bool                   // a second track for each thread, with its lines
	Progress func(done, all uint64) // may be nil
}

// Write writes a trace. It streams: memory does not grow with the trace. An error that is a
// *wire.CorruptError comes after all that can be read was written.
func Write(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	l := newLayout(o.Query.Threads(t), o.Lines)
	jobs := []timeline.Job{{Run: func(out *timeline.Output) error {
		l.describe(out, t)
		return nil
	}}}
	for i, p := range l.processes {
		jobs = append(jobs, timeline.Job{Run: func(out *timeline.Output) error {
			return l.countersOf(out, i, p, o.Query.Window)
		}})
	}
	var sources *timeline.Sources
	if o.Lines {
		sources = timeline.NewSources(t)
	}
	for _, p := range timeline.Parts(t, &o.Query) {
		jobs = append(jobs, p.Job(func(out *timeline.Output) trace.PartVisitor {
			return &encoder{part: p, process: p.Thread.Process, out: out, track: l.thread(p.Number), sources: sources}
		}))
	}
	return timeline.Run(ctx, w, jobs, o.Progress)
}

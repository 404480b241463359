package events

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
	Progress func(done, all uint64) // may be nil
}

// WriteCSV writes the events of a trace as CSV, under a row of names. It streams. An error that
// is a *wire.CorruptError comes after all that can be read was written.
func WriteCSV(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	names := timeline.Job{Run: func(out *timeline.Output) error {
		out.B = append(out.B, header...)
		return nil
	}}
	return write(ctx, w, t, o, []timeline.Job{names}, func() writer { return &rows{codes: map[*trace.Code][]byte{}} })
}

// WriteNDJSON writes the events of a trace as objects, each on a line. It streams. The
// error is as WriteCSV's.
func WriteNDJSON(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	return write(ctx, w, t, o, nil, func() writer { return NewLines() })
}

// writer writes events one at a time.
type writer interface {
	Append(b []byte, e *trace.ThreadEvent) []byte
}

func write(ctx context.Context, w io.Writer, t *trace.Trace, o Options, jobs []timeline.Job, make func() writer) error {
	for _, p := range timeline.Parts(t, &o.Query) {
		jobs = append(jobs, p.Job(func(out *timeline.Output) trace.PartVisitor {
			return &encoder{thread: p.Thread, out: out, writer: make()}
		}))
	}
	return timeline.Run(ctx, w, jobs, o.Progress)
}

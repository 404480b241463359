package export

import (
	"context"
	"errors"
	"io"

	"tracer/internal/export/callgrind"
	"tracer/internal/export/calls"
	"tracer/internal/export/cobertura"
	"tracer/internal/export/collapsed"
	"tracer/internal/export/coverage"
	"tracer/internal/export/lcov"
	"tracer/internal/export/lines"
	"tracer/internal/export/lprof"
	"tracer/internal/export/otlp"
	"tracer/internal/export/pprof"
	"tracer/internal/export/pstats"
	"tracer/internal/export/speedscope"
	"tracer/internal/export/stacks"
	"tracer/trace"
)

// sums are the formats that tell what a trace adds up to.
func sums() []Format {
	return []Format{
		{Name: "pprof", Ending: ".pb.gz", Help: "profile with lines and callers", Opens: "go tool pprof, Pyroscope, Grafana", Binary: true, ByThread: true, Fold: true, Write: ofStacks(pprof.Write)},
		{Name: "speedscope", Ending: ".speedscope.json", Help: "stacks, by function or line", Opens: "www.speedscope.app", Lines: true, ByThread: true, Fold: true, Write: ofStacks(speedscope.Write)},
		{Name: "collapsed", Ending: ".collapsed.txt", Help: "a line for each stack", Opens: "flamegraph.pl, inferno, speedscope", Lines: true, ByThread: true, Fold: true, Write: ofStacks(collapsed.Write)},
		{Name: "otlp", Ending: ".otlp.pb", Help: "OpenTelemetry profiles", Opens: "collectors with profiles, v1development", Binary: true, ByThread: true, Fold: true, Write: ofStacks(otlp.Write)},
		{Name: "callgrind", Ending: ".callgrind.out", Help: "costs of lines, and calls from lines", Opens: "KCachegrind, callgrind_annotate", Write: ofCalls(callgrind.Write)},
		{Name: "pstats", Ending: ".pstats", Help: "what cProfile saves", Opens: "python -m pstats, snakeviz, gprof2dot", Binary: true, Write: ofCalls(pstats.Write)},
		{Name: "lprof", Ending: ".lprof", Help: "what line_profiler saves", Opens: "python -m line_profiler", Binary: true, Write: lined(ofCalls(lprof.Write))},
		{Name: "coverage", Ending: ".coverage.json", Help: "the JSON report of coverage.py", Opens: "diff-cover, Codecov, editors", Write: lined(ofLines(coverage.Write))},
		{Name: "lcov", Ending: ".lcov", Help: "coverage with hits", Opens: "genhtml, lcov, editors", Write: lined(ofLines(lcov.Write))},
		{Name: "cobertura", Ending: ".cobertura.xml", Help: "coverage with hits, in XML", Opens: "GitLab, Jenkins, Azure", Write: lined(ofLines(cobertura.Write))},
	}
}

// ErrNoLines is the error of a format of lines where none were recorded.
var ErrNoLines = errors.New("export lines: none were recorded, the trace is of --events functions")

// lined refuses a trace without lines: it would look as if none had run.
func lined(write Writer) Writer {
	return func(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
		if t.Info().Settings.Events == "functions" {
			return ErrNoLines
		}
		return write(ctx, w, t, o)
	}
}

func ofStacks(write func(context.Context, io.Writer, *trace.Trace, stacks.Options) error) Writer {
	return func(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
		return write(ctx, w, t, stacks.Options{
			Query: o.Query, Raw: o.Raw, Lines: o.Lines, ByThread: o.ByThread, Fold: o.Fold, Creator: o.Creator, Progress: o.Progress,
		})
	}
}

func ofCalls(write func(context.Context, io.Writer, *trace.Trace, calls.Options) error) Writer {
	return func(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
		return write(ctx, w, t, calls.Options{Query: o.Query, Raw: o.Raw, Creator: o.Creator, Progress: o.Progress})
	}
}

func ofLines(write func(context.Context, io.Writer, *trace.Trace, lines.Options) error) Writer {
	return func(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
		return write(ctx, w, t, lines.Options{Query: o.Query, Creator: o.Creator, Progress: o.Progress})
	}
}

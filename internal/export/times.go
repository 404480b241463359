package export

import (
	"context"
	"io"

	"tracer/internal/export/chrome"
	"tracer/internal/export/events"
	"tracer/internal/export/firefox"
	"tracer/internal/export/perfetto"
	"tracer/trace"
)

// times are the formats that tell what happened when: they stream the events.
func times() []Format {
	return []Format{
		{Name: "perfetto", Ending: ".pftrace", Help: "timeline, as protobuf", Opens: "ui.perfetto.dev, trace_processor", Binary: true, Lines: true, Write: writePerfetto},
		{Name: "chrome", Ending: ".chrome.json", Help: "timeline, as trace events in JSON", Opens: "chrome://tracing, vizviewer, ui.perfetto.dev", Write: writeChrome},
		{Name: "firefox", Ending: ".firefox.json", Help: "timeline and call tree, as a processed profile", Opens: "profiler.firefox.com", Lines: true, Write: writeFirefox},
		{Name: "csv", Ending: ".csv", Help: "the events, a row each", Opens: "spreadsheets, databases, data frames", Write: writeCSV},
		{Name: "ndjson", Ending: ".ndjson", Help: "the events, an object on a line each", Opens: "jq, databases, data frames", Write: writeNDJSON},
	}
}

func writePerfetto(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	return perfetto.Write(ctx, w, t, perfetto.Options{Query: o.Query, Lines: o.Lines, Progress: o.Progress})
}

func writeChrome(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	return chrome.Write(ctx, w, t, chrome.Options{Query: o.Query, Creator: o.Creator, Progress: o.Progress})
}

func writeFirefox(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	return firefox.Write(ctx, w, t, firefox.Options{Query: o.Query, Lines: o.Lines, Creator: o.Creator, Progress: o.Progress})
}

func writeCSV(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	return events.WriteCSV(ctx, w, t, events.Options{Query: o.Query, Progress: o.Progress})
}

func writeNDJSON(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	return events.WriteNDJSON(ctx, w, t, events.Options{Query: o.Query, Progress: o.Progress})
}

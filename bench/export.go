package main

import (
	"context"
	"errors"
	"strconv"

	"tracer/bench/probe"
	"tracer/bench/result"
	"tracer/bench/synth"
	"tracer/internal/export"
)

const (
	keyExport      = "export"
	keyExportTrace = "trace to export"
)

// exportEvents is how many events the trace that is exported has: a tenth of them are calls.
const exportEvents, quickExportEvents = 100_000_000, 200_000

// exports is how often the trace is exported in each format.
func (b *bench) exports() int { return b.few(2, 1) }

// exported are the formats, as they are by default, and Perfetto's with lines.
func exported() []result.Exported {
	var list []result.Exported
	for _, f := range export.Formats() {
		list = append(list, result.Exported{Format: f.Name})
		if f.Name == result.Perfetto {
			list = append(list, result.Exported{Format: f.Name, Lines: true})
		}
	}
	return list
}

// measureExport makes a synthetic trace and exports it in all formats, in turns and each
// time in a fresh process.
func (b *bench) measureExport(ctx context.Context) (err error) {
	path := b.area.Path("export-trace")
	defer func() { err = errors.Join(err, synth.Remove(path)) }()
	if err := synth.Remove(path); err != nil {
		return err
	}
	events := b.few(exportEvents, quickExportEvents)
	var g generated
	if err := b.child(ctx, keyExportTrace, &g, "-generate", path, "-events", strconv.Itoa(events)); err != nil {
		return err
	}
	totals, err := synth.Read(path)
	if err != nil {
		return err
	}
	x := &result.Export{Events: g.Events, Bytes: g.Bytes, Formats: exported()}
	for _, f := range totals.Functions {
		x.Calls += f.Calls
	}
	for range b.exports() {
		var pass probe.Decoded
		if err := b.child(ctx, keyExport, &pass, "-pass", path); err != nil {
			return err
		}
		x.Pass = append(x.Pass, pass.Seconds)
		for i := range x.Formats {
			if err := b.export(ctx, path, &x.Formats[i]); err != nil {
				return err
			}
		}
	}
	b.result.Export = x
	return nil
}

func (b *bench) export(ctx context.Context, path string, f *result.Exported) error {
	var e probe.Exported
	if err := b.child(ctx, keyExport, &e, "-export", path, "-as", f.Format, "-lines="+strconv.FormatBool(f.Lines)); err != nil {
		return err
	}
	f.Bytes = e.Bytes
	f.Seconds, f.PeakRSS = append(f.Seconds, e.Seconds), append(f.PeakRSS, float64(e.PeakRSS))
	return nil
}

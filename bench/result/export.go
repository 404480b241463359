package result

import (
	"fmt"

	"tracer/bench/stats"
)

// Export is a synthetic trace, exported in all formats.
type Export struct {
	Events  uint64     `json:"events"`
	Calls   uint64     `json:"calls"`
	Bytes   int64      `json:"bytes"`
	Pass    []float64  `json:"pass_s"` // its events decoded, run by run
	Formats []Exported `json:"formats"`
}

// Exported is the export in one format, in a fresh process, to nowhere, run by run.
type Exported struct {
	Format  string    `json:"format"`
	Lines   bool      `json:"lines,omitempty"`
	Bytes   int64     `json:"bytes"`
	Seconds []float64 `json:"seconds"`
	PeakRSS []float64 `json:"peak_rss_bytes"`
}

// Perfetto is the format whose size and speed have targets of their own.
const Perfetto = "perfetto"

// passing are the formats that are to be as fast as the events are decoded.
var passing = [...]string{"pprof", "speedscope", "callgrind"}

func (f *Exported) name() string {
	if f.Lines {
		return f.Format + " with lines"
	}
	return f.Format
}

// setExport adds the targets of exports.
func (r *Result) setExport(add addTarget) {
	x := r.Export
	if x == nil {
		return
	}
	var sizes, rates, ratios, peaks []value
	for i := range x.Formats {
		f := &x.Formats[i]
		seconds := stats.Median(f.Seconds)
		peaks = append(peaks, value{f.name(), stats.Median(f.PeakRSS)})
		if f.Format == Perfetto {
			rates = append(rates, value{f.name(), float64(x.Events) / seconds})
			if !f.Lines {
				sizes = append(sizes, value{f.name(), float64(f.Bytes) / float64(x.Calls)})
			}
		}
		for _, format := range passing {
			if f.Format == format {
				ratios = append(ratios, value{f.name(), seconds / stats.Median(x.Pass)})
			}
		}
	}
	add("export to Perfetto: events", PerSec, 5e6, true, rates)
	add("export to Perfetto: bytes for a call", Ratio, 60, false, sizes)
	add("export to pprof, speedscope, callgrind ÷ decoding alone", Ratio, 1.5, false, ratios)
	add("exports: peak memory", Bytes, 500e6, false, peaks)
}

// exportTable shows how fast and how large exports are.
func (r *Result) exportTable() string {
	x := r.Export
	t := newTable("format", "minimum", "median", "events a second", "bytes", "bytes for a call", "peak memory")
	pass := stats.Median(x.Pass)
	t.row("decoding alone", seconds(stats.Min(x.Pass)), seconds(pass), PerSec.format(float64(x.Events)/pass), "", "", "")
	for i := range x.Formats {
		f := &x.Formats[i]
		median := stats.Median(f.Seconds)
		t.row(f.name(), seconds(stats.Min(f.Seconds)), seconds(median), PerSec.format(float64(x.Events)/median), megabytes(float64(f.Bytes)),
			fmt.Sprintf("%.1f", float64(f.Bytes)/float64(x.Calls)), megabytes(stats.Median(f.PeakRSS)))
	}
	return t.String()
}

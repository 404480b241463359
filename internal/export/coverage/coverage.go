// Package coverage writes the report of coverage.py that "coverage json" makes, in its format
// 3 (coverage/jsonreport.py): for each file the statements that ran, that did not and that
// are excluded, the same for its functions and classes, and sums. There are no branches and
// no contexts in it.
//
// It is made file by file.
package coverage

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"strconv"

	"tracer/internal/export/lines"
	"tracer/trace"
)

// Options choose what is written.
type Options = lines.Options

// format is the version of the report.
const format = 3

type meta struct {
	Format    int    `json:"format"`
	Version   string `json:"version"`
	Timestamp string `json:"timestamp"`
	Branches  bool   `json:"branch_coverage"`
	Contexts  bool   `json:"show_contexts"`
}

type file struct {
	region
	Functions *regions `json:"functions"`
	Classes   *regions `json:"classes"`
}

type region struct {
	Executed []int    `json:"executed_lines"`
	Summary  *summary `json:"summary"`
	Missing  []int    `json:"missing_lines"`
	Excluded []int    `json:"excluded_lines"`
	Start    int      `json:"start_line,omitempty"`
}

type summary struct {
	Covered   int     `json:"covered_lines"`
	All       int     `json:"num_statements"`
	Percent   float64 `json:"percent_covered"`
	Display   string  `json:"percent_covered_display"`
	Missing   int     `json:"missing_lines"`
	Excluded  int     `json:"excluded_lines"`
	Percents  float64 `json:"percent_statements_covered"`
	Displayed string  `json:"percent_statements_covered_display"`
}

// Write writes a trace.
func Write(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	out := bufio.NewWriterSize(w, 64<<10)
	out.WriteString(`{"meta": `)
	put(out, meta{Format: format, Version: o.Creator, Timestamp: t.Info().Start.UTC().Format("2006-01-02T15:04:05.000000")})
	out.WriteString(`, "files": {`)
	var all, ran, excluded, files int
	failed := lines.Each(ctx, t, o, func(f *lines.File) error {
		if files++; files > 1 {
			out.WriteString(", ")
		}
		n, hit, left := f.Count()
		all, ran, excluded = all+n, ran+hit, excluded+left
		out.WriteByte('\n')
		put(out, f.Name)
		out.WriteString(": ")
		return put(out, file{region: regionOf(f.Lines), Functions: functions(f), Classes: classes(f)})
	})
	if failed != nil && !lines.Corrupt(failed) {
		return failed
	}
	out.WriteString(`}, "totals": `)
	put(out, summarise(all, ran, excluded))
	out.WriteString("}\n")
	if err := out.Flush(); err != nil {
		return err
	}
	return failed
}

// put writes a value, and returns the error of the output so far.
func put(w *bufio.Writer, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

func regionOf(list []lines.Line) region {
	r := region{Executed: []int{}, Missing: []int{}, Excluded: []int{}}
	for _, l := range list {
		switch {
		case l.Excluded:
			r.Excluded = append(r.Excluded, l.Line)
		case l.Hits > 0:
			r.Executed = append(r.Executed, l.Line)
		default:
			r.Missing = append(r.Missing, l.Line)
		}
	}
	r.Summary = summarise(lines.Count(list))
	return r
}

func summarise(all, ran, excluded int) *summary {
	percent := 100.0
	if all > 0 {
		percent = 100 * float64(ran) / float64(all)
	}
	text := display(percent)
	return &summary{ran, all, percent, text, all - ran, excluded, percent, text}
}

// display rounds to whole percents, but to 0 and 100 only what is.
func display(percent float64) string {
	switch {
	case percent > 0 && percent < 1:
		percent = 1
	case percent > 99 && percent < 100:
		percent = 99
	}
	return strconv.FormatFloat(percent, 'f', 0, 64)
}

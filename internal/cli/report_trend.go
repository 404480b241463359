package cli

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"

	"tracer/internal/analyze/distribution"
	"tracer/internal/render"
)

// trendRow is a row of --trend, as data.
type trendRow struct {
	Module   string `json:"module"`
	Function string `json:"function"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Samples  uint64 `json:"samples"`
	SelfNS   int64  `json:"self_ns"`
	TotalNS  int64  `json:"total_ns"`

	Corrected distribution.Trend `json:"trend"`
	Raw       distribution.Trend `json:"raw_trend"`
}

// trendLine is one as CSV.
type trendLine struct {
	Module     string               `json:"module"`
	Function   string               `json:"function"`
	File       string               `json:"file"`
	Line       int                  `json:"line"`
	Samples    uint64               `json:"samples"`
	Verdict    distribution.Verdict `json:"verdict"`
	FromNS     int64                `json:"from_ns"`
	ToNS       int64                `json:"to_ns"`
	SlopeNS    float64              `json:"slope_ns"`
	Tau        float64              `json:"tau"`
	Chance     float64              `json:"chance"`
	StepNS     int64                `json:"step_ns"`
	RawVerdict distribution.Verdict `json:"raw_verdict"`
	RawFromNS  int64                `json:"raw_from_ns"`
	RawToNS    int64                `json:"raw_to_ns"`
}

// trendOf is a row with the trend that is looked at.
type trendOf struct {
	*distribution.Row
	distribution.Trend
	weight float64 // what the trend makes of all samples' time
}

// writeTrends writes what moves over the run.
func (x *reportSpread) writeTrends(w *bufio.Writer) error {
	var list []trendOf
	for _, r := range x.rows {
		t := trendOf{Row: r, Trend: r.Trend(x.raw)}
		if t.Verdict == distribution.None && len(x.spreads.functions) == 0 {
			continue
		}
		if t.Verdict == distribution.Cold {
			t.weight = float64(t.FromNS - t.ToNS)
		} else if t.Verdict != distribution.None {
			t.weight = float64(max(t.FromNS-t.ToNS, t.ToNS-t.FromNS)) * float64(r.Samples) / 2
		}
		list = append(list, t)
	}
	slices.SortStableFunc(list, func(a, b trendOf) int { return cmp.Compare(b.weight, a.weight) })
	all := len(list)
	if x.limit > 0 {
		list = list[:min(x.limit, all)]
	}
	if x.format != "text" {
		return x.trendData(w, list)
	}
	if all == 0 {
		_, err := fmt.Fprintf(w, "nothing to show: no %s takes longer or shorter over the run, of %s\n", x.by, render.Count(len(x.rows)))
		return err
	}
	t := x.table("CALLS", "FROM", "TO", "", "PER 1,000", "OVER THE RUN")
	for _, r := range list {
		t.Row(slices.Concat([]render.Cell{render.Number(r.Samples)}, x.ends(r), []render.Cell{x.over(r)}, x.where(r.Row))...)
	}
	if err := t.Write(w); err != nil {
		return err
	}
	more := ""
	if len(list) < all {
		more = fmt.Sprintf(" (%s more: --limit 0)", render.Count(all-len(list)))
	}
	fmt.Fprintf(w, "\n%s of %s%s; times are of one call, at the begin and at the end\n", render.Plural(len(list), x.by), render.Count(len(x.rows)), more)
	return x.nexts(w, "report --outliers")
}

// ends are the times at the begin and at the end, and what is between them.
func (x *reportSpread) ends(t trendOf) []render.Cell {
	if t.FromNS == 0 && t.ToNS == 0 {
		return make([]render.Cell, 4) // too few calls
	}
	slope := ""
	if t.Verdict != distribution.Cold && t.Verdict != distribution.Stepped {
		slope = render.Duration(int64(t.SlopeNS))
		if t.SlopeNS > 0 {
			slope = "+" + slope
		}
	}
	return []render.Cell{render.Time(max(t.FromNS, 0)), render.Time(max(t.ToNS, 0)), render.Text(change(t.FromNS, t.ToNS)), render.Text(slope)}
}

// over is the picture of a trend, and what it is.
func (x *reportSpread) over(t trendOf) render.Cell {
	var means []int64
	for _, b := range t.Tenths {
		means = append(means, x.times.of(b.TimeNS, b.RawTimeNS)/int64(b.Samples))
	}
	text := " " + string(t.Verdict)
	switch t.Verdict {
	case distribution.None:
		text = " no trend"
	case distribution.Stepped:
		text += " at " + render.Duration(t.StepNS)
	}
	style := map[distribution.Verdict]render.Style{distribution.Growing: render.Bad, distribution.Falling: render.Good}[t.Verdict]
	return render.Cell{Text: picture(means), Parts: []render.Cell{{Text: text, Style: style}}}
}

func (x *reportSpread) trendData(w *bufio.Writer, list []trendOf) error {
	var rows []trendRow
	var lines []trendLine
	for _, t := range list {
		r := t.Row
		own, raw := r.Trend(false), r.Trend(true)
		rows = append(rows, trendRow{r.Module, r.Function, r.File, r.Line, r.Samples, r.SelfNS, r.TotalNS, own, raw})
		lines = append(lines, trendLine{
			r.Module, r.Function, r.File, r.Line, r.Samples, own.Verdict, own.FromNS, own.ToNS, own.SlopeNS, own.Tau, own.Chance, own.StepNS,
			raw.Verdict, raw.FromNS, raw.ToNS,
		})
	}
	if x.format == "csv" {
		return render.CSV(w, lines)
	}
	return render.JSON(w, rows)
}

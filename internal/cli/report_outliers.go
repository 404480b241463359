package cli

import (
	"bufio"
	"context"
	"fmt"
	"slices"
	"strings"

	"tracer/internal/analyze/distribution"
	"tracer/internal/render"
)

// spentShown is how many lines and callees of a call are told.
const spentShown = 3

// outlying returns the functions that have calls that took far longer than most; of functions
// that were asked for the longest calls, however long these were.
func (x *reportSpread) outlying() []distribution.Outlier {
	if len(x.spreads.functions) == 0 {
		return slices.DeleteFunc(x.of.Outliers(x.raw), func(o distribution.Outlier) bool { return !x.filter.Match(o.Module) })
	}
	var list []distribution.Outlier
	for _, r := range x.rows {
		o := distribution.Outlier{Row: r}
		for i := range r.Worst {
			o.Calls = append(o.Calls, &r.Worst[i])
		}
		list = append(list, o)
	}
	return list
}

// explain finds where the time of those went that are shown.
func (x *reportSpread) explain(list []distribution.Outlier) error {
	var calls []*distribution.Call
	for _, o := range x.limited(list) {
		calls = append(calls, o.Calls...)
	}
	bar := &eventsProgress{env: x.env, what: "looking into calls"}
	defer bar.clear()
	return interruptible(func(ctx context.Context) error {
		return distribution.Explain(ctx, x.query, calls, spentShown, bar.step)
	})
}

// limited returns the functions that are shown.
func (x *reportSpread) limited(list []distribution.Outlier) []distribution.Outlier {
	limit := x.limit
	if !x.reportOptions.limited {
		limit = outlierLimit
	}
	if limit == 0 {
		return list
	}
	return list[:min(limit, len(list))]
}

// writeOutliers writes them.
func (x *reportSpread) writeOutliers(w *bufio.Writer, list []distribution.Outlier) error {
	all := len(list)
	list = x.limited(list)
	if x.format != "text" {
		return x.outlierData(w, list)
	}
	if all == 0 {
		_, err := fmt.Fprintf(w, "nothing to show: no function has calls that took far longer than its others, of %s\n", render.Count(len(x.rows)))
		return err
	}
	for _, o := range list {
		x.head(w, o.Row)
		t := render.NewTable(x.screen, render.Column{Title: "  TOOK", Right: true}, render.Column{Title: "AT", Right: true},
			render.Column{Title: "THREAD"}, render.Column{Title: "CALLED BY"}, render.Column{Title: "WHERE ITS TIME WENT"})
		for _, c := range o.Calls {
			t.Row(render.Time(x.times.of(c.TimeNS, c.RawNS)), render.Time(c.StartNS), render.Text(c.Thread), render.Text(x.caller(c)), x.spent(c))
		}
		if err := t.Write(w); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	more := ""
	if len(list) < all {
		more = fmt.Sprintf(" of %s (all: --limit 0)", render.Count(all))
	}
	kind := "with calls that took far longer than the others"
	if len(x.spreads.functions) > 0 {
		kind = "with the longest of its calls"
	}
	fmt.Fprintf(w, "%s%s %s\n", render.Plural(len(list), "function"), more, kind)
	first := list[0].Calls[0]
	return x.nexts(w, fmt.Sprintf("events --from %dns --to %dns --thread %d", first.StartNS, first.StartNS+first.RawNS+1, first.TID))
}

// head says which function it is, and what its calls mostly take.
func (x *reportSpread) head(w *bufio.Writer, r *distribution.Row) {
	name := x.screen.Paint(render.Strong, render.Clean(functionName(r.Module, r.Function)))
	text := fmt.Sprintf("%s  %s, half of them up to %s, 99%% up to %s", render.Clean(place(r.File, r.Line, x.trace.Info().Cwd)), render.Plural(r.Samples, "call"),
		render.Duration(x.times.of(r.P50NS, r.RawP50NS)), render.Duration(x.times.of(r.P99NS, r.RawP99NS)))
	fmt.Fprintf(w, "%s  %s\n", name, x.screen.Paint(render.Dim, text))
}

// caller says what called a call.
func (x *reportSpread) caller(c *distribution.Call) string {
	if c.CallerFunction == "" {
		return "-"
	}
	return functionName(c.CallerModule, c.CallerFunction) + " " + place(c.CallerFile, c.CallerLine, x.trace.Info().Cwd)
}

// spent says where the time of a call went: to lines wherever they are, and to calls of its own.
func (x *reportSpread) spent(c *distribution.Call) render.Cell {
	whole := x.times.of(c.TimeNS, c.RawNS)
	var parts []string
	add := func(s distribution.Spent, name string) {
		if took := x.times.of(s.TimeNS, s.RawNS); took*100 >= whole && took > 0 {
			parts = append(parts, name+" "+render.Percent(took, whole))
		}
	}
	for _, s := range c.Lines {
		add(s, place(s.File, s.Line, x.trace.Info().Cwd))
	}
	for _, s := range c.Callees {
		add(s, functionName(s.Module, s.Function)+"()")
	}
	if c.Cut {
		parts = append(parts, "cut off")
	}
	return render.Cell{Text: strings.Join(parts, ", ")}
}

func (x *reportSpread) outlierData(w *bufio.Writer, list []distribution.Outlier) error {
	if x.format == "json" {
		return render.JSON(w, list)
	}
	var calls []outlierCall
	for _, o := range list {
		for _, c := range o.Calls {
			calls = append(calls, outlierCall{
				c.Module, c.Function, c.File, c.Line, c.PID, c.TID, c.Thread, c.StartNS, c.TimeNS, c.RawNS, c.Cut,
				c.CallerModule, c.CallerFunction, c.CallerFile, c.CallerLine, spentText(c.Lines), spentText(c.Callees),
			})
		}
	}
	return render.CSV(w, calls)
}

// outlierCall is a call as CSV.
type outlierCall struct {
	Module         string `json:"module"`
	Function       string `json:"function"`
	File           string `json:"file"`
	Line           int    `json:"line"`
	PID            int    `json:"pid"`
	TID            int    `json:"tid"`
	Thread         string `json:"thread"`
	StartNS        int64  `json:"start_ns"`
	TimeNS         int64  `json:"time_ns"`
	RawNS          int64  `json:"raw_ns"`
	Cut            bool   `json:"cut"`
	CallerModule   string `json:"caller_module"`
	CallerFunction string `json:"caller_function"`
	CallerFile     string `json:"caller_file"`
	CallerLine     int    `json:"caller_line"`
	Lines          string `json:"lines"` // place=ns …
	Callees        string `json:"callees"`
}

func spentText(list []distribution.Spent) string {
	var parts []string
	for _, s := range list {
		parts = append(parts, fmt.Sprintf("%s:%d=%d", s.File, s.Line, s.TimeNS))
	}
	return strings.Join(parts, " ")
}

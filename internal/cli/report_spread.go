package cli

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tracer/internal/analyze/distribution"
	"tracer/internal/analyze/query"
	"tracer/internal/render"
	"tracer/trace"
)

const spreadLong = `With --spread, --outliers or --trend single calls are looked at, and not only what all
of them took together; with --by line single hits, without the calls that they made. These decode
every event of what is asked for. --spread tells how much the calls of a function differ: their mean
and standard deviation, and the times that 50, 90, 99 and 99.9 % of them do not exceed (to 1 %).
--outliers shows the longest calls of those functions of which some took far longer than most: when,
in which thread, who called, and where their time went. --trend shows what takes longer and longer,
or shorter, as the program runs, or changes at one moment, or takes long at first: for each its time
at the begin and at the end, by how much it changes with each thousand calls, and a picture of ten
parts of as many calls. It is silent where that may be chance. --function looks at some functions.`

const spreadExample = `  tracer report --spread --by line            how much the hits of a line differ
  tracer report --outliers                   the single calls that took far too long
  tracer report --outliers --function load   the longest calls of load
  tracer report --trend                      what grows: a leak, a list, a cold cache`

// outlierLimit is how many functions --outliers shows by default.
const outlierLimit = 5

// spreadOptions are the flags of the reports of single calls.
type spreadOptions struct {
	spread, outliers, trend bool
	functions               []string
	worst                   int
}

func (o *spreadOptions) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&o.spread, "spread", false, "how much single calls differ: mean, deviation, percentiles")
	flags.BoolVar(&o.outliers, "outliers", false, "the single calls that took far longer than the others")
	flags.BoolVar(&o.trend, "trend", false, "what takes longer and longer, or shorter, over the run")
	flags.StringArrayVar(&o.functions, "function", nil, "of these three, only this `FUNCTION`: a name, or a place like app.py:12; may be repeated")
	flags.IntVar(&o.worst, "worst", 5, "of --outliers, how many calls of each function")
}

// asked reports whether a report of single calls is asked for.
func (o *spreadOptions) asked() bool { return o.spread || o.outliers || o.trend }

// check finds what does not go together. by and sort are those of the report.
func (o *spreadOptions) check(cmd *cobra.Command, by string, tree bool) error {
	typed := func(name string) bool { // what is configured is for when it makes sense
		return cmd.Flags().Changed(name) && cmd.Flag(name).Annotations[sourceNote] == nil
	}
	switch several := btoi(o.spread) + btoi(o.outliers) + btoi(o.trend); {
	case several == 0 && typed("function"):
		return usageError(cmd, "--function is for --spread, --outliers and --trend")
	case !o.outliers && typed("worst"):
		return usageError(cmd, "--worst is for --outliers")
	case several == 0:
		return nil
	case several+btoi(tree) > 1:
		return usageError(cmd, "--spread, --outliers, --trend and the trees are different reports: choose one")
	case by != "function" && (by != "line" || o.outliers):
		return usageError(cmd, "--by %s: single calls are by function%s", by, map[bool]string{false: " or line"}[o.outliers])
	case !o.spread && typed("sort"):
		return usageError(cmd, "--sort: what stands out most is first")
	case o.worst < 1:
		return usageError(cmd, "--worst %d, expected 1 or more", o.worst)
	}
	return nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// reportSpread is what is written of single calls.
type reportSpread struct {
	*reportOptions
	env    *env
	trace  *trace.Trace
	name   string // of the trace, as it was given
	query  *query.Query
	of     *distribution.Distribution
	rows   []*distribution.Row // of the axis, those that are asked for
	times  times
	screen render.Screen
	kept   *sources
}

// runSpread writes the report of single calls that is asked for.
func (o *reportOptions) runSpread(e *env, t *trace.Trace, name string, q *query.Query) error {
	x := &reportSpread{reportOptions: o, env: e, trace: t, name: name, query: q, times: times{o.raw}, screen: e.screen(), kept: newSources(t)}
	failed := x.build()
	if x.of == nil {
		return failed
	}
	if err := x.choose(); err != nil {
		return err
	}
	write := x.writeSpread
	switch {
	case o.spreads.outliers:
		calls := x.outlying()
		if err := x.explain(calls); err != nil {
			return err
		}
		write = func(w *bufio.Writer) error { return x.writeOutliers(w, calls) }
	case o.spreads.trend:
		write = x.writeTrends
	}
	if err := e.buffered(write); err != nil {
		return err
	}
	return failed
}

func (x *reportSpread) build() error {
	worst := 0
	if x.spreads.outliers {
		worst = x.spreads.worst
	}
	bar := &eventsProgress{env: x.env, what: "looking at calls"}
	defer bar.clear()
	return interruptible(func(ctx context.Context) (err error) {
		x.of, err = distribution.Build(ctx, x.trace, x.query, distribution.Options{Worst: worst}, bar.step)
		return err
	})
}

// choose takes the rows that are asked for.
func (x *reportSpread) choose() error {
	rows := x.of.Functions
	if x.by == "line" {
		rows = x.of.Lines
	}
	found := map[string]bool{}
	for i := range rows {
		r := &rows[i]
		if r.Samples == 0 || !x.filter.Match(r.Module) {
			continue
		}
		meant := len(x.spreads.functions) == 0
		for _, text := range x.spreads.functions {
			if r.Means(text) {
				meant, found[text] = true, true
			}
		}
		if meant {
			x.rows = append(x.rows, r)
		}
	}
	for _, text := range x.spreads.functions {
		if !found[text] {
			return fmt.Errorf("find function %s: not in what is asked for of the trace; tracer report tells what is", text)
		}
	}
	return nil
}

// writeSpread writes how much samples differ.
func (x *reportSpread) writeSpread(w *bufio.Writer) error {
	slices.SortStableFunc(x.rows, func(a, b *distribution.Row) int { return cmp.Compare(x.measure(b), x.measure(a)) })
	rows := x.rows
	if x.limit > 0 {
		rows = rows[:min(x.limit, len(rows))]
	}
	switch x.format {
	case "json":
		return render.JSON(w, rows)
	case "csv":
		return render.CSV(w, dereferenced(rows))
	}
	if len(rows) == 0 {
		return x.nothing(w)
	}
	t := x.table("CALLS", "MEAN", "SD", "P50", "P90", "P99", "P99.9", "MAX")
	for _, r := range rows {
		cells := []render.Cell{render.Number(r.Samples)}
		for _, of := range [][2]int64{
			{r.MeanNS, r.RawMeanNS}, {r.DeviationNS, r.RawDeviationNS}, {r.P50NS, r.RawP50NS}, {r.P90NS, r.RawP90NS}, {r.P99NS, r.RawP99NS},
			{r.P999NS, r.RawP999NS}, {r.MaxNS, r.RawMaxNS},
		} {
			cells = append(cells, render.Time(x.times.of(of[0], of[1])))
		}
		t.Row(append(cells, x.where(r)...)...)
	}
	if err := t.Write(w); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s; a percentile is right to 1 %%\n", x.shown(len(rows)))
	return x.nexts(w, "report --outliers", "report --trend")
}

// dereferenced returns what pointers point at.
func dereferenced(rows []*distribution.Row) []distribution.Row {
	list := make([]distribution.Row, len(rows))
	for i, r := range rows {
		list[i] = *r
	}
	return list
}

// measure is what --sort says.
func (x *reportSpread) measure(r *distribution.Row) int64 {
	switch x.sort {
	case "total":
		return x.times.of(r.TotalNS, r.RawTotalNS)
	case "calls", "hits":
		return int64(r.Count)
	}
	return x.times.of(r.SelfNS, r.RawSelfNS)
}

// table has the columns, and those that say what a row is.
func (x *reportSpread) table(right ...string) *render.Table {
	if x.by == "line" && right[0] == "CALLS" {
		right[0] = "HITS"
	}
	var columns []render.Column
	for _, title := range right {
		columns = append(columns, render.Column{Title: title, Right: true})
	}
	titles := []string{"FUNCTION", "WHERE"}
	if x.by == "line" {
		titles = []string{"WHERE", "FUNCTION", "SOURCE"}
	}
	for _, title := range titles {
		columns = append(columns, render.Column{Title: title})
	}
	return render.NewTable(x.screen, columns...)
}

// where are the cells that say what a row is.
func (x *reportSpread) where(r *distribution.Row) []render.Cell {
	name, at := functionName(r.Module, r.Function), place(r.File, r.Line, x.trace.Info().Cwd)
	if x.by != "line" {
		return []render.Cell{{Text: name, Style: render.Strong}, {Text: at, Style: render.Dim}}
	}
	return []render.Cell{render.Text(at), {Text: name, Style: render.Dim}, {Text: x.kept.line(r.File, r.Line), Style: render.Strong}}
}

// shown says which rows there are.
func (x *reportSpread) shown(rows int) string {
	if rows == len(x.rows) {
		return fmt.Sprintf("%s by %s", render.Plural(rows, x.by), x.sort)
	}
	return fmt.Sprintf("%s of %s by %s (all: --limit 0)", render.Count(rows), render.Plural(len(x.rows), x.by), x.sort)
}

// nexts are commands to type for this trace.
func (x *reportSpread) nexts(w *bufio.Writer, commands ...string) error {
	for _, command := range commands {
		if x.name != "" {
			command += " " + quoted(x.name)
		}
		if _, err := fmt.Fprintln(w, x.screen.Paint(render.Dim, "next: tracer "+command)); err != nil {
			return err
		}
	}
	return nil
}

// change is a change in words: 3.4 times, 20% more.
func change(from, to int64) string {
	from, to = max(from, 1), max(to, 1)
	switch by := float64(to) / float64(from); {
	case by >= 2:
		return "×" + strconv.FormatFloat(by, 'f', map[bool]int{true: 1}[by < 20], 64)
	case by <= .5:
		return "÷" + strconv.FormatFloat(1/by, 'f', map[bool]int{true: 1}[by > .05], 64)
	case by >= 1:
		return fmt.Sprintf("+%.0f%%", 100*(by-1))
	default:
		return fmt.Sprintf("-%.0f%%", 100*(1-by))
	}
}

// bars are the parts of a picture of a row of numbers.
const bars = "▁▂▃▄▅▆▇█"

// picture returns a bar for each number, from 0 to the largest.
func picture(numbers []int64) string {
	most := max(slices.Max(append(numbers, 0)), 1)
	var b strings.Builder
	all := []rune(bars)
	for _, n := range numbers {
		b.WriteRune(all[min(max(int(n*int64(len(all))/most), 0), len(all)-1)])
	}
	return b.String()
}

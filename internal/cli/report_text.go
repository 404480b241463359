package cli

import (
	"bufio"
	"fmt"
	"strconv"

	"tracer/internal/analyze/profile"
	"tracer/internal/render"
)

// timeColumns are the columns that every axis of code begins with.
var timeColumns = []string{"SELF", "", "TOTAL", ""}

func (x *reportText) table(right []string, left ...string) *render.Table {
	var columns []render.Column
	for _, title := range right {
		columns = append(columns, render.Column{Title: title, Right: true})
	}
	for _, title := range left {
		columns = append(columns, render.Column{Title: title})
	}
	return render.NewTable(x.screen, columns...)
}

// traced is the time that all is a share of.
func (x *reportText) traced() int64 { return x.times.of(x.profile.SelfNS, x.profile.RawSelfNS) }

// cells are those of timeColumns.
func (x *reportText) cells(self, total int64) []render.Cell {
	traced := x.traced()
	return []render.Cell{
		render.Time(self), render.Share(self, traced),
		render.Time(total), {Text: render.Percent(total, traced), Style: render.Dim},
	}
}

func (x *reportText) functions(rows []profile.Function, all int, w *bufio.Writer) error {
	cwd := x.trace.Info().Cwd
	t := x.table(append(timeColumns, "CALLS", "MIN", "MAX"), "FUNCTION", "WHERE")
	for _, r := range rows {
		t.Row(append(x.cells(x.times.of(r.SelfNS, r.RawSelfNS), x.times.of(r.TotalNS, r.RawTotalNS)),
			render.Number(r.Calls), render.Time(x.times.of(r.MinNS, r.RawMinNS)), render.Time(x.times.of(r.MaxNS, r.RawMaxNS)),
			render.Cell{Text: functionName(r.Module, r.Function), Style: render.Strong},
			render.Cell{Text: place(r.File, r.Line, cwd), Style: render.Dim})...)
	}
	return x.write(t, w, x.shown(len(rows), all), x.next("report --by line"), x.annotate(rows[0].File))
}

func (x *reportText) lines(rows []profile.Line, all int, w *bufio.Writer) error {
	cwd := x.trace.Info().Cwd
	sources := newSources(x.trace)
	t := x.table(append(timeColumns, "HITS"), "WHERE", "FUNCTION", "SOURCE")
	for _, r := range rows {
		t.Row(append(x.cells(x.times.of(r.SelfNS, r.RawSelfNS), x.times.of(r.TotalNS, r.RawTotalNS)),
			render.Number(r.Hits), render.Text(place(r.File, r.Line, cwd)),
			render.Cell{Text: functionName(r.Module, r.Function), Style: render.Dim},
			render.Cell{Text: sources.line(r.File, r.Line), Style: render.Strong})...)
	}
	return x.write(t, w, x.shown(len(rows), all), x.annotate(rows[0].File))
}

func (x *reportText) groups(rows []profile.Group, all int, w *bufio.Writer) error {
	cwd := x.trace.Info().Cwd
	t := x.table(append(timeColumns, "CALLS", "HITS"), map[string]string{"module": "MODULE", "file": "FILE"}[x.by])
	for _, r := range rows {
		name := r.Name
		if x.by == "file" {
			name = shortPath(name, cwd)
		}
		t.Row(append(x.cells(x.times.of(r.SelfNS, r.RawSelfNS), x.times.of(r.TotalNS, r.RawTotalNS)),
			render.Number(r.Calls), render.Number(r.Hits), render.Cell{Text: name, Style: render.Strong})...)
	}
	if x.by == "file" {
		return x.write(t, w, x.shown(len(rows), all), x.annotate(rows[0].Name))
	}
	return x.write(t, w, x.shown(len(rows), all), x.next("report --by line --only "+rows[0].Name))
}

func (x *reportText) threads(rows []profile.Thread, all int, w *bufio.Writer) error {
	t := x.table([]string{"TRACED", "", "OUTSIDE", "DURATION", "EVENTS", "PID", "TID"}, "NAME")
	for _, r := range rows {
		self := x.times.of(r.SelfNS, r.RawSelfNS)
		t.Row(render.Time(self), render.Share(self, x.traced()), render.Time(x.times.of(r.OutsideNS, r.RawOutsideNS)),
			render.Time(r.DurationNS), render.Number(r.Events), render.Text(strconv.Itoa(r.PID)), render.Text(strconv.Itoa(r.TID)),
			render.Cell{Text: r.Name, Style: render.Strong})
	}
	return x.write(t, w, x.shown(len(rows), all), x.next("events --thread "+strconv.Itoa(rows[0].TID)))
}

func (x *reportText) processes(rows []profile.Process, all int, w *bufio.Writer) error {
	t := x.table([]string{"TRACED", "", "OUTSIDE", "DURATION", "EVENTS", "THREADS", "PID"}, "PROGRAM")
	for _, r := range rows {
		self := x.times.of(r.SelfNS, r.RawSelfNS)
		t.Row(render.Time(self), render.Share(self, x.traced()), render.Time(x.times.of(r.OutsideNS, r.RawOutsideNS)),
			render.Time(r.DurationNS), render.Number(r.Events), render.Number(r.Threads), render.Text(strconv.Itoa(r.PID)),
			render.Cell{Text: shortProgram(r.Program), Style: render.Strong})
	}
	return x.write(t, w, x.shown(len(rows), all), x.next("report --by thread"))
}

// write writes the table and what comes below it: what all is a share of, what is
// taken off, and what to type next.
func (x *reportText) write(t *render.Table, w *bufio.Writer, shown string, next ...string) error {
	if err := t.Write(w); err != nil {
		return err
	}
	var outside int64
	for _, th := range x.profile.Threads {
		outside += x.times.of(th.OutsideNS, th.RawOutsideNS)
	}
	fmt.Fprintf(w, "\n%s; %s in traced code, %s outside of it\n%s\n", shown, render.Duration(x.traced()), render.Duration(outside),
		x.times.taken(x.trace.Info(), x.profile))
	for _, n := range next {
		fmt.Fprintln(w, x.screen.Paint(render.Dim, "next: "+n))
	}
	return nil
}

// shown says which rows there are.
func (x *reportText) shown(rows, all int) string {
	if rows == all {
		return fmt.Sprintf("%s by %s", render.Plural(all, x.by), x.sort)
	}
	return fmt.Sprintf("%s of %s by %s (all: --limit 0)", render.Count(rows), render.Plural(all, x.by), x.sort)
}

// next is a command to type for this trace.
func (x *reportText) next(command string) string {
	if x.name != "" {
		command += " " + quoted(x.name)
	}
	return "tracer " + command
}

func (x *reportText) annotate(file string) string {
	short := quoted(render.Clean(shortPath(file, x.trace.Info().Cwd)))
	if x.name != "" {
		return "tracer annotate " + quoted(x.name) + " " + short
	}
	return "tracer annotate " + short
}

package cli

import (
	"bufio"
	"fmt"
	"math"
	"strings"

	"tracer/internal/analyze/diff"
	"tracer/internal/render"
)

// diffText writes a comparison for people.
type diffText struct {
	*diffOptions
	diff    *diff.Diff
	screen  render.Screen
	cwd     string
	failing []string
}

func (x *diffText) text(w *bufio.Writer) error {
	d := x.diff
	fmt.Fprintln(w, x.side("base", d.Base))
	fmt.Fprintln(w, x.side("new ", d.New))
	fmt.Fprintf(w, "whole  %s\n", x.whole())
	for _, problem := range d.Problems {
		fmt.Fprintln(w, x.screen.Paint(render.Warm, "mind   "+render.Clean(problem)))
	}
	fmt.Fprintln(w)
	if len(d.Functions)+len(d.Lines) > 0 {
		if err := x.table().Write(w); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w, x.count())
	for _, line := range x.notes() {
		fmt.Fprintln(w, line)
	}
	return nil
}

func (x *diffText) side(name string, s diff.Side) string {
	text := fmt.Sprintf("%s   %s of %s, Python %s", name, render.Plural(len(s.Runs), "run"), shortProgram(s.Program), s.Python)
	for _, path := range s.LeftOut {
		text += ", without " + shortPath(path, x.cwd) + ", which is unlike the others"
	}
	return render.Clean(text)
}

// whole says what became of the whole.
func (x *diffText) whole() string {
	t := x.diff.Whole
	text := fmt.Sprintf("%s → %s, %s", render.Duration(t.BaseNS), render.Duration(t.NewNS), grown(t))
	switch {
	case t.Beyond():
		text += ": " + x.screen.Paint(verdictStyle(t), string(t.Verdict)+", more than the noise of "+partOf(t.NoiseNS, t.BaseNS))
	default:
		text += ", within the noise of " + partOf(t.NoiseNS, t.BaseNS)
	}
	return text
}

// grown is a change in percent, with its sign.
func grown(t diff.Time) string {
	change := t.ChangeNS
	if t.NoiseNS >= 0 {
		change = t.BeyondNS
	}
	if t.BaseNS <= 0 {
		return "-"
	}
	return fmt.Sprintf("%+.1f%%", 100*float64(change)/float64(t.BaseNS))
}

func partOf(part, whole int64) string {
	if whole <= 0 || part < 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(part)/float64(whole))
}

func (x *diffText) table() *render.Table {
	t := x.newTable()
	for _, f := range x.diff.Functions {
		t.Row(append(x.cells(f.Self, f.Total, f.Calls, f.State, f.Spread),
			render.Cell{Text: functionName(f.Module, f.Function), Style: render.Strong},
			render.Cell{Text: x.where(f.Base, f.New), Style: render.Dim})...)
	}
	for _, l := range x.diff.Lines {
		source := l.NewSource
		if l.State == diff.Removed {
			source = l.BaseSource
		}
		t.Row(append(x.cells(l.Self, l.Total, l.Hits, l.State, l.Spread),
			render.Text(x.where(l.Base, l.New)), render.Cell{Text: functionName(l.Module, l.Function), Style: render.Dim},
			render.Cell{Text: source, Style: render.Strong})...)
	}
	return t
}

func (x *diffText) newTable() *render.Table {
	titles := []string{"SELF", "", "CHANGE", "", "NOISE", "TOTAL", "CALLS"}
	names := []string{"", "FUNCTION", "WHERE"}
	if x.by == "line" {
		titles[6], names = "HITS", []string{"", "WHERE", "FUNCTION", "SOURCE"}
	}
	if x.spread {
		titles = append(titles, "P50", "P99")
	}
	var columns []render.Column
	for _, title := range titles {
		columns = append(columns, render.Column{Title: title, Right: true})
	}
	for _, title := range names {
		columns = append(columns, render.Column{Title: title})
	}
	return render.NewTable(x.screen, columns...)
}

// cells are what rows of both axes begin with.
func (x *diffText) cells(self, total diff.Time, count diff.Count, state diff.State, spread *diff.Spread) []render.Cell {
	noise := "-"
	if self.NoiseNS >= 0 {
		noise = "±" + render.Duration(self.NoiseNS)
	}
	change := self.ChangeNS
	if self.NoiseNS >= 0 {
		change = self.BeyondNS
	}
	cells := []render.Cell{
		render.Text(render.Duration(self.BaseNS) + " →"), render.Text(render.Duration(self.NewNS)),
		{Text: signed(change), Style: verdictStyle(self)}, {Text: grown(self), Style: verdictStyle(self)},
		{Text: noise, Style: render.Dim}, {Text: grown(total), Style: verdictStyle(total)},
		{Text: countPair(count)},
	}
	if x.spread {
		p50, p99 := spreadPairs(spread)
		cells = append(cells, render.Text(p50), render.Text(p99))
	}
	return append(cells, render.Text(verdict(self, total, count, state)))
}

// spreadPairs are the percentiles before and after.
func spreadPairs(s *diff.Spread) (p50, p99 string) {
	if s == nil {
		return "-", "-"
	}
	return render.Duration(s.BaseP50NS) + " → " + render.Duration(s.NewP50NS), render.Duration(s.BaseP99NS) + " → " + render.Duration(s.NewP99NS)
}

func signed(ns int64) string {
	if ns > 0 {
		return "+" + render.Duration(ns)
	}
	return render.Duration(ns)
}

// countPair is a count before and after.
func countPair(c diff.Count) string {
	if c.Base == c.New {
		return render.Count(c.New)
	}
	return render.Count(c.Base) + " → " + render.Count(c.New)
}

// verdict says in a word or two what became of a row.
func verdict(self, total diff.Time, count diff.Count, state diff.State) string {
	var words []string
	switch {
	case state == diff.Added || state == diff.Removed:
		words = append(words, string(state))
	case self.Beyond():
		words = append(words, string(self.Verdict))
	case total.Beyond():
		words = append(words, "calls "+string(total.Verdict))
	}
	if count.Changed && len(words) == 0 {
		words = append(words, map[bool]string{true: "more often", false: "less often"}[count.New > count.Base])
	}
	if state == diff.Moved {
		words = append(words, "moved")
	}
	return strings.Join(words, ", ")
}

func verdictStyle(t diff.Time) render.Style {
	switch t.Verdict {
	case diff.Slower:
		return render.Bad
	case diff.Faster:
		return render.Good
	}
	return render.Plain
}

// where is where a row is, and where it was if that is elsewhere.
func (x *diffText) where(base, next diff.Place) string {
	switch {
	case next.Line == 0:
		return "was " + place(base.File, base.Line, x.cwd)
	case base.Line == 0 || base.Line == next.Line:
		return place(next.File, next.Line, x.cwd)
	}
	return fmt.Sprintf("%s (was %d)", place(next.File, next.Line, x.cwd), base.Line)
}

// count says how many rows there are.
func (x *diffText) count() string {
	d, n := x.diff, len(x.diff.Functions)+len(x.diff.Lines)
	switch {
	case n == 0:
		return fmt.Sprintf("no %s changed by more than the noise (all: --all)", x.by)
	case n < x.rows:
		return fmt.Sprintf("%s of %s by change of %s (all: --limit 0); %s compared", render.Count(n), render.Plural(x.rows, x.by), x.sort, render.Plural(d.Tested, "time"))
	}
	return fmt.Sprintf("%s by change of %s; %s compared", render.Plural(n, x.by), x.sort, render.Plural(d.Tested, "time"))
}

// notes are what else there is to know.
func (x *diffText) notes() (list []string) {
	d := x.diff
	if d.Sure && math.Abs(d.Common-1) >= .005 {
		list = append(list, fmt.Sprintf("all functions alike took %+.1f%%: the machine, the interpreter, or what is everywhere; changes are beyond that", 100*(d.Common-1)))
	}
	if d.PaceSpread > 1.2 {
		list = append(list, fmt.Sprintf("runs of the same side took up to %.1f times as long as others: on a quieter machine, or of more runs, more can be told", d.PaceSpread))
	}
	if len(d.Base.Runs) == 1 && len(d.New.Runs) == 1 {
		list = append(list, "of one run on each side only large changes are told: five are good, tracer diff base1 base2 … -- new1 new2 …")
	}
	for _, h := range d.Hints {
		list = append(list, render.Clean(fmt.Sprintf("%s may be %s now: %.0f%% of its lines are the same", functionName(h.Module, h.Function), functionName(h.NewModule, h.NewFunction), 100*h.Alike)))
	}
	if x.by == "function" && len(d.Functions) > 0 {
		list = append(list, x.screen.Paint(render.Dim, "next: the same with --by line"))
	}
	return list
}

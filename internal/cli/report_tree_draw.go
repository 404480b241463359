package cli

import (
	"fmt"

	"tracer/internal/analyze/tree"
	"tracer/internal/render"
)

// level writes rows with what is below them, and what of them is not shown. lead is what
// stands before them.
func (t *treeText) level(rows []*branch, lead string, top bool) {
	var shown, hidden []*branch
	for _, b := range rows {
		if _, ok := t.chosen[b]; ok {
			shown = append(shown, b)
		} else {
			hidden = append(hidden, b)
		}
	}
	g := t.guides
	if top {
		g = guides{}
	}
	for i, b := range shown {
		guide, further := g.branch, g.pass
		if i == len(shown)-1 && len(hidden) == 0 {
			guide, further = g.last, g.under
		}
		t.row(b, lead+guide)
		t.level(t.chosen[b], lead+further, false)
	}
	if len(hidden) > 0 {
		t.more(hidden, lead+g.last)
	}
}

// guides are the lines that lead to a row: to one, to the last one, past them to what is
// below, and what is there below the last one.
type guides struct{ branch, last, pass, under string }

// guidesFor returns guides that leave room for names on the screen.
func (t *treeText) guidesFor(roots []*branch) guides {
	const others, name = 50, 20 // columns
	room, levels := t.env.screen().Width-others-name, t.levels(roots)
	switch {
	case t.env.screen().Width == 0 || 3*levels <= room:
		return guides{"├─ ", "└─ ", "│  ", "   "}
	case 2*levels <= room:
		return guides{"├ ", "└ ", "│ ", "  "}
	}
	return guides{"├", "└", "│", " "}
}

// levels is how many levels of the rows are shown.
func (t *treeText) levels(rows []*branch) (levels int) {
	for _, b := range rows {
		if below, ok := t.chosen[b]; ok {
			levels = max(levels, 1+t.levels(below))
		}
	}
	return levels
}

// row writes a row.
func (t *treeText) row(b *branch, lead string) {
	t.rows++
	t.table.Row(append(t.cells(b), render.Cell{Text: lead, Style: render.Dim, Parts: t.label(b)})...)
}

// cells are those of a row, but for the last.
func (t *treeText) cells(b *branch) []render.Cell {
	total, self := max(b.total, 0), max(b.self, 0)
	cells := []render.Cell{
		render.Time(total), render.Share(total, t.whole),
		render.Time(self), {Text: render.Percent(self, t.whole), Style: render.Dim},
	}
	switch {
	case !t.hits:
		return append(cells, render.Number(b.calls))
	case b.line != 0:
		return append(cells, render.Cell{}, render.Number(b.hits))
	}
	return append(cells, render.Number(b.calls), render.Cell{})
}

// label names a row: a function and where it is, or a line and its source.
func (t *treeText) label(b *branch) []render.Cell {
	f := b.function
	switch {
	case f == nil:
		return []render.Cell{{Text: "no traced function", Style: render.Dim}}
	case f.Name == tree.Deeper && f.File == "":
		return []render.Cell{{Text: "too deep to be told apart", Style: render.Dim}}
	case b.line != 0 && t.trees.callers == "":
		return []render.Cell{{Text: fmt.Sprintf("%d", b.line)}, {Text: "  " + t.sources.line(f.File, b.line), Style: render.Strong}}
	}
	line, source := f.FirstLine, ""
	if b.line != 0 {
		line = b.line
		if t.byLine {
			source = "  " + t.sources.line(f.File, line)
		}
	}
	return []render.Cell{
		{Text: functionName(f.Module, f.Name), Style: render.Strong},
		{Text: "  " + place(f.File, line, t.trace.Info().Cwd), Style: render.Dim}, {Text: source},
	}
}

// more writes what of some rows is not shown: how many they are, and what they add up to.
func (t *treeText) more(hidden []*branch, lead string) {
	sum := &branch{line: hidden[0].line} // all are lines, or all functions
	for _, b := range hidden {
		sum.total += b.total
		sum.self += b.self
		sum.calls += b.calls
		sum.hits += b.hits
	}
	t.hidden += len(hidden)
	what := []render.Cell{{Text: fmt.Sprintf("%d more", len(hidden))}}
	if len(hidden) == 1 {
		what = t.label(hidden[0])
	}
	for i := range what {
		what[i].Style = render.Dim
	}
	t.table.Row(append(t.cells(sum), render.Cell{Text: lead + "… ", Style: render.Dim, Parts: what})...)
}

package cli

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"

	"tracer/internal/analyze/profile"
	"tracer/internal/highlight"
	"tracer/internal/render"
)

// text writes the lines as a table, the hot ones standing out.
func (o *annotateOptions) text(w *bufio.Writer, screen render.Screen, p *profile.Profile, file string, lines []annotated) error {
	var self, hottest int64
	var hits uint64
	times := times{o.raw}
	traced := times.of(p.SelfNS, p.RawSelfNS)
	for _, a := range lines {
		took := times.of(a.SelfNS, a.RawSelfNS)
		self += took
		hits += a.Hits
		hottest = max(hottest, took)
	}
	fmt.Fprintf(w, "%s\n%s, %s of %s in traced code (%s)\n\n", screen.Paint(render.Strong, render.Clean(file)),
		render.Plural(hits, "hit"), render.Duration(self), render.Duration(traced), render.Percent(self, traced))
	t := render.NewTable(screen, render.Column{Title: "HITS", Right: true}, render.Column{Title: "SELF", Right: true},
		render.Column{Title: "TOTAL", Right: true}, render.Column{Title: "SHARE", Right: true}, render.Column{Title: "LINE", Right: true},
		render.Column{Title: "SOURCE"})
	code := colours(screen, lines)
	last := 0
	for _, a := range o.around(lines) {
		if last != 0 && a.Line != last+1 {
			t.Row(blank, blank, blank, blank, render.Cell{Text: "⋮", Style: render.Dim}, blank)
		}
		last = a.Line
		took := times.of(a.SelfNS, a.RawSelfNS)
		hot := took > 0 && (took*2 >= hottest || took*10 >= self)
		source := render.Cell{Text: a.Source}
		if a.Line >= 1 && a.Line <= len(code) {
			source = render.Cell{Parts: paint(code[a.Line-1])}
		}
		t.Row(annotatedCells(a, times, hot, traced, source)...)
	}
	return t.Write(w)
}

var blank render.Cell

// annotatedCells are the cells of a line.
func annotatedCells(a annotated, times times, hot bool, traced int64, source render.Cell) []render.Cell {
	number := render.Cell{Text: strconv.Itoa(a.Line), Style: render.Dim}
	if !a.ran() {
		return []render.Cell{blank, blank, blank, blank, number, source}
	}
	self := times.of(a.SelfNS, a.RawSelfNS)
	cells := []render.Cell{render.Number(a.Hits), render.Time(self), render.Time(times.of(a.TotalNS, a.RawTotalNS)), render.Share(self, traced), number, source}
	if hot {
		cells[4].Text = "▶ " + cells[4].Text
		for i := range cells {
			cells[i].Style = render.Hot
		}
		cells[5] = render.Cell{Text: a.Source, Style: render.Hot}
	}
	return cells
}

// colours are the parts of the lines that have text, nothing without colours.
func colours(screen render.Screen, lines []annotated) [][]highlight.Span {
	if !screen.Color {
		return nil
	}
	var b strings.Builder
	for i, a := range lines {
		if a.Line != i+1 {
			break
		}
		b.WriteString(a.Source + "\n")
	}
	return highlight.Python(b.String())
}

package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// Column is a column of a table.
type Column struct {
	Title string
	Right bool // aligned
}

// Cell is a place in a table.
type Cell struct {
	Text  string
	Style Style
	Parts []Cell // what follows Text
}

// Table is rows of cells under titles.
type Table struct {
	screen  Screen
	columns []Column
	rows    []table.Row
}

// NewTable returns a table without rows.
func NewTable(s Screen, columns ...Column) *Table {
	return &Table{screen: s, columns: columns}
}

// Row adds a row of one cell for each column.
func (t *Table) Row(cells ...Cell) {
	row := make(table.Row, len(cells))
	for i, c := range cells {
		row[i] = t.screen.cell(c)
	}
	t.rows = append(t.rows, row)
}

func (sc Screen) cell(c Cell) string {
	s := sc.Paint(c.Style, Clean(c.Text))
	for _, part := range c.Parts {
		s += sc.cell(part)
	}
	return s
}

// titled reports whether the table has a line of titles.
func (t *Table) titled() bool {
	return slices.ContainsFunc(t.columns, func(c Column) bool { return c.Title != "" })
}

// Write renders the table; on a terminal what does not fit is cut off.
func (t *Table) Write(w io.Writer) error {
	tw := table.NewWriter()
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Format.HeaderAlign = text.AlignDefault
	style.Format.Header = text.FormatDefault
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	if t.screen.Width > 0 {
		style.Size.WidthMax = t.screen.Width
		style.Box.UnfinishedRow = "…"
	}
	tw.SetStyle(style)
	header := make(table.Row, len(t.columns))
	configs := make([]table.ColumnConfig, len(t.columns))
	for i, c := range t.columns {
		header[i] = t.screen.Paint(Dim, c.Title)
		align := text.AlignLeft
		if c.Right {
			align = text.AlignRight
		}
		configs[i] = table.ColumnConfig{Number: i + 1, Align: align, AlignHeader: align}
	}
	if t.titled() {
		tw.AppendHeader(header)
	}
	tw.SetColumnConfigs(configs)
	tw.AppendRows(t.rows)
	for line := range strings.Lines(tw.Render()) {
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// Text is a plain cell.
func Text(s string) Cell { return Cell{Text: s} }

// Time is a cell with a duration.
func Time(ns int64) Cell { return Cell{Text: durationCell(ns)} }

// Number is a cell with a count.
func Number[N int | int64 | uint64](n N) Cell { return Cell{Text: Count(n)} }

// Share is a cell with a percentage that stands out where it is large.
func Share(part, whole int64) Cell {
	c := Cell{Text: Percent(part, whole)}
	switch {
	case part*10 >= whole && part > 0:
		c.Style = Hot
	case part*50 >= whole && part > 0:
		c.Style = Warm
	}
	return c
}

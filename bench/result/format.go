package result

import (
	"fmt"
	"math"
	"strings"
)

// table is a table of Markdown.
type table struct {
	head []string
	rows [][]string
}

func newTable(head ...string) *table { return &table{head: head} }

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// String returns the table; all columns but the first are aligned to the right.
func (t *table) String() string {
	var b strings.Builder
	line := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(t.head)
	rule := make([]string, len(t.head))
	for i := range rule {
		rule[i] = "--:"
	}
	rule[0] = ":--"
	line(rule)
	for _, row := range t.rows {
		line(row)
	}
	return b.String()
}

func (u Unit) format(x float64) string {
	switch u {
	case Percent:
		return fmt.Sprintf("%.1f %%", 100*(x-1))
	case Seconds:
		return seconds(x)
	case PerSec:
		return fmt.Sprintf("%.1f million/s", x/1e6)
	case Bytes:
		return megabytes(x)
	case Ratio:
	}
	return fmt.Sprintf("%.2f", x)
}

// seconds writes a time with a fitting unit, as a whole number of milliseconds
// below a second.
func seconds(s float64) string {
	switch {
	case math.IsNaN(s):
		return "–"
	case math.Abs(s) < 0.9995:
		return fmt.Sprintf("%.0f ms", 1e3*s)
	}
	return fmt.Sprintf("%.2f s", s)
}

func nanoseconds(s float64) string {
	if math.IsNaN(s) {
		return "–"
	}
	return fmt.Sprintf("%.1f ns", 1e9*s)
}

func microseconds(s float64) string {
	if math.IsNaN(s) {
		return "–"
	}
	return fmt.Sprintf("%.0f µs", 1e6*s)
}

func times(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return fmt.Sprintf("%.2f ×", x)
}

func count(n uint64) string {
	switch {
	case n < 100_000:
		return fmt.Sprintf("%.1f thousand", float64(n)/1e3)
	case n >= 1_000_000_000:
		return fmt.Sprintf("%.1f billion", float64(n)/1e9)
	}
	return fmt.Sprintf("%.1f million", float64(n)/1e6)
}

func megabytes(b float64) string { return fmt.Sprintf("%.1f MB", b/1e6) }

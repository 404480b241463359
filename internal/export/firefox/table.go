package firefox

import (
	"encoding/json"
	"fmt"

	"tracer/internal/export/timeline"
)

// table is a table of a profile: an array for each column.
type table struct {
	name    string
	columns []string
	values  [][]any // by column
	rows    int
}

func newTable(name string, columns ...string) *table {
	t := &table{name: name, columns: columns, values: make([][]any, len(columns))}
	for i := range t.values {
		t.values[i] = []any{} // none is an array too
	}
	return t
}

// add adds a row.
func (t *table) add(row ...any) {
	for i, v := range row {
		t.values[i] = append(t.values[i], v)
	}
	t.rows++
}

// append writes the table and a comma.
func (t *table) append(out *timeline.Output) error {
	object := map[string]any{"length": t.rows}
	for i, name := range t.columns {
		object[name] = t.values[i]
	}
	b, err := json.Marshal(object)
	if err != nil {
		return fmt.Errorf("write table %s: %w", t.name, err)
	}
	out.B = fmt.Appendf(out.B, "%q:%s,", t.name, b)
	out.Spill()
	return nil
}

// texts are the strings of a thread, which tables tell by their numbers.
type texts struct {
	list    []string
	numbers map[string]int
}

func newTexts() *texts { return &texts{[]string{}, map[string]int{}} }

func (x *texts) number(text string) int {
	n, ok := x.numbers[text]
	if !ok {
		n = len(x.list)
		x.numbers[text] = n
		x.list = append(x.list, text)
	}
	return n
}

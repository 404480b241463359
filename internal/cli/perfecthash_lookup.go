package cli

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tracer/internal/render"
	"tracer/perfecthash"
)

const perfecthashLookupLong = `Lookup says which number each key has in a table, or that it is not found. Without
keys on the command line they come from standard input, one a line. It ends with
the status 1 if a key was not found.`

const perfecthashLookupExample = `  tracer perfecthash lookup words.table apple pear
  tracer perfecthash lookup words.table < asked.txt
  tracer perfecthash lookup ids.table 42 0xff --format json`

type perfecthashLookup struct{ format string }

func newPerfecthashLookup(e *env) *cobra.Command {
	var o perfecthashLookup
	cmd := &cobra.Command{
		Use:     "lookup TABLE [KEY...]",
		Short:   "Which numbers keys have",
		Long:    perfecthashLookupLong,
		Example: perfecthashLookupExample,
		Args:    args(1, 1<<20, "TABLE [KEY...]"),
		RunE:    func(_ *cobra.Command, args []string) error { return o.run(e, args[0], args[1:]) },
	}
	choiceFlag(cmd, &o.format, "format", "how to write it", "text", "json")
	return cmd
}

// lookupRow is a key as JSON has it.
type lookupRow struct {
	Key    string `json:"key"`
	Number *int   `json:"number"` // null: not found
}

func (r lookupRow) text() string {
	if r.Number == nil {
		return render.Clean(r.Key) + "\tnot found"
	}
	return fmt.Sprintf("%s\t%d", render.Clean(r.Key), *r.Number)
}

func (o *perfecthashLookup) run(e *env, path string, keys []string) error {
	t, end, err := openTable(path)
	if err != nil {
		return err
	}
	defer end()
	missing := false
	err = e.buffered(func(w *bufio.Writer) error {
		take := func(key string) error {
			row, err := lookUp(t, key)
			if err != nil {
				return err
			}
			missing = missing || row.Number == nil
			if o.format == "json" {
				return render.JSONLine(w, row)
			}
			_, err = fmt.Fprintln(w, row.text())
			return err
		}
		for _, key := range keys {
			if err := take(key); err != nil {
				return err
			}
		}
		if len(keys) > 0 {
			return nil
		}
		const longest = 1 << 30
		lines := bufio.NewScanner(e.In)
		lines.Buffer(nil, longest)
		lines.Split(scanKeys)
		for lines.Scan() {
			if err := take(lines.Text()); err != nil {
				return err
			}
		}
		return lines.Err()
	})
	if err == nil && missing {
		return &ExitError{Code: exitFailed}
	}
	return err
}

// scanKeys is bufio.ScanLines, but for a carriage return, which may be of the key.
func scanKeys(data []byte, atEOF bool) (advance int, token []byte, err error) {
	advance, token, err = bufio.ScanLines(data, atEOF)
	if n := len(token); advance > n && n < len(data) && data[n] == '\r' {
		token = data[:n+1]
	}
	return advance, token, err
}

func lookUp(t *perfecthash.Table, key string) (lookupRow, error) {
	row := lookupRow{Key: key}
	var number int
	var ok bool
	if t.Kind() == perfecthash.KindBytes {
		number, ok = t.FindString(key)
	} else {
		n, err := parseKey(strings.TrimSpace(key), 64)
		if err != nil {
			return row, fmt.Errorf("look up key %w", err)
		}
		number, ok = t.FindUint64(n)
	}
	if ok {
		row.Number = &number
	}
	return row, nil
}

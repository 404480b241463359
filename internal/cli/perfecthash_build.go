package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"tracer/internal/render"
	"tracer/perfecthash"
)

const perfecthashBuildLong = `Build makes a table of the keys in a file, - for standard input. A key that is
there twice is an error that names it. A table that exists is replaced when the
new one is complete: who has it mapped keeps the old one.`

const perfecthashBuildExample = `  tracer perfecthash build words.txt -o words.table
  cut -f1 data.tsv | sort -u | tracer perfecthash build - -o ids.table --as uint64
  tracer perfecthash build ids.bin -o ids.table --as uint64 --binary --check keys`

type perfecthashBuild struct {
	keyOptions
	tableOptions
	output, format string
}

func newPerfecthashBuild(e *env) *cobra.Command {
	var o perfecthashBuild
	cmd := &cobra.Command{
		Use:     "build KEYS -o TABLE",
		Short:   "Make a table of keys",
		Long:    perfecthashBuildLong,
		Example: perfecthashBuildExample,
		Args:    args(1, 1, "one: KEYS"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.output == "" {
				return usageError(cmd, "where to? choose -o TABLE, or -o - for stdout")
			}
			if err := o.keyOptions.check(cmd); err != nil {
				return err
			}
			return o.run(e, args[0])
		},
	}
	o.keyOptions.flags(cmd)
	o.tableOptions.flags(cmd)
	cmd.Flags().StringVarP(&o.output, "output", "o", "", "`TABLE` to write, - for stdout")
	choiceFlag(cmd, &o.format, "format", "how to say what was made", "text", "json")
	return cmd
}

// buildData is what was built, as JSON has it.
type buildData struct {
	tableData
	Path    string `json:"path"`
	BuildNS int64  `json:"build_ns"`
}

func (o *perfecthashBuild) run(e *env, path string) error {
	if o.output == "-" && render.NewScreen(e.Out, render.Never).Width > 0 {
		return errors.New("write table to stdout: it is a terminal; redirect it, or choose -o TABLE")
	}
	return interruptible(func(ctx context.Context) error {
		keys, err := o.open(ctx, e, path)
		if err != nil {
			return err
		}
		start := time.Now()
		table, err := keys.build(ctx, e, o.options())
		if err != nil {
			return errors.Join(err, keys.close())
		}
		took := time.Since(start)
		out := e.Out
		if o.output == "-" {
			out = e.Err
			_, err = table.WriteTo(e.Out)
		} else {
			err = writeTable(table, o.output)
		}
		if err = errors.Join(err, keys.close()); err != nil {
			return err
		}
		data := buildData{newTableData(table), o.output, took.Nanoseconds()}
		if o.format == "json" {
			return render.JSONObject(out, data)
		}
		_, err = fmt.Fprintf(out, "%s: %s, built in %s\n", render.Clean(o.output), data.text(), render.Duration(data.BuildNS))
		return err
	})
}

// writeTable writes the table to a new file, which then takes the place of the old one.
func writeTable(t *perfecthash.Table, path string) error {
	return replaceFile(path, func(w io.Writer) error {
		_, err := t.WriteTo(w)
		return err
	})
}

func replaceFile(path string, write func(w io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, errors.Unwrap(err))
	}
	w := bufio.NewWriterSize(f, 1<<20)
	err = write(w)
	err = errors.Join(err, w.Flush(), f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

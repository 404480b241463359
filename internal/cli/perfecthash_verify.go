package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"tracer/internal/render"
)

const perfecthashVerifyLong = `Verify looks at every byte of a table, and at each key: all are found, and no two have
the same number. The keys are those of the file KEYS, - for standard input, or
those that the table keeps; without either, only what the table itself
consists of is looked at. It ends with the status 1 if something is wrong.`

const perfecthashVerifyExample = `  tracer perfecthash verify words.table words.txt
  tracer perfecthash verify ids.table ids.bin --as uint64 --binary --format json`

type perfecthashVerify struct {
	keyOptions
	format string
}

func newPerfecthashVerify(e *env) *cobra.Command {
	var o perfecthashVerify
	cmd := &cobra.Command{
		Use:     "verify TABLE [KEYS]",
		Short:   "Whether a table is whole and finds each key",
		Long:    perfecthashVerifyLong,
		Example: perfecthashVerifyExample,
		Args:    args(1, 2, "TABLE [KEYS]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.keyOptions.check(cmd); err != nil {
				return err
			}
			return o.run(e, args[0], arg(args, 1))
		},
	}
	o.keyOptions.flags(cmd)
	choiceFlag(cmd, &o.format, "format", "how to write it", "text", "json")
	return cmd
}

// verifyTableData is a verified table as JSON has it.
type verifyTableData struct {
	tableData
	Verified int `json:"verified_keys"`
}

func (o *perfecthashVerify) run(e *env, path, keyPath string) error {
	t, end, err := openTable(path)
	if err != nil {
		return err
	}
	defer end()
	data := verifyTableData{tableData: newTableData(t)}
	err = interruptible(func(ctx context.Context) error {
		keys, kept := t.Keys()
		if keyPath != "" {
			set, err := o.open(ctx, e, keyPath)
			if err != nil {
				return err
			}
			defer set.close()
			keys = set.Keys
		} else if !kept {
			return nil
		}
		data.Verified = t.Len()
		return t.Verify(keys)
	})
	if err != nil {
		if _, ok := errors.AsType[*ExitError](err); ok {
			return err
		}
		return fmt.Errorf("verify table %s: %w", path, err)
	}
	return e.buffered(func(w *bufio.Writer) error {
		if o.format == "json" {
			return render.JSONObject(w, data)
		}
		found := "each is found, and has a number of its own"
		if data.Verified < data.Keys {
			found = "none was looked up, as the table keeps none and no file of them was named"
		}
		_, err := fmt.Fprintf(w, "whole: %s; %s\n", data.text(), found)
		return err
	})
}

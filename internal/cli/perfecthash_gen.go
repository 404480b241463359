package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"tracer/internal/render"
	"tracer/perfecthash"
)

const perfecthashGenLong = `Gen writes source code that has a table of the keys in it and needs nothing else,
together with its test, which looks up each key: a Go package, or a header, a
source file and a program in C. There can be up to 1,048,576 keys.`

const perfecthashGenExample = `  tracer perfecthash gen words.txt --lang go --name words -o internal/words
  tracer perfecthash gen words.txt --lang c --name words -o . && cc words.c words_test.c && ./a.out`

type perfecthashGen struct {
	keyOptions
	tableOptions
	language, name, output string
}

func newPerfecthashGen(e *env) *cobra.Command {
	var o perfecthashGen
	cmd := &cobra.Command{
		Use:     "gen KEYS",
		Short:   "Write a table as source code",
		Long:    perfecthashGenLong,
		Example: perfecthashGenExample,
		Args:    args(1, 1, "one: KEYS"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.keyOptions.check(cmd); err != nil {
				return err
			}
			return o.run(e, args[0])
		},
	}
	o.keyOptions.flags(cmd)
	o.tableOptions.flags(cmd)
	choiceFlag(cmd, &o.language, "lang", "the language", "go", "c")
	cmd.Flags().StringVar(&o.name, "name", "table", "`NAME` of the package, or of what the C code declares")
	cmd.Flags().StringVarP(&o.output, "output", "o", ".", "`DIR` to write to; files that are there are replaced")
	return cmd
}

func (o *perfecthashGen) run(e *env, path string) error {
	language := map[string]perfecthash.Language{"go": perfecthash.Go, "c": perfecthash.C}[o.language]
	return interruptible(func(ctx context.Context) error {
		keys, err := o.open(ctx, e, path)
		if err != nil {
			return err
		}
		defer keys.close()
		table, err := keys.build(ctx, e, o.options())
		if err != nil {
			return err
		}
		sources, err := table.Generate(language, o.name, keys.Keys)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(o.output, 0o777); err != nil {
			return fmt.Errorf("create folder %s: %w", o.output, errors.Unwrap(err))
		}
		for _, s := range sources {
			path := filepath.Join(o.output, s.Name)
			err := replaceFile(path, func(w io.Writer) error {
				_, err := w.Write(s.Content)
				return err
			})
			if err != nil {
				return err
			}
			fmt.Fprintln(e.Out, render.Clean(path))
		}
		return nil
	})
}

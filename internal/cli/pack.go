package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tracer/internal/archive"
	"tracer/internal/render"
	"tracer/internal/store"
)

const packLong = `Pack makes one file of a trace, to send or to keep: NAME.trace.tar.zst, a tar in
zstd. The trace stays as it is. A trace holds the sources of the program, its
paths and its command line; so does the file, which is for you alone (0600).`

const packExample = `  tracer pack
  tracer pack app-20260102-150405 -o slow.trace.tar.zst
  tracer pack -o - | ssh box tracer unpack - -o slow.trace`

type packOptions struct{ output string }

func newPack(e *env) *cobra.Command {
	var o packOptions
	cmd := &cobra.Command{
		Use:               "pack [TRACE]",
		Short:             "Make one file of a trace",
		Long:              packLong,
		Example:           packExample,
		Args:              args(0, 1, "at most one: [TRACE]"),
		ValidArgsFunction: completeTrace(0),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.output == "" && cmd.Flags().Changed("output") {
				return usageError(cmd, "-o is empty, expected a file or - for stdout")
			}
			return o.run(e, arg(args, 0))
		},
	}
	cmd.Flags().StringVarP(&o.output, "output", "o", "", "`FILE` to write, which must not exist yet, - for stdout (default NAME"+archive.Suffix+")")
	return cmd
}

func (o *packOptions) run(e *env, name string) error {
	path, err := store.Resolve(name)
	if err != nil {
		return err
	}
	d, err := store.OpenDir(path)
	if err != nil {
		return err
	}
	p := e.progress("packing " + filepath.Base(path))
	if o.output == "-" {
		if render.NewScreen(e.Out, render.Never).Width > 0 {
			return errors.New("pack to stdout: it is a terminal; redirect it, or choose -o FILE")
		}
		defer p.clear()
		return archive.Pack(context.Background(), d, e.Out, p.step)
	}
	output := o.output
	if output == "" {
		output = strings.TrimSuffix(filepath.Base(path), store.Suffix) + archive.Suffix
	}
	return interruptible(func(ctx context.Context) error {
		size, err := archive.PackFile(ctx, d, output, p.step)
		p.clear()
		if err != nil {
			return err
		}
		fmt.Fprintln(e.Out, render.Clean(output))
		fmt.Fprintf(e.Err, "tracer: %s; look at it elsewhere with: tracer unpack %s\n", render.Bytes(size), render.Clean(quoted(filepath.Base(output))))
		return nil
	})
}

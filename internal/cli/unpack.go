package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"tracer/internal/archive"
	"tracer/internal/render"
	"tracer/internal/store"
)

const unpackLong = `Unpack makes a trace of a file that tracer pack has made, - for stdin. The trace goes
to the state directory, under the file's name, or to where -o says. A file that is
damaged, or meant to do harm, is an error message, and nothing is left of it.`

const unpackExample = `  tracer unpack slow.trace.tar.zst
  tracer report slow
  tracer unpack slow.trace.tar.zst -o /tmp/slow.trace`

type unpackOptions struct {
	output string
	limit  size
}

func newUnpack(e *env) *cobra.Command {
	o := unpackOptions{limit: 64 << 30}
	cmd := &cobra.Command{
		Use:     "unpack FILE",
		Short:   "Make a trace of a packed one",
		Long:    unpackLong,
		Example: unpackExample,
		Args:    args(1, 1, "one: FILE"),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return []string{"zst"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] == "-" && o.output == "" {
				return usageError(cmd, "what comes from stdin has no name, choose -o DIR")
			}
			return o.run(e, args[0])
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&o.output, "output", "o", "", "`DIR` to make the trace in, which must not exist yet")
	flags.Var(&o.limit, "max-size", "refuse what would be larger than `SIZE` unpacked")
	return cmd
}

func (o *unpackOptions) run(e *env, file string) error {
	path, next := o.output, quoted(o.output)
	if path == "" {
		state, err := store.StateDir()
		if err != nil {
			return err
		}
		name := archiveName(file)
		path, next = filepath.Join(state, name+store.Suffix), quoted(name)
	}
	in := &countingReader{Reader: e.In, progress: e.progress("unpacking " + filepath.Base(file))}
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return openError(file, err)
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			in.total = info.Size()
		}
		in.Reader = f
	}
	return interruptible(func(ctx context.Context) error {
		in.Reader = interruptibleReader(ctx, in.Reader)
		d, err := archive.Unpack(ctx, in, path, int64(o.limit))
		in.progress.clear()
		if err != nil {
			return err
		}
		fmt.Fprintln(e.Out, render.Clean(d.Path()))
		fmt.Fprintf(e.Err, "tracer: see where the time went: tracer report %s\n", render.Clean(next))
		return nil
	})
}

func openError(file string, err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		err = p.Err
	}
	return fmt.Errorf("open archive %s: %w", file, err)
}

// archiveName is what a trace is called that was in a file.
func archiveName(file string) string {
	name := filepath.Base(file)
	for _, suffix := range []string{".zst", ".tar", store.Suffix} {
		name = strings.TrimSuffix(name, suffix)
	}
	if strings.Trim(name, ".") == "" {
		return "unpacked"
	}
	return name
}

// size is the value of a flag that is a number of bytes.
type size int64

// String implements pflag.Value.
func (s *size) String() string { return render.Bytes(int64(*s)) }

// Type implements pflag.Value.
func (s *size) Type() string { return "size" }

// Set implements pflag.Value.
func (s *size) Set(text string) error {
	n, err := humanize.ParseBytes(text)
	if err != nil || n == 0 || int64(n) <= 0 {
		return errors.New("expected a size: 500MB, 64GiB")
	}
	*s = size(n)
	return nil
}

package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tracer/internal/export"
	"tracer/internal/render"
	"tracer/internal/store"
	"tracer/trace"
)

const exportLong = `Export writes a trace in the format of another tool: to the file NAME and its ending,
here and for you alone (0600), which is there once it is whole. tracer export --list
shows the formats.

In formats of what a trace adds up to, times are less what tracing itself took (see
tracer help report), and none is below zero; with --raw they are as they were
recorded, which they always are in formats of what happened when.`

const exportExample = `  tracer export --as pprof                   then: go tool pprof -top -lines app-*.pb.gz
  tracer export --as perfetto --from 25% --to 50%
  tracer export slow --as speedscope --by-thread --only pandas
  tracer export --as collapsed --lines -o - | flamegraph.pl > flame.svg
  tracer export --as callgrind -o callgrind.out.1 --force`

type exportOptions struct {
	as, output                 string
	list, force                bool
	raw, lines, byThread, fold bool
	part                       queryFlags
}

func newExport(e *env) *cobra.Command {
	var o exportOptions
	cmd := &cobra.Command{
		Use:               "export [TRACE]",
		Short:             "Write a trace in the format of another tool",
		Long:              exportLong,
		Example:           exportExample,
		Args:              args(0, 1, "at most one: [TRACE]"),
		ValidArgsFunction: completeTrace(0),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.list {
				return listFormats(e)
			}
			f, err := o.format(cmd)
			if err != nil {
				return err
			}
			return o.run(e, cmd, f, arg(args, 0))
		},
	}
	var names []string
	for _, f := range export.Formats() {
		names = append(names, f.Name)
	}
	flags := cmd.Flags()
	choiceFlag(cmd, &o.as, "as", "the format, see --list", names...)
	o.as = ""
	flags.Lookup("as").DefValue = ""
	flags.StringVarP(&o.output, "output", "o", "", "`FILE` to write, - for stdout (default the trace's name and the format's ending)")
	flags.BoolVar(&o.force, "force", false, "replace the file if it is there")
	flags.BoolVar(&o.list, "list", false, "show the formats, and what opens them")
	flags.BoolVar(&o.lines, "lines", false, "frames are lines, not functions; in a timeline, lines as well")
	flags.BoolVar(&o.byThread, "by-thread", false, "threads apart: a profile, a label or a frame for each")
	flags.BoolVar(&o.fold, "fold-recursion", true, "of stacks, calls of what is open already are no frames of their own")
	rawFlag(cmd, &o.raw)
	o.part.add(cmd)
	flags.Lookup("to").Usage += "; a format's name means --as"
	return cmd
}

// format finds what is wrong before anything is read, and returns the format.
func (o *exportOptions) format(cmd *cobra.Command) (export.Format, error) {
	if _, named := export.Find(o.part.to); named && o.as == "" {
		o.as, o.part.to = o.part.to, "" // a format is no time
	}
	f, ok := export.Find(o.as)
	if !ok {
		return f, usageError(cmd, "no format, choose one with --as; see tracer export --list")
	}
	if o.output == "" && cmd.Flags().Changed("output") {
		return f, usageError(cmd, "-o is empty, expected a file or - for stdout")
	}
	for _, flag := range []struct {
		name string
		has  func(export.Format) bool
	}{
		{"lines", func(f export.Format) bool { return f.Lines }},
		{"by-thread", func(f export.Format) bool { return f.ByThread }},
		{"fold-recursion", func(f export.Format) bool { return f.Fold }},
	} {
		// What is configured is for the formats that have it.
		if given := cmd.Flag(flag.name); given.Changed && given.Annotations[sourceNote] == nil && !flag.has(f) {
			return f, usageError(cmd, "--%s is not for %s, but for %s", flag.name, f.Name, strings.Join(withFlag(flag.has), ", "))
		}
	}
	_, err := o.part.check(cmd)
	return f, err
}

// withFlag returns the names of the formats that have something.
func withFlag(has func(export.Format) bool) (names []string) {
	for _, f := range export.Formats() {
		if has(f) {
			names = append(names, f.Name)
		}
	}
	return names
}

func (o *exportOptions) run(e *env, cmd *cobra.Command, f export.Format, name string) error {
	if o.output == "-" && f.Binary && render.NewScreen(e.Out, render.Never).Width > 0 {
		return fmt.Errorf("export as %s to stdout: it is a terminal; redirect it, or choose -o FILE", f.Name)
	}
	t, err := openTrace(name)
	if err != nil {
		return err
	}
	defer t.Close()
	e.warn(t.Info())
	q, err := o.part.query(cmd, t)
	if err != nil {
		return err
	}
	bar := &eventsProgress{env: e, what: "export as " + f.Name}
	defer bar.clear()
	options := export.Options{
		Query: q, Raw: o.raw, Lines: o.lines, ByThread: o.byThread, Fold: o.fold, Creator: "tracer " + Version(), Progress: bar.step,
	}
	return interruptible(func(ctx context.Context) error {
		write := func(w io.Writer) error { return f.Write(ctx, w, t, options) }
		if o.output == "-" {
			return write(e.Out)
		}
		return o.file(e, bar, t, f, write)
	})
}

// file writes the file, and says where it is.
func (o *exportOptions) file(e *env, bar *eventsProgress, t *trace.Trace, f export.Format, write func(io.Writer) error) error {
	path := o.output
	if path == "" {
		path = strings.TrimSuffix(filepath.Base(t.Info().Path), store.Suffix) + f.Ending
	}
	size, failed := export.File(path, o.force, write)
	bar.clear()
	if size == 0 && failed != nil {
		return failed
	}
	fmt.Fprintln(e.Out, render.Clean(path))
	fmt.Fprintf(e.Err, "tracer: %s; for %s\n", render.Bytes(size), f.Opens)
	if failed != nil {
		return fmt.Errorf("export of what could be read: %w", failed)
	}
	return nil
}

// listFormats shows the formats.
func listFormats(e *env) error {
	table := render.NewTable(e.screen(), render.Column{Title: "format"}, render.Column{Title: "what it is"}, render.Column{Title: "what opens it"})
	for _, f := range export.Formats() {
		table.Row(render.Cell{Text: f.Name}, render.Cell{Text: f.Help}, render.Cell{Text: f.Opens})
	}
	return table.Write(e.Out)
}

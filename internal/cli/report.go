package cli

import (
	"bufio"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"tracer/internal/analyze/profile"
	"tracer/internal/filter"
	"tracer/internal/render"
	"tracer/trace"
)

const reportLong = `Report shows where the time went, by function, line, module, file,
thread or process.

self    time in the row's own code, without the traced calls that it made
total   self and the traced calls; under recursion each moment counts once
calls   how often a function was called; going on after a yield is no call
hits    how often a line ran

A suspended generator or coroutine takes no time.

Tracing slows a program down, and most where it does little per line. What each kind
of event costs is measured when recording begins (tracer info tells it), and taken off
all times: off self times what the row's own events cost, off totals also what those
of its calls did. Costs are averages, so a time of next to nothing may come out as 0.
With --raw times are as they were recorded; json and csv always have both. A thread's
or a process's duration is the one that was recorded.`

const reportExample = `  tracer report                              the latest trace, by function
  tracer report --by line --limit 50         the slowest lines
  tracer report --sort total --only pandas   what of pandas took longest, calls included
  tracer report --raw                        times with what tracing itself took
  tracer report app-20260102-150405 --format csv > report.csv`

// textLimit is how many rows text has by default.
const textLimit = 20

type reportOptions struct {
	by, sort string
	limit    int
	limited  bool
	raw      bool
	filter   filter.Filter
	format   string
	part     queryFlags
	trees    treeOptions
	spreads  spreadOptions
}

func newReport(e *env) *cobra.Command {
	var o reportOptions
	cmd := &cobra.Command{
		Use:               "report [TRACE]",
		Short:             "Where the time went",
		Long:              reportLong + "\n\n" + treeLong + "\n\n" + spreadLong,
		Example:           reportExample + "\n" + treeExample + "\n" + spreadExample,
		Args:              args(0, 1, "at most one: [TRACE]"),
		ValidArgsFunction: completeTrace(0),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.limited = cmd.Flags().Changed("limit")
			if err := o.check(cmd); err != nil {
				return err
			}
			return o.run(e, cmd, arg(args, 0))
		},
	}
	flags := cmd.Flags()
	choiceFlag(cmd, &o.by, "by", "what a row is", "function", "line", "module", "file", "thread", "process")
	choiceFlag(cmd, &o.sort, "sort", "what the order is by", "self", "total", "calls", "hits")
	flags.IntVar(&o.limit, "limit", textLimit, "how many rows, 0 for all; json and csv have all by default")
	rawFlag(cmd, &o.raw)
	choiceFlag(cmd, &o.format, "format", "how to write it", "text", "json", "csv")
	o.part.add(cmd)
	o.trees.add(cmd)
	o.spreads.add(cmd)
	return cmd
}

// check finds what is wrong before anything is read.
func (o *reportOptions) check(cmd *cobra.Command) error {
	f, err := o.part.check(cmd)
	if err != nil {
		return err
	}
	o.filter = f
	if err := o.trees.check(cmd, o.by, o.format); err != nil {
		return err
	}
	if err := o.spreads.check(cmd, o.by, o.trees.asked()); err != nil {
		return err
	}
	has := map[string]func(profile.By) bool{
		"function": profile.Has[profile.Function], "line": profile.Has[profile.Line], "module": profile.Has[profile.Group],
		"file": profile.Has[profile.Group], "thread": profile.Has[profile.Thread],
		"process": profile.Has[profile.Process],
	}[o.by]
	switch {
	case !has(profile.By(o.sort)):
		return usageError(cmd, "a %s has no %s, choose another --sort", o.by, o.sort)
	case o.limit < 0:
		return usageError(cmd, "--limit %d, expected 0 (all) or more", o.limit)
	case (o.by == "thread" || o.by == "process") && !f.All():
		return usageError(cmd, "--only and --skip choose modules, a %s has none", o.by)
	}
	if o.format != "text" && !o.limited {
		o.limit = 0
	}
	return nil
}

func (o *reportOptions) run(e *env, cmd *cobra.Command, name string) error {
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
	if o.trees.asked() {
		return o.runTree(e, t, name, &q)
	}
	if o.spreads.asked() {
		return o.runSpread(e, t, name, &q)
	}
	p, failed := e.profile(t, q, false)
	if p == nil {
		return failed
	}
	err = e.buffered(func(w *bufio.Writer) error {
		x := reportText{o, t, name, e.screen(), p, times{o.raw}}
		switch o.by {
		case "line":
			return writeRows(o, w, p.Lines, func(l profile.Line) bool { return o.filter.Match(l.Module) }, x.lines)
		case "module", "file":
			rows := p.Modules
			if o.by == "file" {
				rows = p.Files
			}
			return writeRows(o, w, rows, func(g profile.Group) bool { return slices.ContainsFunc(g.Modules, o.filter.Match) }, x.groups)
		case "thread":
			return writeRows(o, w, p.Threads, func(profile.Thread) bool { return true }, x.threads)
		case "process":
			return writeRows(o, w, p.Processes, func(profile.Process) bool { return true }, x.processes)
		}
		return writeRows(o, w, p.Functions, func(f profile.Function) bool { return o.filter.Match(f.Module) }, x.functions)
	})
	if err != nil {
		return err
	}
	return failed
}

// writeRows writes the rows that are to be shown, in order.
func writeRows[R profile.Row](o *reportOptions, w *bufio.Writer, rows []R, shown func(R) bool, text func(rows []R, all int, w *bufio.Writer) error) error {
	rows = slices.DeleteFunc(rows, func(r R) bool { return !shown(r) })
	by := profile.By(o.sort)
	if o.raw {
		by = by.Raw()
	}
	profile.Sort(rows, by)
	all := len(rows)
	if o.limit > 0 {
		rows = rows[:min(o.limit, all)]
	}
	switch o.format {
	case "json":
		return render.JSON(w, rows)
	case "csv":
		return render.CSV(w, rows)
	}
	if all == 0 {
		return o.nothing(w)
	}
	return text(rows, all, w)
}

func (o *reportOptions) nothing(w *bufio.Writer) error {
	why := "the trace has no events; tracer info may say why"
	switch {
	case o.part.some():
		why = "nothing in the trace is what was asked for"
	case !o.filter.All():
		why = "no traced module matches --only and --skip; see tracer report --by module"
	}
	_, err := fmt.Fprintln(w, "nothing to show: "+why)
	return err
}

// reportText writes rows as text.
type reportText struct {
	*reportOptions
	trace   *trace.Trace
	name    string
	screen  render.Screen
	profile *profile.Profile
	times   times
}

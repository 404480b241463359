package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"tracer/internal/analyze/diff"
	"tracer/internal/analyze/distribution"
	"tracer/internal/analyze/query"
	"tracer/internal/filter"
	"tracer/internal/render"
	"tracer/internal/store"
	"tracer/trace"
)

const diffLong = `Diff compares a program before and after a change: which functions and lines are
slower or faster, and ran more or less often, and whether that is more than the noise.

With several runs of each side, BASE… before -- and NEW… behind it, small changes can
be told from noise: five of each are good, made in turns. Of one run on each side only
large changes are told, and not whether the whole is slower: the machine may have been.

Functions are matched by module and name, lines by their text, from the copies of the
sources that traces keep: so lines may have moved. Times are medians of a side's runs.

CHANGE   beyond what all functions have in common: whole runs differ in pace
NOISE    what a change must be larger than to be told from chance, allowing for all
         rows that are looked at
CALLS    are exact; of runs that differ, the median

Only what changed is shown; --all shows all. With --fail-over the exit status is 1 if
the whole, or a function of some weight (--fail-share), is slower by more than that,
and by more than the noise.`

const diffExample = `  tracer diff before after
  tracer diff --by line before1 before2 before3 -- after1 after2 after3
  tracer diff --format markdown --fail-over 10% base*.trace -- new*.trace`

type diffOptions struct {
	by, sort string
	limit    int
	limited  bool // the flag was given
	rows     int  // before the limit
	all      bool
	spread   bool
	format   string
	fail     failOptions
	query    queryFlags
}

func newDiff(e *env) *cobra.Command {
	var o diffOptions
	cmd := &cobra.Command{
		Use:               "diff BASE NEW, or diff BASE… -- NEW…",
		Short:             "What got slower, faster, more or less",
		Long:              diffLong,
		Example:           diffExample,
		ValidArgsFunction: completeTraces,
		RunE: func(cmd *cobra.Command, args []string) error {
			base, next, err := sides(cmd, args)
			if err != nil {
				return err
			}
			o.limited = cmd.Flags().Changed("limit")
			if err := o.check(cmd); err != nil {
				return err
			}
			return o.run(e, cmd, base, next)
		},
	}
	flags := cmd.Flags()
	choiceFlag(cmd, &o.by, "by", "what a row is", "function", "line")
	choiceFlag(cmd, &o.sort, "sort", "what the order is by: the change of this", "self", "total", "count")
	flags.IntVar(&o.limit, "limit", textLimit, "how many rows, 0 for all; json has all by default")
	flags.BoolVar(&o.all, "all", false, "show what did not change, too")
	flags.BoolVar(&o.spread, "distribution", false, "percentiles of single calls or hits, too: this reads all events")
	choiceFlag(cmd, &o.format, "format", "how to write it", "text", "json", "markdown")
	o.fail.add(cmd)
	o.query.add(cmd)
	return cmd
}

// sides returns the traces before and after.
func sides(cmd *cobra.Command, args []string) (base, next []string, err error) {
	const expected = "BASE NEW, or BASE… -- NEW…"
	dash := cmd.ArgsLenAtDash()
	switch {
	case dash < 0 && len(args) != 2:
		return nil, nil, usageError(cmd, "%s, expected %s", render.Plural(len(args), "argument"), expected)
	case dash < 0:
		return args[:1], args[1:], nil
	case dash == 0 || dash == len(args):
		return nil, nil, usageError(cmd, "no trace %s --, expected %s", map[bool]string{true: "before", false: "behind"}[dash == 0], expected)
	}
	return args[:dash], args[dash:], nil
}

// check finds what is wrong before anything is read.
func (o *diffOptions) check(cmd *cobra.Command) error {
	if _, err := o.query.check(cmd); err != nil {
		return err
	}
	if o.limit < 0 {
		return usageError(cmd, "--limit %d, expected 0 (all) or more", o.limit)
	}
	if o.format == "json" {
		o.all = true
		if !o.limited {
			o.limit = 0
		}
	}
	return o.fail.check(cmd)
}

func (o *diffOptions) run(e *env, cmd *cobra.Command, base, next []string) error {
	paths, err := distinct(slices.Concat(base, next))
	if err != nil {
		return err
	}
	bar := e.progress("read traces")
	defer bar.clear()
	var runs []*diff.Run
	var failed error
	cwd, bytes := "", int64(0)
	for _, path := range paths {
		r, info, err := o.read(e, cmd, path)
		if r == nil {
			return err
		}
		runs, failed, cwd = append(runs, r), errors.Join(failed, err), info.Cwd
		bytes += info.Bytes
		bar.step(bytes, 0)
	}
	bar.clear()
	d := diff.Compare(runs[:len(base)], runs[len(base):])
	diff.Sort(d.Functions, diff.BySelf)
	failing := o.fail.failing(d)
	o.choose(d)
	err = e.buffered(func(w *bufio.Writer) error {
		x := diffText{diffOptions: o, diff: d, screen: e.screen(), cwd: cwd, failing: failing}
		switch o.format {
		case "json":
			return render.JSONObject(w, d)
		case "markdown":
			return x.markdown(w)
		}
		return x.text(w)
	})
	if err != nil {
		return err
	}
	return errors.Join(failed, o.fail.error(failing))
}

// distinct returns the paths of traces, none of them twice.
func distinct(names []string) (paths []string, err error) {
	for i, name := range names {
		path, err := store.Resolve(name)
		if err != nil {
			return nil, err
		}
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
		}
		if at := slices.Index(paths, path); at >= 0 {
			return nil, fmt.Errorf("compare %s with %s: they are the same trace", names[at], names[i])
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// read returns what is compared of a trace; with an error, as far as it could be read.
func (o *diffOptions) read(e *env, cmd *cobra.Command, path string) (*diff.Run, trace.Info, error) {
	t, err := trace.Open(path)
	if err != nil {
		return nil, trace.Info{}, err
	}
	defer t.Close()
	e.warn(t.Info())
	q, err := o.query.query(cmd, t)
	if err != nil {
		return nil, t.Info(), err
	}
	q.Filter = filter.Filter{} // it chooses rows
	p, failed := e.profile(t, q, false)
	switch {
	case p == nil:
		return nil, t.Info(), failed
	case len(p.Functions) == 0 && o.query.some():
		return nil, t.Info(), errors.Join(failed, fmt.Errorf("compare %s: nothing in it is what was asked for", path))
	case len(p.Functions) == 0:
		return nil, t.Info(), errors.Join(failed, fmt.Errorf("compare %s: no traced code ran in it", path))
	}
	r, err := diff.Read(t, p)
	failed = errors.Join(failed, err)
	if o.spread {
		if err := e.distribute(t, r, &q); err != nil {
			return nil, t.Info(), err
		}
	}
	return r, t.Info(), failed
}

// distribute adds to a run how its times are distributed.
func (e *env) distribute(t *trace.Trace, r *diff.Run, q *query.Query) error {
	bar := &eventsProgress{env: e, what: "reading " + filepath.Base(t.Info().Path)}
	defer bar.clear()
	return interruptible(func(ctx context.Context) error {
		d, err := distribution.Build(ctx, t, q, distribution.Options{}, bar.step)
		if err == nil {
			r.Distribute(d)
		}
		return err
	})
}

// choose leaves the rows that are to be shown, in order.
func (o *diffOptions) choose(d *diff.Diff) {
	modules, _ := o.query.modules(nil) // was checked
	if o.by == "line" {
		d.Functions = nil
		d.Lines = choose(o, d.Lines, func(l diff.Line) bool { return modules.Match(l.Module) })
		return
	}
	d.Lines = nil
	d.Functions = choose(o, d.Functions, func(f diff.Function) bool { return modules.Match(f.Module) })
}

func choose[R diff.Row](o *diffOptions, rows []R, match func(R) bool) []R {
	rows = slices.DeleteFunc(rows, func(r R) bool { return !match(r) || !o.all && !diff.Notable(r) })
	diff.Sort(rows, diff.By(o.sort))
	o.rows = len(rows)
	if o.limit > 0 {
		rows = rows[:min(o.limit, o.rows)]
	}
	return rows
}

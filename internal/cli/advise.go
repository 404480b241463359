package cli

import (
	"bufio"
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tracer/internal/analyze/advise"
	"tracer/internal/render"
	"tracer/trace"
)

const adviseLong = `Advise points at what someone who knows such programs would look at first: lines
whose time is in calls that are not shown, loops that take longer and longer, a call for
each of many, exceptions as control flow, waiting, late imports, and so on. Each finding
has its figures, the line, and the stretch of time that shows it best.

Where nothing stands out nothing is said. --explain tells all kinds of findings, when
they are told, and why then; it needs no trace.

high     20% or more of the time in traced code could be saved, at most
medium   5% or more
low      less`

const adviseExample = `  tracer advise
  tracer advise --only myproject --from 10s
  tracer advise app-20260102-150405 --format json
  tracer advise --explain`

type adviseOptions struct {
	limit   int
	explain bool
	format  string
	query   queryFlags
}

func newAdvise(e *env) *cobra.Command {
	var o adviseOptions
	cmd := &cobra.Command{
		Use:               "advise [TRACE]",
		Short:             "What to look at first",
		Long:              adviseLong,
		Example:           adviseExample,
		Args:              args(0, 1, "at most one: [TRACE]"),
		ValidArgsFunction: completeTrace(0),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case o.limit < 0:
				return usageError(cmd, "--limit %d, expected 0 (all) or more", o.limit)
			case o.explain && len(args) > 0:
				return usageError(cmd, "--explain is about no trace, leave %s out", args[0])
			case o.explain:
				return o.explainKinds(e)
			}
			return o.run(e, cmd, arg(args, 0))
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&o.limit, "limit", 0, "how many findings, 0 for all")
	flags.BoolVar(&o.explain, "explain", false, "tell what is looked for, and when it is told")
	choiceFlag(cmd, &o.format, "format", "how to write it", "text", "json")
	o.query.add(cmd)
	return cmd
}

func (o *adviseOptions) run(e *env, cmd *cobra.Command, name string) error {
	if _, err := o.query.check(cmd); err != nil {
		return err
	}
	t, err := openTrace(name)
	if err != nil {
		return err
	}
	defer t.Close()
	e.warn(t.Info())
	q, err := o.query.query(cmd, t)
	if err != nil {
		return err
	}
	var facts *advise.Facts
	bar := &eventsProgress{env: e, what: "looking at the trace"}
	failed := interruptible(func(ctx context.Context) (err error) {
		facts, err = advise.Gather(ctx, t, &q, bar.step)
		return err
	})
	bar.clear()
	if facts == nil {
		return failed
	}
	found := advise.Find(facts)
	all := len(found)
	if o.limit > 0 {
		found = found[:min(o.limit, all)]
	}
	err = e.buffered(func(w *bufio.Writer) error {
		if o.format == "json" {
			return render.JSON(w, found)
		}
		x := adviseText{o, t, name, e.screen(), facts}
		return x.text(w, found, all)
	})
	if err != nil {
		return err
	}
	return failed
}

// adviseText writes findings for people.
type adviseText struct {
	*adviseOptions
	trace  *trace.Trace
	name   string
	screen render.Screen
	facts  *advise.Facts
}

// moment is a time as --from and --to take it.
func momentText(ns int64) string {
	return strings.ReplaceAll(time.Duration(max(ns, 0)).String(), "µ", "u")
}

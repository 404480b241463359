package cli

import (
	"bufio"
	"context"
	"iter"

	"github.com/spf13/cobra"

	"tracer/internal/analyze/query"
	"tracer/internal/filter"
	"tracer/trace"
)

const eventsLong = `Events writes what was recorded, in the order of time: calls, lines, returns,
yields, resumes, throws and unwinds, each with its time since the start of the program.

With --follow it goes on while the program runs, and ends with it: an event is
written within a twentieth of a second. With --min-duration what is in a call waits
until that is known to be long enough.

With --format json each line is an object: t_ns, pid, tid, kind, module, function,
file, line, depth, and interpreter if it is not the main one. Where events were lost
there is one of kind "gap", with lost.`

const eventsExample = `  tracer events --limit 100
  tracer events --from 1.5s --to 1510ms
  tracer events --thread MainThread --format json | jq .line
  tracer events --follow`

type eventsOptions struct {
	part   queryFlags
	limit  int
	follow bool
	format string
}

func newEvents(e *env) *cobra.Command {
	var o eventsOptions
	cmd := &cobra.Command{
		Use:               "events [TRACE]",
		Short:             "The recorded events, in order",
		Long:              eventsLong,
		Example:           eventsExample,
		Args:              args(0, 1, "at most one: [TRACE]"),
		ValidArgsFunction: completeTrace(0),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(cmd); err != nil {
				return err
			}
			return o.run(e, cmd, arg(args, 0))
		},
	}
	flags := cmd.Flags()
	o.part.add(cmd)
	flags.IntVar(&o.limit, "limit", 0, "how many events, 0 for all")
	flags.BoolVarP(&o.follow, "follow", "f", false, "go on while the program runs")
	choiceFlag(cmd, &o.format, "format", "how to write it; json is an object per line", "text", "json")
	return cmd
}

func (o *eventsOptions) check(cmd *cobra.Command) error {
	if o.limit < 0 {
		return usageError(cmd, "--limit %d, expected 0 (all) or more", o.limit)
	}
	_, err := o.part.check(cmd)
	return err
}

// eventWriter writes events one at a time.
type eventWriter interface {
	write(w *bufio.Writer, e trace.ThreadEvent) error
}

func (o *eventsOptions) run(e *env, cmd *cobra.Command, name string) error {
	t, err := openTrace(name)
	if err != nil {
		return err
	}
	defer t.Close()
	var out eventWriter = newEventText(t, e.screen())
	if o.format == "json" {
		out = newEventJSON()
	}
	if o.follow {
		return o.tail(e, cmd, t, out)
	}
	q, err := o.part.query(cmd, t)
	if err != nil {
		return err
	}
	e.warn(t.Info())
	var failed error
	err = e.buffered(func(w *bufio.Writer) error {
		left := o.limit
		for event, err := range o.events(t, q) {
			switch {
			case err != nil:
				failed = err
				continue
			case !q.Window.All() && event.At >= q.Window.To:
				return nil
			case event.At < q.Window.From || !wants(&q, &event):
				continue
			}
			if err := out.write(w, event); err != nil {
				return err
			}
			if left--; left == 0 {
				return nil
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return failed
}

// events returns the events of the threads that are asked for, and maybe of others, and
// before and after the time that is.
func (o *eventsOptions) events(t *trace.Trace, q query.Query) iter.Seq2[trace.ThreadEvent, error] {
	if o.part.leavesOut() {
		q.Filter = filter.Filter{} // modules choose events, not frames
		return q.Events(context.Background(), t)
	}
	threads := q.Threads(t)
	if len(threads) != 1 {
		return t.Merged()
	}
	return func(yield func(trace.ThreadEvent, error) bool) {
		for event, err := range threads[0].All() {
			if !yield(trace.ThreadEvent{Thread: threads[0], Event: event}, err) {
				return
			}
		}
	}
}

// wants reports whether an event is one of a thread and module that are asked for. Gaps are
// of no module.
func wants(q *query.Query, event *trace.ThreadEvent) bool {
	return q.Wants(event.Thread) && (event.Code == nil || q.Filter.Match(event.Code.Module))
}

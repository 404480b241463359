package cli

import (
	"bufio"
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"tracer/trace"
)

const eventsLong = `Events writes what was recorded, in the order of time: calls, lines, returns,
yields, resumes, throws and unwinds, each with its time since the start of the program.

With --follow it goes on while the program runs, and ends with it: an event is
written within a twentieth of a second.

With --format json each line is an object: t_ns, pid, tid, kind, module, function,
file, line, depth, and interpreter if it is not the main one. Where events were lost
there is one of kind "gap", with lost.`

const eventsExample = `  tracer events --limit 100
  tracer events --from 1.5s --to 1510ms
  tracer events --thread MainThread --format json | jq .line
  tracer events --follow`

type eventsOptions struct {
	thread   string
	from, to string
	limit    int
	follow   bool
	format   string

	begin, end int64 // ns; end < 0: none
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
			return o.run(e, arg(args, 0))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.thread, "thread", "", "only the thread with this `TID` or name")
	flags.StringVar(&o.from, "from", "", "only what is at this `TIME` since the start (10ms, 1.5s) or later")
	flags.StringVar(&o.to, "to", "", "only what is at this `TIME` since the start or earlier")
	flags.IntVar(&o.limit, "limit", 0, "how many events, 0 for all")
	flags.BoolVarP(&o.follow, "follow", "f", false, "go on while the program runs")
	choiceFlag(cmd, &o.format, "format", "how to write it; json is an object per line", "text", "json")
	return cmd
}

func (o *eventsOptions) check(cmd *cobra.Command) error {
	o.begin, o.end = 0, -1
	for _, f := range []struct {
		name, text string
		ns         *int64
	}{{"from", o.from, &o.begin}, {"to", o.to, &o.end}} {
		if f.text == "" {
			continue
		}
		d, err := time.ParseDuration(f.text)
		if err != nil || d < 0 {
			return usageError(cmd, "--%s %q, expected a time since the start like 10ms or 1.5s", f.name, f.text)
		}
		*f.ns = d.Nanoseconds()
	}
	if o.end >= 0 && o.end < o.begin {
		return usageError(cmd, "--to %s is before --from %s", o.to, o.from)
	}
	if o.limit < 0 {
		return usageError(cmd, "--limit %d, expected 0 (all) or more", o.limit)
	}
	return nil
}

// eventWriter writes events one at a time.
type eventWriter interface {
	write(w *bufio.Writer, e trace.ThreadEvent) error
}

func (o *eventsOptions) run(e *env, name string) error {
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
		return o.tail(e, t, out)
	}
	threads, err := o.threads(t)
	if err != nil {
		return err
	}
	e.warn(t.Info())
	var failed error
	err = e.buffered(func(w *bufio.Writer) error {
		left := o.limit
		for event, err := range events(t, threads) {
			switch {
			case err != nil:
				failed = err
				continue
			case o.end >= 0 && event.At > o.end:
				return nil
			case event.At < o.begin || !threads[event.Thread]:
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

// events returns the events of the threads, and maybe of others.
func events(t *trace.Trace, threads map[*trace.Thread]bool) iter.Seq2[trace.ThreadEvent, error] {
	if len(threads) != 1 {
		return t.Merged()
	}
	return func(yield func(trace.ThreadEvent, error) bool) {
		for th := range threads {
			for event, err := range th.All() {
				if !yield(trace.ThreadEvent{Thread: th, Event: event}, err) {
					return
				}
			}
		}
	}
}

// wants reports whether a thread's events are asked for.
func (o *eventsOptions) wants(th *trace.Thread) bool {
	return o.thread == "" || o.thread == th.Name || o.thread == strconv.Itoa(th.TID)
}

// threads returns those whose events are asked for.
func (o *eventsOptions) threads(t *trace.Trace) (map[*trace.Thread]bool, error) {
	chosen := map[*trace.Thread]bool{}
	var names []string
	for _, p := range t.Processes() {
		for _, th := range p.Threads {
			if o.wants(th) {
				chosen[th] = true
			}
			names = append(names, fmt.Sprintf("%d (%s)", th.TID, th.Name))
		}
	}
	if o.thread != "" && len(chosen) == 0 {
		if len(names) == 0 {
			names = []string{"none"}
		}
		return nil, fmt.Errorf("find thread %s: not in the trace, which has %s", o.thread, some(names, ", "))
	}
	return chosen, nil
}

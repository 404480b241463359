package cli

import (
	"errors"
	"math"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tracer/internal/analyze/query"
	"tracer/internal/filter"
	"tracer/internal/render"
	"tracer/trace"
)

// queryFlags are the flags that say which part of a trace is asked for. Every
// command that reads one has them, or as many as make sense for it.
type queryFlags struct {
	from, to    string
	threads     []string
	tasks       []string
	processes   []string
	only, skip  []string
	minDuration time.Duration
	depth       int
}

// add adds the flags, but for those that the command has no use for.
func (f *queryFlags) add(cmd *cobra.Command, without ...string) {
	flags := cmd.Flags()
	for _, flag := range []struct {
		name string
		add  func(name string)
	}{
		{"from", func(n string) {
			flags.StringVar(&f.from, n, "", "leave out what is before this `TIME`: 1.5s since the start, -2s before the end, 25%, 14:05:09")
		}},
		{"to", func(n string) {
			flags.StringVar(&f.to, n, "", "leave out what is from this `TIME` on; +500ms is after --from")
		}},
		{"thread", func(n string) {
			flags.StringArrayVar(&f.threads, n, nil, "only threads with this `TID` or name (Worker-*); may be repeated")
		}},
		{"task", func(n string) {
			flags.StringArrayVar(&f.tasks, n, nil, "only asyncio's (or other event loops') tasks with this `NUMBER` or coroutine (fetch_*); may be repeated")
		}},
		{"process", func(n string) {
			flags.StringSliceVar(&f.processes, n, nil, "only processes with this `PID` or program (worker*.py); may be repeated")
		}},
		{"only", func(n string) {
			flags.StringSliceVar(&f.only, n, nil, "show these modules `PREFIX`,… (pandas, pandas*)")
		}},
		{"skip", func(n string) {
			flags.StringSliceVar(&f.skip, n, nil, "do not show these modules `PREFIX`,…; wins over --only")
		}},
		{"min-duration", func(n string) {
			flags.DurationVar(&f.minDuration, n, 0, "leave out calls that took less than this `TIME` (1ms), as recorded")
		}},
		{"depth", func(n string) {
			flags.IntVar(&f.depth, n, 0, "leave out calls deeper than so many `LEVELS`, 0 for none")
		}},
	} {
		if !slices.Contains(without, flag.name) {
			flag.add(flag.name)
		}
	}
}

// check finds what is wrong before anything is read, and returns the filter of --only and
// --skip.
func (f *queryFlags) check(cmd *cobra.Command) (filter.Filter, error) {
	modules, err := f.modules(cmd)
	switch {
	case err != nil:
		return filter.Filter{}, err
	case slices.ContainsFunc(f.tasks, badPattern):
		return filter.Filter{}, usageError(cmd, "--task %s: expected a number, or a coroutine's name with *, ? and [abc] for what is open", strings.Join(f.tasks, ", "))
	case f.minDuration < 0:
		return filter.Filter{}, usageError(cmd, "--min-duration %v, expected 0 (all) or more", f.minDuration)
	case f.depth < 0:
		return filter.Filter{}, usageError(cmd, "--depth %d, expected 0 (all) or more", f.depth)
	}
	return modules, nil
}

func badPattern(pattern string) bool {
	_, err := path.Match(pattern, "")
	return err != nil || pattern == ""
}

// some reports whether only some of a trace is asked for.
func (f *queryFlags) some() bool {
	return f.from != "" || f.to != "" || f.leavesOut() || len(f.threads) > 0 || len(f.processes) > 0
}

// leavesOut reports whether calls are asked for by what they are: then sums of all of them
// do not help, and each is looked at.
func (f *queryFlags) leavesOut() bool {
	return f.minDuration > 0 || f.depth > 0 || len(f.tasks) > 0
}

// modules returns the filter of --only and --skip.
func (f *queryFlags) modules(cmd *cobra.Command) (filter.Filter, error) {
	modules, err := filter.New(f.only, f.skip)
	if err != nil {
		return filter.Filter{}, usageError(cmd, "%w", err)
	}
	return modules, nil
}

// query returns what the flags ask for of a trace, which must have that.
func (f *queryFlags) query(cmd *cobra.Command, t *trace.Trace) (query.Query, error) {
	q, err := f.coming(cmd, t)
	if err == nil {
		err = q.Check(t)
	}
	if missing, ok := errors.AsType[*query.NotFoundError](err); ok {
		for i := range missing.Has {
			missing.Has[i] = render.Clean(missing.Has[i])
		}
	}
	return q, err
}

// coming is query for a trace that may have it later.
func (f *queryFlags) coming(cmd *cobra.Command, t *trace.Trace) (query.Query, error) {
	modules, err := f.check(cmd)
	if err != nil {
		return query.Query{}, err
	}
	w, err := f.window(cmd, t)
	if err != nil {
		return query.Query{}, err
	}
	return query.Query{
		Window: w, Processes: f.processes, ThreadNames: f.threads, Tasks: f.tasks, Filter: modules,
		MinDuration: int64(f.minDuration), Depth: f.depth,
	}, nil
}

// window returns the stretch of a trace's time that the flags ask for.
func (f *queryFlags) window(cmd *cobra.Command, t *trace.Trace) (trace.Window, error) {
	if f.from == "" && f.to == "" {
		return trace.Window{}, nil
	}
	m := moments{duration: t.Info().DurationNS, start: t.Info().Start}
	from, to := int64(0), int64(math.MaxInt64)
	for _, flag := range []struct {
		name, text string
		to         *int64
	}{{"from", f.from, &from}, {"to", f.to, &to}} {
		if flag.text == "" {
			continue
		}
		at, ok := m.parse(flag.text)
		if !ok {
			return trace.Window{}, usageError(cmd, "--%s %s: expected a time since the start like 1.5s or 200ms, before the end like -2s, of day like 14:05:09, or a part of the whole like 25%%", flag.name, flag.text)
		}
		*flag.to = at
		m.from = at
	}
	switch {
	case from >= to:
		return trace.Window{}, usageError(cmd, "--from %s is not before --to %s", f.from, f.to)
	case f.to == "":
		to = max(from, m.duration) + 1
	}
	return trace.Window{From: from, To: to}, nil
}

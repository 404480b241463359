package cli

import (
	"context"

	"tracer/internal/analyze/distribution"
	"tracer/internal/analyze/profile"
	"tracer/internal/analyze/query"
	"tracer/internal/filter"
	"tracer/trace"
)

// leavesOut reports whether calls are asked for by what they are: then sums of all of them
// do not help, and each is looked at.
func (f *queryFlags) leavesOut() bool {
	return f.minDuration > 0 || f.depth > 0 || len(f.tasks) > 0
}

// profile adds up what is asked for. Of a flat report --only and --skip choose rows, and
// take no time to where it was called from.
func (o *reportOptions) profile(e *env, t *trace.Trace, q *query.Query) (*profile.Profile, error) {
	p, failed := profile.BuildThreads(q.Threads(t), q.Window)
	if !o.part.leavesOut() {
		return p, failed
	}
	all := *q
	all.Filter = filter.Filter{}
	bar := &eventsProgress{env: e, what: "looking at calls"}
	defer bar.clear()
	failed = interruptible(func(ctx context.Context) error {
		d, err := distribution.Build(ctx, t, &all, distribution.Options{}, bar.step)
		if d != nil {
			p.Functions, p.Lines = flat(d)
		}
		return err
	})
	if exit, ok := failed.(*ExitError); ok {
		return nil, exit
	}
	return p, failed
}

// flat are the rows of a report that has no percentiles.
func flat(d *distribution.Distribution) (functions []profile.Function, lines []profile.Line) {
	type key struct {
		module, function, file string
		line                   int
	}
	hits := map[key]uint64{}
	for i := range d.Lines {
		r := &d.Lines[i]
		hits[key{r.Module, r.Function, r.File, r.FirstLine}] += r.Count
		lines = append(lines, profile.Line{
			Module: r.Module, Function: r.Function, File: r.File, Line: r.Line, Hits: r.Count,
			SelfNS: r.SelfNS, TotalNS: r.TotalNS, RawSelfNS: r.RawSelfNS, RawTotalNS: r.RawTotalNS,
		})
	}
	for i := range d.Functions {
		r := &d.Functions[i]
		functions = append(functions, profile.Function{
			Module: r.Module, Function: r.Function, File: r.File, Line: r.Line, Calls: r.Count, Hits: hits[key{r.Module, r.Function, r.File, r.FirstLine}],
			SelfNS: r.SelfNS, TotalNS: r.TotalNS, MinNS: r.MinNS, MaxNS: r.MaxNS,
			RawSelfNS: r.RawSelfNS, RawTotalNS: r.RawTotalNS, RawMinNS: r.RawMinNS, RawMaxNS: r.RawMaxNS,
		})
	}
	return functions, lines
}

package cli

import (
	"context"

	"tracer/internal/analyze/profile"
	"tracer/internal/analyze/query"
	"tracer/internal/filter"
	"tracer/trace"
)

// profile adds up what is asked for; none if that was interrupted. Here --only and --skip choose rows, and take
// no time to where it was called from: so the caller does it.
func (e *env) profile(t *trace.Trace, q query.Query, files bool) (p *profile.Profile, failed error) {
	q.Filter = filter.Filter{}
	bar := &eventsProgress{env: e, what: "looking at calls"}
	defer bar.clear()
	failed = interruptible(func(ctx context.Context) (err error) {
		p, err = profile.BuildQuery(ctx, t, &q, files, bar.step)
		return err
	})
	return p, failed
}

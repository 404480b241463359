package main

import (
	"context"

	"tracer/bench/probe"
	"tracer/bench/result"
)

const (
	keyPass   = "decoding for analyses"
	keySpread = "report with percentiles"
)

// analyses is how often each analysis of the large trace is made.
func (b *bench) analyses() int { return b.few(3, 1) }

// analyse measures what has to decode every event of the large trace, each time in a fresh process.
// What summaries tell is measured in the part large.
func (b *bench) analyse(ctx context.Context, path string) error {
	a := &result.Analysis{}
	for range b.analyses() {
		for _, x := range []struct {
			key, flag string
			to        *result.Visits
		}{{keyPass, "-pass", &a.Pass}, {keySpread, "-spread", &a.Spread}} {
			var d probe.Decoded
			if err := b.child(ctx, x.key, &d, x.flag, path); err != nil {
				return err
			}
			a.Events = d.Events
			x.to.Seconds, x.to.PeakRSS = append(x.to.Seconds, d.Seconds), append(x.to.PeakRSS, float64(d.PeakRSS))
		}
	}
	b.result.Analysis = a
	return nil
}

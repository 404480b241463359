package diff

import (
	"tracer/internal/analyze/distribution"
)

// Spread is how the times of single calls, or hits, are distributed before and after:
// over all runs of a side together, corrected. There is no test of it.
type Spread struct {
	BaseP50NS int64 `json:"base_p50_ns"`
	NewP50NS  int64 `json:"new_p50_ns"`
	BaseP99NS int64 `json:"base_p99_ns"`
	NewP99NS  int64 `json:"new_p99_ns"`
}

// Distribute adds to a run how its times are distributed.
func (r *Run) Distribute(d *distribution.Distribution) {
	for i := range d.Functions {
		row := &d.Functions[i]
		if f := r.of(row); f != nil {
			f.histogram = merged(f.histogram, row.Histogram)
		}
	}
	for i := range d.Lines {
		row := &d.Lines[i]
		if f := r.of(row); f != nil {
			if f.lineHistograms == nil {
				f.lineHistograms = map[int]*distribution.Histogram{}
			}
			f.lineHistograms[row.Line] = merged(f.lineHistograms[row.Line], row.Histogram)
		}
	}
}

// of returns the function of a row.
func (r *Run) of(row *distribution.Row) *function {
	if i, ok := r.byKey[functionKey{row.Module, row.Function, base(row.File), row.FirstLine}]; ok {
		return &r.functions[i]
	}
	return nil
}

func merged(sum, h *distribution.Histogram) *distribution.Histogram {
	if h == nil {
		return sum
	}
	if sum == nil {
		sum = distribution.NewHistogram()
	}
	sum.Merge(h)
	return sum
}

// spread returns the distributions of a row, nil if the runs have none.
func (c *comparer) spread(of func(r *Run, before bool) *distribution.Histogram) *Spread {
	quantiles := func(runs []*Run, before bool) (p50, p99 int64, ok bool) {
		var all *distribution.Histogram
		for _, r := range runs {
			all = merged(all, of(r, before))
		}
		if all == nil {
			return 0, 0, false
		}
		return all.Quantile(.5), all.Quantile(.99), true
	}
	var s Spread
	var base, new bool
	s.BaseP50NS, s.BaseP99NS, base = quantiles(c.base.runs, true)
	s.NewP50NS, s.NewP99NS, new = quantiles(c.new.runs, false)
	if !base && !new {
		return nil
	}
	return &s
}

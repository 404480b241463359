package distribution

import (
	"cmp"
	"math"
	"slices"
)

// distribution returns the rows.
func (rows *rowSet) distribution(measured bool) *Distribution {
	return &Distribution{Functions: finished(rows.functions, rows.options.Worst), Lines: finished(rows.lines, 0), Measured: measured}
}

func finished(rows map[key]*builtRow, most int) []Row {
	list := make([]Row, 0, len(rows))
	for _, r := range rows {
		if r.Samples > 0 || r.RawTotalNS != 0 || r.SelfNS != 0 {
			r.finish(most)
			list = append(list, r.Row)
		}
	}
	slices.SortFunc(list, func(a, b Row) int { return a.place(&b) })
	return list
}

// place orders rows by where they are.
func (r *Row) place(o *Row) int {
	return cmp.Or(cmp.Compare(r.File, o.File), cmp.Compare(r.Line, o.Line), cmp.Compare(r.Module, o.Module),
		cmp.Compare(r.Function, o.Function), cmp.Compare(r.FirstLine, o.FirstLine))
}

// finish computes what the row has of all processes together.
func (r *builtRow) finish(most int) {
	if r.Samples == 0 {
		r.Histogram, r.RawHistogram = NewHistogram(), NewHistogram()
		return
	}
	if r.rawLeast != always {
		r.MinNS, r.RawMinNS = r.least, r.rawLeast
	}
	r.MeanNS, r.DeviationNS = int64(math.Round(r.own.mean)), int64(math.Round(r.own.deviation))
	r.RawMeanNS, r.RawDeviationNS = int64(math.Round(r.raw.mean)), int64(math.Round(r.raw.deviation))
	for _, x := range []struct {
		q        float64
		own, raw *int64
	}{{.5, &r.P50NS, &r.RawP50NS}, {.9, &r.P90NS, &r.RawP90NS}, {.99, &r.P99NS, &r.RawP99NS}, {.999, &r.P999NS, &r.RawP999NS}} {
		*x.own = min(max(r.Histogram.Quantile(x.q), r.lowest), r.MaxNS)
		*x.raw = min(max(r.RawHistogram.Quantile(x.q), r.rawLowest), r.RawMaxNS)
	}
	r.Bins = r.joinBins()
	// Those of a process are in order already, more finely than in ns.
	slices.SortStableFunc(r.Worst, func(a, b Call) int { return cmp.Compare(b.TimeNS, a.TimeNS) })
	r.Worst = slices.Clip(r.Worst[:min(len(r.Worst), most)])
}

// joinBins returns the bins of all processes. Those of one are as they are; those of
// several, which have clocks of their own, are put together by their middles.
func (r *builtRow) joinBins() []Bin {
	var all bins
	apart := true
	for i, b := range r.bins {
		apart = apart && (i == 0 || b.FromNS >= r.bins[i-1].ToNS)
		for b.ToNS-b.FromNS > 1<<all.shift {
			all.shift++
		}
	}
	if apart && len(r.bins) <= maxBins {
		return r.bins
	}
	for _, b := range r.bins {
		// Ticks are ns here, and costs what raw times have more than corrected ones.
		i := all.at((b.FromNS + b.ToNS) / 2)
		all.list[i].add(&tickBin{n: b.Samples, ticks: b.RawTimeNS, cost: b.RawTimeNS - b.TimeNS})
	}
	list := make([]Bin, len(all.list))
	for i, x := range all.list {
		list[i] = Bin{FromNS: x.number << all.shift, ToNS: (x.number + 1) << all.shift, Samples: x.n, TimeNS: x.ticks - x.cost, RawTimeNS: x.ticks}
	}
	return list
}

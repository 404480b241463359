package result

import "tracer/bench/stats"

// Analysis is what has to decode every event of the large trace.
type Analysis struct {
	Events uint64 `json:"events"`
	Pass   Visits `json:"pass"`   // nothing is done with them
	Spread Visits `json:"spread"` // the report by function and line with percentiles
}

// setAnalysis adds the targets of analyses.
func (r *Result) setAnalysis(add addTarget) {
	a := r.Analysis
	if a == nil {
		return
	}
	add("report with percentiles by function and line: events", PerSec, 100e6, true, []value{{"all threads", float64(a.Events) / stats.Median(a.Spread.Seconds)}})
	add("its peak memory on "+count(a.Events)+" events", Bytes, 500e6, false, []value{{"all threads", stats.Median(a.Spread.PeakRSS)}})
}

// analysisTable shows how fast analyses are.
func (r *Result) analysisTable() string {
	a := r.Analysis
	t := newTable("what", "minimum", "median", "events a second", "peak memory")
	for _, x := range []struct {
		name   string
		visits *Visits
	}{{"decoding alone", &a.Pass}, {"report with percentiles by function and line", &a.Spread}} {
		median := stats.Median(x.visits.Seconds)
		t.row(x.name, seconds(stats.Min(x.visits.Seconds)), seconds(median), PerSec.format(float64(a.Events)/median), megabytes(stats.Median(x.visits.PeakRSS)))
	}
	return t.String()
}

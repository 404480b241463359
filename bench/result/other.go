package result

import (
	"fmt"

	"tracer/bench/stats"
)

// otherTable shows what is not measured on the programs' loops.
func (r *Result) otherTable() string {
	t := newTable("what", "minimum", "median")
	for _, s := range r.Starts {
		t.row("CPython "+s.Python+", an empty program", seconds(stats.Min(s.Bare)), seconds(stats.Median(s.Bare)))
		t.row("the same under tracer run", seconds(stats.Min(s.Traced)), seconds(stats.Median(s.Traced)))
	}
	if read := r.Reading; read != nil {
		for _, x := range []Reports{read.Small, read.Large} {
			t.row(fmt.Sprintf("tracer report, %s events (%s)", millions(x.Events), megabytes(float64(x.Bytes))),
				seconds(stats.Min(x.Seconds)), seconds(stats.Median(x.Seconds)))
			t.row("its peak memory", megabytes(stats.Min(x.PeakRSS)), megabytes(stats.Median(x.PeakRSS)))
		}
	}
	for _, s := range r.Saving {
		records := float64(s.Records)
		t.row(fmt.Sprintf("%s, from the end of the loops to the end of the command, %s records (%.1f bytes and %s each)",
			s.Tool, millions(s.Records), float64(s.Bytes)/records, nanoseconds(s.Seconds/records)), "", seconds(s.Seconds))
	}
	if len(t.rows) == 0 {
		return ""
	}
	return t.String()
}

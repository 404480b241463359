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
			t.row(fmt.Sprintf("tracer report, %s events (%s)", count(x.Events), megabytes(float64(x.Bytes))),
				seconds(stats.Min(x.Seconds)), seconds(stats.Median(x.Seconds)))
			t.row("its peak memory", megabytes(stats.Min(x.PeakRSS)), megabytes(stats.Median(x.PeakRSS)))
		}
	}
	for _, s := range r.Saving {
		records := float64(s.Records)
		t.row(fmt.Sprintf("%s, from the end of the loops to the end of the command, %s records (%.1f bytes and %s each)",
			s.Tool, count(s.Records), float64(s.Bytes)/records, nanoseconds(s.Seconds/records)), "", seconds(s.Seconds))
	}
	for _, f := range r.Forks {
		each := func(xs []float64) float64 { return stats.Median(xs) / float64(f.Forks) }
		least := func(xs []float64) float64 { return stats.Min(xs) / float64(f.Forks) }
		t.row("CPython "+f.Python+", a fork, one function in it, its end", microseconds(least(f.Bare)), microseconds(each(f.Bare)))
		t.row("what tracer run adds to it", microseconds(stats.Min(f.added())), microseconds(stats.Median(f.added())))
	}
	if m := r.Memory; m != nil {
		for _, x := range []Grown{m.Small, m.Large} {
			t.row("peak memory of tracer run, "+count(x.Events)+" events", megabytes(stats.Min(x.PeakRSS)), megabytes(stats.Median(x.PeakRSS)))
		}
	}
	if len(t.rows) == 0 {
		return ""
	}
	return t.String()
}

// drainTable shows how fast raw is packed.
func (r *Result) drainTable() string {
	t := newTable("program", "events", "seconds of processor", "events a second", "seconds in all")
	for _, d := range r.Drains {
		cpu := stats.Median(d.CPU)
		t.row(d.Program+" on "+d.Python, count(d.Events), seconds(cpu), PerSec.format(float64(d.Events)/cpu), seconds(stats.Median(d.Wall)))
	}
	return t.String()
}

// largeTable shows the large trace.
func (r *Result) largeTable() string {
	l := r.Large
	t := newTable("what", "events", "minimum", "median", "of that opening", "peak memory")
	if l.Generate > 0 {
		t.row("generated and drained", count(l.Events), "", seconds(l.Generate), "", "")
	}
	for _, x := range l.Lookups {
		t.row(x.name("totals"), count(x.Events), seconds(stats.Min(x.Seconds)), seconds(stats.Median(x.Seconds)), seconds(stats.Median(x.Open)), megabytes(stats.Median(x.PeakRSS)))
	}
	for _, x := range l.Reports {
		t.row(x.name("tracer report"), "", seconds(stats.Min(x.Seconds)), seconds(stats.Median(x.Seconds)), "", megabytes(stats.Median(x.PeakRSS)))
	}
	t.row("every event visited", count(l.Events), seconds(stats.Min(l.Visits.Seconds)), seconds(stats.Median(l.Visits.Seconds)), "", megabytes(stats.Median(l.Visits.PeakRSS)))
	return t.String()
}

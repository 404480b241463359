package cli

import (
	"bufio"
	"fmt"
	"math"
	"strings"

	"tracer/internal/render"
	"tracer/trace"
)

// countersMost is how many rows a process has as text.
const countersMost = 40

// countersText writes a table and a summary of each process.
func countersText(w *bufio.Writer, screen render.Screen, all []counted) error {
	for i, c := range all {
		if i > 0 {
			fmt.Fprintln(w)
		}
		title := fmt.Sprintf("process %d", c.process.PID)
		fmt.Fprintln(w, screen.Paint(render.Strong, title)+"  "+render.Clean(strings.Join(c.process.Argv, " ")))
		rows := fold(c.samples, countersMost)
		if err := countersTable(screen, rows).Write(w); err != nil {
			return err
		}
		shown := render.Plural(len(c.samples), "sample")
		if len(c.samples) > countersMost+1 {
			shown += fmt.Sprintf(" in %d rows", len(rows))
		}
		fmt.Fprintf(w, "\n%s; %s\n", shown, countersSummary(c.samples))
	}
	return nil
}

func countersTable(screen render.Screen, rows []stretch) *render.Table {
	var columns []render.Column
	for _, title := range []string{"TIME", "CPU", "RESIDENT", "PEAK", "FAULTS/S", "READ/S", "WRITTEN/S", "SWITCHES/S", "THREADS", "FILES"} {
		columns = append(columns, render.Column{Title: title, Right: true})
	}
	t := render.NewTable(screen, columns...)
	for _, r := range rows {
		t.Row(render.Time(r.end), cpuCell(r.cpu),
			sizeCell(r.resident, render.Bytes), sizeCell(r.peakResident, render.Bytes),
			rateCell(r.faults, render.Count[int64]), rateCell(r.reads, render.Bytes), rateCell(r.writes, render.Bytes), rateCell(r.switches, render.Count[int64]),
			sizeCell(r.threads, render.Count[int64]), sizeCell(r.handles, render.Count[int64]))
	}
	return t
}

func cpuCell(nsBySecond float64) render.Cell {
	if math.IsNaN(nsBySecond) {
		return render.Text("-")
	}
	return render.Text(fmt.Sprintf("%.0f%%", nsBySecond/1e7))
}

func rateCell(bySecond float64, format func(int64) string) render.Cell {
	if math.IsNaN(bySecond) {
		return render.Text("-")
	}
	// What a damaged trace says may be beyond all numbers.
	return render.Text(format(int64(min(bySecond+0.5, 1<<62))))
}

func sizeCell(n int64, format func(int64) string) render.Cell {
	if n < 0 {
		return render.Text("-")
	}
	return render.Text(format(n))
}

// countersSummary says what a process used in all, from its start to its last
// sample. What is not known is left out.
func countersSummary(samples []trace.Counters) string {
	last := trace.Counters{UserNS: -1, SystemNS: -1, PeakResident: -1, ReadChars: -1, ReadBytes: -1, WriteChars: -1, WriteBytes: -1}
	for _, c := range samples {
		for _, v := range []struct{ to, now *int64 }{
			{&last.UserNS, &c.UserNS}, {&last.SystemNS, &c.SystemNS}, {&last.PeakResident, &c.PeakResident},
			{&last.ReadChars, &c.ReadChars}, {&last.ReadBytes, &c.ReadBytes}, {&last.WriteChars, &c.WriteChars}, {&last.WriteBytes, &c.WriteBytes},
		} {
			*v.to = max(*v.to, *v.now) // none of these falls
		}
	}
	parts := []string{render.Duration(samples[len(samples)-1].At - samples[0].At)}
	add := func(format string, show func(int64) string, values ...int64) {
		var texts []any
		for _, v := range values {
			if v < 0 {
				return
			}
			texts = append(texts, show(v))
		}
		parts = append(parts, fmt.Sprintf(format, texts...))
	}
	add("processor %s user, %s system", render.Duration, last.UserNS, last.SystemNS)
	add("memory %s at most", render.Bytes, last.PeakResident)
	add("read %s, %s from storage", render.Bytes, last.ReadChars, last.ReadBytes)
	add("written %s, %s to storage", render.Bytes, last.WriteChars, last.WriteBytes)
	return strings.Join(parts, "; ")
}

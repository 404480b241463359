package result

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tracer/bench/mode"
	"tracer/bench/stats"
)

// Markdown returns the tables of the page.
func (r *Result) Markdown() string {
	parts := []string{r.measured(), r.targetTable()}
	for _, python := range r.pythons() {
		parts = append(parts, "### CPython "+python+": how many times slower\n", r.slowdownTable(python),
			"### CPython "+python+": what an event costs\n", r.eventTable(python),
			"### CPython "+python+": the loops, minimum and median\n", r.timeTable(python))
	}
	if t := r.otherTable(); t != "" {
		parts = append(parts, "### Starting, reading, saving\n", t)
	}
	if len(r.Drains) > 0 {
		parts = append(parts, "### Draining on one core\n", r.drainTable())
	}
	if l := r.Large; l != nil {
		size := fmt.Sprintf("### A trace of %s events: %.2f GB, %.2f bytes an event\n", count(l.Events), float64(l.Bytes)/1e9, float64(l.Bytes)/float64(l.Events))
		parts = append(parts, size, r.largeTable())
	}
	if x := r.Export; x != nil {
		parts = append(parts, fmt.Sprintf("### Exporting a trace of %s events, %s calls\n", count(x.Events), count(x.Calls)), r.exportTable())
	}
	if a := r.Analysis; a != nil {
		parts = append(parts, fmt.Sprintf("### Analysing a trace of %s events\n", count(a.Events)), r.analysisTable())
	}
	parts = append(parts, r.kindTables()...)
	if list := r.accuracyTables(); len(list) > 0 {
		parts = append(append(parts, "### Corrected times\n"), list...)
	}
	return strings.Join(parts, "\n")
}

// measured says where and when.
func (r *Result) measured() string {
	var versions []string
	for _, name := range []string{"line_profiler", "viztracer", "pyperformance", "py-spy"} {
		if v := r.Versions[name]; v != "" {
			versions = append(versions, name+" "+v)
		}
	}
	m, clock := r.Machine, ""
	if r.Clock == CPU {
		clock = "; processor times"
	}
	return fmt.Sprintf("%s, %d CPUs (%s), %.0f GiB, %s %s; %s; %d rounds%s; %s.\n",
		m.CPU, m.CPUs, m.Arch, float64(m.Memory)/(1<<30), m.OS, m.Kernel, strings.Join(versions, ", "), r.Rounds, clock, r.Date)
}

func (r *Result) targetTable() string {
	t := newTable("target", "limit", "figure (worst)", "met", "geometric mean", "worst case")
	for _, x := range r.Targets {
		t.row(x.cells()...)
	}
	return t.String()
}

// cells are the target's, in the table's order.
func (t Target) cells() []string {
	met, bound := "**no**", "≤ "
	if t.Met {
		met = "yes"
	}
	if t.AtLeast {
		bound = "≥ "
	}
	mean, worst := t.Unit.format(t.GeoMean), t.WorstCase
	if t.Cases == 1 {
		mean = ""
	} else {
		worst += fmt.Sprintf(" (of %d)", t.Cases)
	}
	return []string{t.Name, bound + t.Unit.format(t.Limit), t.Unit.format(t.Worst), met, mean, worst}
}

func (r *Result) slowdownTable(python string) string {
	modes := r.modes()
	head := []string{"program", "untraced"}
	for _, m := range modes[1:] {
		head = append(head, m.Title)
	}
	t := newTable(head...)
	all := make([][]float64, len(modes))
	for _, c := range r.of(python) {
		row := []string{c.Program, seconds(stats.Median(c.times(mode.Untraced)))}
		for i, m := range modes[1:] {
			x := c.Slowdown(m.Name)
			row = append(row, times(x))
			if !math.IsNaN(x) {
				all[i] = append(all[i], x)
			}
		}
		t.row(row...)
	}
	means := []string{"*geometric mean*", ""}
	for i := range modes[1:] {
		means = append(means, times(stats.GeoMean(all[i])))
	}
	t.row(means...)
	return t.String()
}

func (r *Result) timeTable(python string) string {
	modes := r.modes()
	head := []string{"program"}
	for _, m := range modes {
		head = append(head, m.Title)
	}
	t := newTable(head...)
	for _, c := range r.of(python) {
		row := []string{c.Program}
		for _, m := range modes {
			cell := "–"
			if xs := c.times(m.Name); len(xs) > 0 {
				cell = seconds(stats.Min(xs)) + ", " + seconds(stats.Median(xs))
			}
			row = append(row, cell)
		}
		t.row(row...)
	}
	return t.String()
}

// enough is how many events it takes to say what one costs.
const enough = 100_000

func (r *Result) eventTable(python string) string {
	t := newTable("program", "calls: events", "added per event", "bytes per event",
		"lines: events", "added per event", "bytes per event", "callbacks alone, per event")
	for _, c := range r.of(python) {
		row := []string{c.Program}
		for _, name := range []string{mode.Calls, mode.Lines} {
			s := c.Modes[name]
			if s == nil || len(s.Loops) == 0 || s.Events < enough {
				row = append(row, "–", "–", "–")
				continue
			}
			events := float64(s.Events)
			row = append(row, count(s.Events), nanoseconds(stats.Median(c.Added(name))/events), fmt.Sprintf("%.2f", float64(s.Bytes)/events))
		}
		floor := "–"
		if s := c.Modes[mode.Lines]; s != nil && s.Events >= enough && c.Modes[mode.Noop] != nil {
			floor = nanoseconds(stats.Median(c.Added(mode.Noop)) / float64(s.Events))
		}
		t.row(append(row, floor)...)
	}
	return t.String()
}

// modes returns the untraced one and those that some case has.
func (r *Result) modes() []mode.Mode {
	return slices.DeleteFunc(mode.All(), func(m mode.Mode) bool {
		return m.Name != mode.Untraced && !slices.ContainsFunc(r.Cases, func(c *Case) bool { return len(c.times(m.Name)) > 0 })
	})
}

// pythons returns the versions in the order of the cases.
func (r *Result) pythons() []string {
	var versions []string
	seen := map[string]bool{}
	for _, c := range r.Cases {
		if !seen[c.Python] {
			seen[c.Python] = true
			versions = append(versions, c.Python)
		}
	}
	return versions
}

// of returns the cases of one version.
func (r *Result) of(python string) []*Case {
	var cases []*Case
	for _, c := range r.Cases {
		if c.Python == python {
			cases = append(cases, c)
		}
	}
	return cases
}

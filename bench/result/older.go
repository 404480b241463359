package result

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tracer/bench/mode"
	"tracer/bench/stats"
)

// OfOlder reports whether the older interpreters are measured in this mode.
func OfOlder(name string) bool {
	return name == mode.Untraced || name == mode.Noop || name == mode.Lines
}

// HasTarget reports whether the older interpreter has a target: 3.8 and later.
func (c *Case) HasTarget() bool {
	return slices.ContainsFunc([]string{"3.8.", "3.9.", "3.10.", "3.11."}, func(prefix string) bool { return strings.HasPrefix(c.Python, prefix) })
}

// setOlder adds the target of the older interpreters.
func (r *Result) setOlder(add addTarget) {
	cases := slices.DeleteFunc(slices.Clone(r.Older), func(c *Case) bool { return !c.HasTarget() })
	add("3.8 to 3.11, lines: added time ÷ that of callbacks that do nothing", Ratio, 1.5, false, added(cases, mode.Lines, mode.Noop))
}

// olderTables show the older interpreters: what lines add over what callbacks that do
// nothing add, and what that is.
func (r *Result) olderTables() []string {
	head := []string{"program"}
	var versions, programs []string
	of := map[string]*Case{}
	for _, c := range r.Older {
		if !slices.Contains(versions, c.Python) {
			versions, head = append(versions, c.Python), append(head, c.Python)
		}
		if !slices.Contains(programs, c.Program) {
			programs = append(programs, c.Program)
		}
		of[c.String()] = c
	}
	ratios := newTable(head...)
	all := map[string][]float64{}
	for _, program := range programs {
		row := []string{program}
		for _, version := range versions {
			x := math.NaN()
			if c := of[(&Case{Python: version, Program: program}).String()]; c != nil && c.Slowdown(mode.Noop) > 1+noise {
				x = stats.Ratio(c.Added(mode.Lines), c.Added(mode.Noop))
			}
			if !math.IsNaN(x) {
				all[version] = append(all[version], x)
			}
			row = append(row, ratio(x))
		}
		ratios.row(row...)
	}
	means, worst := []string{"*geometric mean*"}, []string{"*worst*"}
	for _, version := range versions {
		means = append(means, ratio(stats.GeoMean(all[version])))
		worst = append(worst, ratio(stats.Max(all[version])))
	}
	ratios.row(means...)
	ratios.row(worst...)
	return []string{ratios.String(), r.olderCosts(versions)}
}

// olderCosts shows what all programs of an interpreter come to.
func (r *Result) olderCosts(versions []string) string {
	t := newTable("interpreter", "programs", "callbacks that do nothing", "tracer, lines", "added per event", "callbacks alone, per event", "bytes per event")
	for _, version := range versions {
		var noop, lines, added, floor, bytes []float64
		for _, c := range r.Older {
			s := c.Modes[mode.Lines]
			if c.Python != version || s == nil || s.Events == 0 || c.Modes[mode.Noop] == nil {
				continue
			}
			events := float64(s.Events)
			noop, lines = append(noop, c.Slowdown(mode.Noop)), append(lines, c.Slowdown(mode.Lines))
			added = append(added, 1e9*stats.Median(c.Added(mode.Lines))/events)
			floor = append(floor, 1e9*stats.Median(c.Added(mode.Noop))/events)
			bytes = append(bytes, float64(s.Bytes)/events)
		}
		t.row("CPython "+version, fmt.Sprint(len(lines)), times(stats.GeoMean(noop)), times(stats.GeoMean(lines)),
			nanoseconds(stats.GeoMean(added)/1e9), nanoseconds(stats.GeoMean(floor)/1e9), ratio(stats.GeoMean(bytes)))
	}
	return t.String()
}

func ratio(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return Ratio.format(x)
}

// kindTables show the interpreters that have parts of their own.
func (r *Result) kindTables() (parts []string) {
	if len(r.Older) > 0 {
		parts = append(append(parts, "### Older interpreters: added time of lines ÷ that of callbacks that do nothing\n"), r.olderTables()...)
	}
	if len(r.Parallel) > 0 {
		parts = append(append(parts, "### Threads in parallel, free-threaded\n"), r.parallelTables()...)
	}
	return parts
}

// allCases are those of all kinds.
func (r *Result) allCases() []*Case {
	all := slices.Concat(r.Cases, r.Older)
	for _, p := range r.Parallel {
		all = append(all, p.Case)
	}
	return all
}

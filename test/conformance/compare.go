package conformance

import (
	"maps"
	"slices"
)

// Names of what is compared besides the tests.
const (
	exitStatus = "exit status"
	theEnd     = "end"
)

// Difference is a test of which the outcome is another when it is traced.
type Difference struct {
	Test             string
	Untraced, Traced []string // each outcome that was seen, in order, once
}

// Verdict is what the runs of a program show.
type Verdict struct {
	Differences []Difference // in no traced run as in any untraced one
	Unsteady    []Difference // not always the same, but at times the same traced and untraced
}

// compare judges runs of the same program. A test whose outcome changes from run
// to run is steady in neither; what counts is that no traced run is like any
// untraced one. So one pair of runs decides where they agree, and more are
// needed only where they do not.
func compare(untraced, traced []*Run) Verdict {
	var v Verdict
	for _, test := range tests(untraced, traced) {
		d := Difference{test, seen(untraced, test), seen(traced, test)}
		switch {
		case len(d.Untraced) == 1 && slices.Equal(d.Untraced, d.Traced):
		case slices.ContainsFunc(d.Traced, func(o string) bool { return slices.Contains(d.Untraced, o) }):
			v.Unsteady = append(v.Unsteady, d)
		default:
			v.Differences = append(v.Differences, d)
		}
	}
	return v
}

// tests returns the names of all that is to compare, sorted.
func tests(untraced, traced []*Run) []string {
	all := map[string]bool{exitStatus: true, theEnd: true}
	for _, run := range slices.Concat(untraced, traced) {
		for test := range run.Outcomes {
			all[test] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func seen(runs []*Run, test string) []string {
	var outcomes []string
	for _, run := range runs {
		outcomes = append(outcomes, run.outcome(test))
	}
	slices.Sort(outcomes)
	return slices.Compact(outcomes)
}

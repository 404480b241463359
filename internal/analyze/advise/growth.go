package advise

import (
	"fmt"

	"tracer/internal/analyze/distribution"
)

// A loop whose iterations take longer and longer.
const (
	growthKind    = "growing-cost"
	growthShare   = .03
	growthFactor  = 1.5
	growthSamples = 50
)

func growth() Kind {
	return Kind{
		Name:  growthKind,
		Title: "A loop whose iterations take longer and longer",
		Thresholds: fmt.Sprintf("hits of a line, or calls of a function without traced calls, take longer over the run (tracer report --trend), at its end %.1f times what they took at its begin, "+
			"at %d samples or more; had they stayed as they were, %.0f%% of the whole would be saved", growthFactor, growthSamples, 100*growthShare),
		Why: "What costs more each time is of quadratic cost in all: a list that is searched, text or a table that is built piece by piece, a cache that is never emptied.",
		find: func(f *Facts) (list []Finding) {
			seen := map[functionKey]bool{} // functions of which a line is named
			for i := range f.lines {
				r := &f.lines[i]
				if x, ok := f.grown(r, "line"); ok {
					seen[functionKey{r.Module, r.Function, r.File, r.FirstLine}] = true
					list = append(list, x)
				}
			}
			for i := range f.functions {
				r := &f.functions[i]
				// The calls of a recursion lie within each other.
				recursive := r.MeanNS*int64(r.Samples) > r.TotalNS*11/10
				if recursive || r.SelfNS < r.TotalNS*9/10 || seen[functionKey{r.Module, r.Function, r.File, r.Line}] {
					continue
				}
				if x, ok := f.grown(r, "function"); ok {
					list = append(list, x)
				}
			}
			return list
		},
	}
}

// grown returns the finding that a row's samples take longer and longer, if they do.
func (f *Facts) grown(r *distribution.Row, what string) (Finding, bool) {
	if r.Samples < growthSamples || r.SelfNS < f.ofWhole(growthShare) {
		return Finding{}, false
	}
	t := r.Trend(false)
	if t.Verdict != distribution.Growing || float64(t.ToNS) < growthFactor*float64(max(t.FromNS, 1)) {
		return Finding{}, false
	}
	saves := int64(0)
	for _, b := range r.Bins {
		saves += max(0, b.TimeNS-int64(b.Samples)*max(t.FromNS, 0))
	}
	if saves < f.ofWhole(growthShare) {
		return Finding{}, false
	}
	return Finding{
		Title:   "each time this " + what + " takes longer than the time before",
		Advice:  "look for what grows: a list that is searched or shifted (a set, a dict, a deque instead), text or a table that is copied to be longer by one",
		Place:   Place{r.Module, r.Function, r.File, r.Line},
		SavesNS: saves,
		Window:  Window{r.FirstNS, r.LastNS},
		Evidence: []Figure{
			{"at first", float64(t.FromNS), NS}, {"at last", float64(t.ToNS), NS}, {"samples", float64(r.Samples), Count},
			{"rank correlation with time", t.Tau, Times}, {"self", float64(r.SelfNS), NS},
		},
	}, true
}

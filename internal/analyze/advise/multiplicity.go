package advise

import (
	"fmt"

	"tracer/internal/analyze/tree"
)

// A function that is called once for each of many: N+1.
const (
	multiplicityKind   = "one-by-one"
	multiplicityShare  = .05
	multiplicityCalls  = 30     // by call of the caller
	multiplicityCall   = 10_000 // ns of a call
	multiplicityLines  = 20     // of the function's own, by call, at most
	multiplicityHidden = .5     // of the time is in calls that are not shown
	hiddenHit          = 5_000  // ns: a hit that took as long was such a call
)

func multiplicity() Kind {
	return Kind{
		Name:  multiplicityKind,
		Title: "A function that is called once for each of many (N+1)",
		Thresholds: fmt.Sprintf("from one line it is called %d times or more by each call of its caller, a call takes %d µs or more, "+
			"%.0f%% of that in calls that the trace does not show or waiting, with %d lines of its own or fewer, and all together take %.0f%% of the whole",
			multiplicityCalls, multiplicityCall/1000, 100*multiplicityHidden, multiplicityLines, 100*multiplicityShare),
		Why: "A query, a request, a file each time has a cost of its own. To ask once for all of them has it once. A loop that only computes, or works on each with many lines, is not meant.",
		find: func(f *Facts) (list []Finding) {
			for _, e := range f.edges() {
				if e.calls == 0 || e.within == 0 || e.ns < f.ofWhole(multiplicityShare) {
					continue
				}
				each, call := float64(e.calls)/float64(e.within), e.ns/int64(e.calls)
				hidden := f.hidden(e)
				if each < multiplicityCalls || call < multiplicityCall || hidden < multiplicityHidden || f.linesByCall(e.callee) > multiplicityLines {
					continue
				}
				first, last, _, _ := f.row(e.caller)
				list = append(list, Finding{
					Title:   fmt.Sprintf("%s is called %.0f times by each call of %s, from this line", shortName(e.callee), each, shortName(e.caller)),
					Advice:  "ask once for all of them: one query with a list, a bulk request, a join, what was read kept in a dict",
					Place:   e.site,
					SavesNS: int64(float64(e.ns) * (1 - 1/each)),
					Window:  Window{first, last},
					Evidence: []Figure{
						{"calls", float64(e.calls), Count}, {"by a call of the caller", each, Times}, {"a call", float64(call), NS},
						{"all calls", float64(e.ns), NS}, {"in calls that are not shown", hidden, Part},
					},
				})
			}
			return list
		},
	}
}

// hidden is how much of the time of an edge's calls is in lines that take too long to be
// Python.
func (f *Facts) hidden(e *edge) float64 {
	var all, within int64
	var walk func(n *tree.Node)
	walk = func(n *tree.Node) {
		all += n.Self.NS
		within += int64(f.hiddenShare(n.Function) * float64(n.Self.NS))
		for _, c := range n.Children {
			walk(c)
		}
	}
	for _, n := range e.nodes {
		walk(n)
	}
	if all <= 0 {
		return 0
	}
	return float64(within) / float64(all)
}

// hiddenShare is how much of a function's own time is in such lines.
func (f *Facts) hiddenShare(fn *tree.Function) float64 {
	key := functionKey{fn.Module, fn.Name, fn.File, fn.FirstLine}
	if f.hiddenShares == nil {
		f.hiddenShares = map[functionKey]float64{}
		for i := range f.lines {
			r := &f.lines[i]
			if r.Count == 0 || r.SelfNS/int64(r.Count) < hiddenHit {
				continue
			}
			k := functionKey{r.Module, r.Function, r.File, r.FirstLine}
			if row := f.byFunction[k]; row != nil && row.SelfNS > 0 {
				f.hiddenShares[k] += float64(r.SelfNS) / float64(row.SelfNS)
			}
		}
	}
	return min(f.hiddenShares[key], 1)
}

func shortName(fn *tree.Function) string {
	if fn.Module == "" || fn.Module == "__main__" {
		return fn.Name
	}
	return fn.Module + "." + fn.Name
}

// linesByCall is how many lines of its own a function runs by call.
func (f *Facts) linesByCall(fn *tree.Function) float64 {
	key := functionKey{fn.Module, fn.Name, fn.File, fn.FirstLine}
	hits, _ := f.linesOf(key)
	if r := f.byFunction[key]; r != nil && r.Count > 0 {
		return float64(hits) / float64(r.Count)
	}
	return 0
}

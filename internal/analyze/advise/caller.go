package advise

import (
	"cmp"
	"fmt"
	"slices"

	"tracer/internal/analyze/tree"
)

// A hot function that only one caller makes hot.
const (
	callerKind   = "one-caller"
	callerShare  = .10
	callerPart   = .8 // of the function's time
	callerFactor = 4  // what a call takes, compared with the others'
	callerOthers = 20 // calls by others, at least
	callerCount  = 3  // callers, at least
)

func caller() Kind {
	return Kind{
		Name:  callerKind,
		Title: "A hot line that only one caller makes hot",
		Thresholds: fmt.Sprintf("a function takes %.0f%% of the whole, has %d callers or more, and %.0f%% of its time is for calls from one line, each of which takes %d times what the others' do; "+
			"the others call it %d times or more", 100*callerShare, callerCount, 100*callerPart, callerFactor, callerOthers),
		Why: "The function is fast for everybody else: what is asked of it there is unusual. That is the place to change, or a special case of it.",
		find: func(f *Facts) (list []Finding) {
			callees := map[*tree.Function][]*edge{}
			for _, e := range f.edges() {
				callees[e.callee] = append(callees[e.callee], e)
			}
			for callee, edges := range callees {
				if x, ok := f.oneCaller(callee, edges); ok {
					list = append(list, x)
				}
			}
			return list
		},
	}
}

func (f *Facts) oneCaller(callee *tree.Function, edges []*edge) (Finding, bool) {
	slices.SortStableFunc(edges, func(a, b *edge) int { return cmp.Compare(b.ns, a.ns) })
	callers := map[*tree.Function]bool{}
	var ns int64
	var calls uint64
	for _, e := range edges {
		callers[e.caller] = true
		ns += e.ns
		calls += e.calls
	}
	top := edges[0]
	others, otherNS := calls-top.calls, max(ns-top.ns, 1)
	if len(callers) < callerCount || ns < f.ofWhole(callerShare) || float64(top.ns) < callerPart*float64(ns) || others < callerOthers || top.calls == 0 {
		return Finding{}, false
	}
	call, other := float64(top.ns)/float64(top.calls), float64(otherNS)/float64(others)
	if call < callerFactor*other {
		return Finding{}, false
	}
	hot := f.hottest(callee)
	first, last, _, _ := f.row(callee)
	return Finding{
		Title:   fmt.Sprintf("%s is slow only when %s calls it, from line %d", shortName(callee), shortName(top.caller), top.site.Line),
		Advice:  fmt.Sprintf("look at what %s asks of it: more data, another path through the code", shortName(top.caller)),
		Place:   hot,
		SavesNS: int64(float64(top.calls) * (call - other)),
		Window:  Window{first, last},
		Evidence: []Figure{
			{"calls from there", float64(top.calls), Count}, {"each", call, NS}, {"calls by others", float64(others), Count}, {"each of those", other, NS},
			{"callers", float64(len(callers)), Count}, {"of the function's time", float64(top.ns) / float64(ns), Part},
		},
	}, true
}

// hottest is the line of a function with the most self time.
func (f *Facts) hottest(fn *tree.Function) Place {
	best, most := placeOf(fn, fn.FirstLine), int64(-1)
	for i := range f.lines {
		r := &f.lines[i]
		if r.Module == fn.Module && r.Function == fn.Name && r.File == fn.File && r.FirstLine == fn.FirstLine && r.SelfNS > most {
			best, most = placeOf(fn, r.Line), r.SelfNS
		}
	}
	return best
}

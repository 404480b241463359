package advise

import (
	"fmt"
	"strings"
)

// Exceptions as control flow.
const (
	exceptionsKind  = "exceptions"
	exceptionsShare = .02
	exceptionsCount = 1000
	exceptionsPart  = .10 // of the function's calls
)

func exceptions() Kind {
	return Kind{
		Name:  exceptionsKind,
		Title: "Exceptions as control flow",
		Thresholds: fmt.Sprintf("%d exceptions or more leave the function they are raised in, which is %.0f%% of its calls, and the calls that they end take %.0f%% of the whole",
			exceptionsCount, 100*exceptionsPart, 100*exceptionsShare),
		Why: "To raise and catch takes some ten times what a test does, and what was done until then is lost. One that is caught where it is raised leaves no function, and is not seen. StopIteration out of __next__ is the protocol, and is not meant.",
		find: func(f *Facts) (list []Finding) {
			for at, r := range f.events.raised {
				if r.count < exceptionsCount || r.ns < f.ofWhole(exceptionsShare) || at.from.Module == "" && at.from.Function == "" {
					continue
				}
				if name := at.from.Function[strings.LastIndex(at.from.Function, ".")+1:]; name == "__next__" || name == "__anext__" {
					continue
				}
				calls := f.callsOf(at.from)
				if calls == 0 || float64(r.count) < exceptionsPart*float64(calls) {
					continue
				}
				caught := "outside of traced code"
				if at.caught != (Place{}) {
					caught = fmt.Sprintf("in %s, line %d", at.caught.Function, at.caught.Line)
				}
				list = append(list, Finding{
					Title:   fmt.Sprintf("%.0f%% of the calls of %s end with an exception, which is caught %s", 100*float64(r.count)/float64(calls), at.from.Function, caught),
					Advice:  "test before instead of catching after, or return a value that says no",
					Place:   at.from,
					SavesNS: r.ns,
					Window:  Window{r.first, r.last},
					Evidence: []Figure{
						{"exceptions", float64(r.count), Count}, {"calls", float64(calls), Count}, {"frames that each ends", float64(r.frames) / float64(r.count), Times},
						{"calls that they end", float64(r.ns), NS},
					},
				})
			}
			return list
		},
	}
}

// callsOf returns how often the function of a line was called; of several of a name, all
// of them.
func (f *Facts) callsOf(p Place) (n uint64) {
	for i := range f.functions {
		if r := &f.functions[i]; r.Module == p.Module && r.Function == p.Function && r.File == p.File {
			n += r.Count
		}
	}
	return n
}

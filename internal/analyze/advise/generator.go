package advise

import "fmt"

// A generator that yields one by one.
const (
	generatorKind   = "tiny-yields"
	generatorShare  = .03
	generatorYields = 10_000
	generatorNS     = 300 // of its own time by yield
	generatorLines  = 4   // hits by yield
)

func generator() Kind {
	return Kind{
		Name:  generatorKind,
		Title: "A generator that yields one by one",
		Thresholds: fmt.Sprintf("it yields %d times or more, runs %d lines or fewer and takes %d ns or less of its own for each, and that is %.0f%% of the whole",
			generatorYields, generatorLines, generatorNS, 100*generatorShare),
		Why: "To leave a generator and come back takes as long as a line or two: where it does little more, that is what it costs.",
		find: func(f *Facts) (list []Finding) {
			for i := range f.functions {
				r := &f.functions[i]
				yields := f.events.yields[functionKey{r.Module, r.Function, r.File, r.Line}]
				if yields < generatorYields || r.SelfNS < f.ofWhole(generatorShare) || r.SelfNS > generatorNS*int64(yields) {
					continue
				}
				hits, hot := f.linesOf(functionKey{r.Module, r.Function, r.File, r.Line})
				if hits > generatorLines*yields {
					continue
				}
				hot = Place{r.Module, r.Function, r.File, max(hot.Line, r.Line)}
				list = append(list, Finding{
					Title:   "this generator does little more than to yield, one by one",
					Advice:  "yield lists of some hundreds, return a list where it is small, or pass on with yield from",
					Place:   hot,
					SavesNS: r.SelfNS,
					Window:  Window{r.FirstNS, r.LastNS},
					Evidence: []Figure{
						{"yields", float64(yields), Count}, {"own time for each", float64(r.SelfNS) / float64(yields), NS},
						{"lines for each", float64(hits) / float64(yields), Times}, {"self", float64(r.SelfNS), NS},
					},
				})
			}
			return list
		},
	}
}

// linesOf returns how many lines of a function ran, and where the one is that ran most.
func (f *Facts) linesOf(key functionKey) (hits uint64, hot Place) {
	most := uint64(0)
	for i := range f.lines {
		r := &f.lines[i]
		if (functionKey{r.Module, r.Function, r.File, r.FirstLine}) != key {
			continue
		}
		hits += r.Count
		if r.Count > most {
			most, hot = r.Count, Place{r.Module, r.Function, r.File, r.Line}
		}
	}
	return hits, hot
}

package advise

import (
	"fmt"
	"strings"
)

// Time in garbage collection, as far as it can be told.
const (
	collectionKind  = "garbage-collection"
	collectionShare = .02
)

func collection() Kind {
	return Kind{
		Name:       collectionKind,
		Title:      "Time in garbage collection",
		Thresholds: fmt.Sprintf("lines that call gc.collect take %.0f%% of the whole", 100*collectionShare),
		Why: "A full collection looks at every object there is. The collections that Python begins by itself are not recorded: they are a part of whatever line was " +
			"running, and cannot be told from it.",
		find: func(f *Facts) (list []Finding) {
			for i := range f.lines {
				r := &f.lines[i]
				p := Place{r.Module, r.Function, r.File, r.Line}
				if r.Count == 0 || r.SelfNS < f.ofWhole(collectionShare) || !collects(f.source(p)) {
					continue
				}
				list = append(list, Finding{
					Title:    "time goes into collecting garbage by hand",
					Advice:   "leave it out, or do it less often: after a batch instead of in it; gc.freeze() takes what stays out of it",
					Place:    p,
					SavesNS:  r.SelfNS,
					Window:   f.lineWindow(p),
					Evidence: []Figure{{"self", float64(r.SelfNS), NS}, {"hits", float64(r.Count), Count}, {"a hit", float64(r.SelfNS) / float64(r.Count), NS}},
				})
			}
			return list
		},
	}
}

func collects(source string) bool {
	for _, name := range calledIn(source) {
		if name == "gc.collect" || strings.HasSuffix(name, ".gc.collect") {
			return true
		}
	}
	return false
}

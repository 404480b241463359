package advise

import "fmt"

// Waiting rather than working.
const (
	waitingKind  = "waiting"
	waitingShare = .05
	waitingPart  = .7         // of the line's long stays
	waitingNS    = 50_000_000 // ns
)

func waiting() Kind {
	return Kind{
		Name:  waitingKind,
		Title: "A line that waits rather than works",
		Thresholds: fmt.Sprintf("in stays of %d ms or more at the line the CPU is used for less than %.0f%% of the time, and the rest is %d ms or more and %.0f%% of the whole",
			waitStay/1_000_000, 100*(1-waitingPart), waitingNS/1_000_000, 100*waitingShare),
		Why: "By the process's counters (tracer counters), which are taken ten times a second: a wait must be long, or come often. Without counters nothing is said; with threads that work " +
			"meanwhile a wait is hidden.",
		find: func(f *Facts) (list []Finding) {
			for p, w := range f.waits {
				r := f.byPlace[p]
				if r == nil || w.waited < waitingNS || w.waited < f.ofWhole(waitingShare) || float64(w.waited) < waitingPart*float64(w.stayed) {
					continue
				}
				list = append(list, Finding{
					Title:   "this line waits: the CPU has nothing to do meanwhile",
					Advice:  "do other work meanwhile (threads, asyncio), wait for several things at once, or wait less: a shorter sleep, an event, a batch",
					Place:   p,
					SavesNS: w.waited,
					Window:  f.lineWindow(p),
					Evidence: []Figure{
						{"waited", float64(w.waited), NS}, {"in stays of", float64(w.stayed), NS}, {"hits", float64(r.Count), Count},
						{"CPU used meanwhile", 1 - float64(w.waited)/float64(w.stayed), Part},
					},
				})
			}
			return list
		},
	}
}

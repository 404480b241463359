package advise

import (
	"fmt"
	"strings"

	"tracer/trace"
)

// Time in garbage collection.
const (
	collectionKind  = "garbage-collection"
	collectionShare = .02 // by hand
	collectedShare  = .05
)

func collection() Kind {
	return Kind{
		Name:  collectionKind,
		Title: "Time in garbage collection",
		Thresholds: fmt.Sprintf("lines that call gc.collect take %.0f%% of the whole; or the collections that Python begins by itself do, all together, %.0f%%",
			100*collectionShare, 100*collectedShare),
		Why: "A full collection looks at every object there is. Those that Python begins by itself come after so many new objects, at whatever line makes the next one: " +
			"its time is not its own. Before 3.10 they are not known.",
		find: func(f *Facts) []Finding { return append(f.collectedByHand(), f.collectedByItself()...) },
	}
}

func (f *Facts) collectedByHand() (list []Finding) {
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
}

func collects(source string) bool {
	for _, name := range calledIn(source) {
		if name == "gc.collect" || strings.HasSuffix(name, ".gc.collect") {
			return true
		}
	}
	return false
}

// collectedByItself is one finding at most, at the line that waited most for it.
func (f *Facts) collectedByItself() []Finding {
	var all collected
	var most Place
	for p, c := range f.events.collected {
		if collects(f.source(p)) {
			continue
		}
		all.add(c)
		if m := f.events.collected[most]; m == nil || c.ns > m.ns || c.ns == m.ns && p.before(most) {
			most = p
		}
	}
	if all.count == 0 || all.ns < f.ofWhole(collectedShare) {
		return nil
	}
	return []Finding{{
		Title: "Python collects garbage again and again",
		Advice: "gc.freeze() after the start takes what stays out of it, a higher gc.set_threshold() makes it seldom; " +
			"objects that hold no others (numbers, text, arrays of them) are not looked at",
		Place:   most,
		SavesNS: min(all.ns, f.whole),
		Window:  Window{all.first, max(all.last, all.first+1)},
		Evidence: []Figure{
			{"collecting", float64(all.ns), NS}, {"collections", float64(all.count), Count}, {"of the oldest objects", float64(all.oldest), Count},
			{"the longest", float64(all.longest), NS}, {"collecting in this line", float64(f.events.collected[most].ns), NS},
		},
	}}
}

// collected is what collections took, with the finalizers that they ran.
type collected struct {
	count, oldest uint64 // oldest: of generation 2
	ns, longest   int64
	first, last   int64 // ns since the trace began
}

func (c *collected) add(o *collected) {
	if c.count == 0 {
		c.first = o.first
	}
	c.first, c.last = min(c.first, o.first), max(c.last, o.last)
	c.count += o.count
	c.oldest += o.oldest
	c.ns += o.ns
	c.longest = max(c.longest, o.longest)
}

// Collection implements trace.CollectionVisitor. What happens outside of traced code is no
// part of the whole.
func (v *partEvents) Collection(m trace.Moment, ticks uint64, generation int) {
	if v.loc == 0 {
		return
	}
	const oldest = 2
	one := collected{count: 1, ns: v.process.Span(ticks), first: v.process.NS(m.At)}
	one.longest, one.last = one.ns, one.first+one.ns
	if generation >= oldest {
		one.oldest = 1
	}
	sum := v.collected[v.loc]
	if sum == nil {
		sum = &collected{}
		v.collected[v.loc] = sum
	}
	sum.add(&one)
}

package summary

import (
	"iter"
	"slices"

	"tracer/internal/names"
)

// outside is the code of what is in no frame.
var outside = names.Code{Index: -1}

// Use makes contexts the tree from the next Cut on: after it, contexts have its numbers.
func (b *Builder) Use(contexts *Contexts) { b.tree = contexts }

// Cut returns what was added up since the last Cut, or since Begin, up to the time
// at: no event before it may follow. Open frames stay open. The caller says how
// many events these were.
func (b *Builder) Cut(at int64) *Summary {
	if !b.begun {
		return &Summary{Start: at, End: at}
	}
	at = max(at, b.last)
	b.pass(at)
	b.flush()
	b.settle(at)
	s := &Summary{
		Start: b.start, End: at, Gaps: b.gaps, Lost: b.lost, Outside: b.lines[0].self, OutsideCost: b.costOf(0),
		Lines: b.cutLines(), Overlaps: b.cutOverlaps(), Functions: b.cutFunctions(),
		Modules: cutGroups(b.modules), Files: cutGroups(b.files), Contexts: b.cutContexts(),
		Detail: b.detail,
	}
	b.reset(at)
	return s
}

// settle adds what is open to the totals.
func (b *Builder) settle(at int64) {
	cost := b.cost()
	for i := range b.below {
		if w := &b.below[i]; w.open > 0 {
			w.ticks += uint64(at) - b.lines[i].self
			w.cost += cost - b.costOf(uint32(i))
		}
	}
	for i := range b.shared {
		if s := &b.shared[i]; s.open > 0 {
			self, own := b.sharedOf(s)
			s.ticks += uint64(at) - self
			s.cost += cost - own
		}
	}
	for i := range b.functions {
		b.functions[i].settle(at, cost)
	}
	for _, spans := range [][]span{b.modules, b.files} {
		for i := range spans {
			spans[i].settle(at, cost)
		}
	}
}

func (s *span) settle(at, cost int64) {
	if s.open > 0 {
		s.ticks += uint64(at)
		s.cost += cost
	}
}

func (b *Builder) cutLines() []Line {
	lines := make([]Line, 0, len(b.lines)-1)
	for i := 1; i < len(b.lines); i++ {
		below := &b.below[i]
		l := Line{b.keys[i], b.lines[i].hits, b.lines[i].self, below.ticks, b.costOf(uint32(i)), below.cost}
		if l != (Line{LineKey: l.LineKey}) {
			lines = append(lines, l)
		}
	}
	slices.SortFunc(lines, func(a, b Line) int { return a.compare(&b) })
	return lines
}

func (b *Builder) cutOverlaps() (overlaps []Overlap) {
	for i := 1; i < len(b.shared); i++ {
		s := &b.shared[i]
		o := Overlap{s.key, -s.ticks, -s.cost}
		for _, row := range s.rows {
			o.Ticks += b.below[row].ticks
			o.Cost += b.below[row].cost
		}
		if o.Ticks != 0 || o.Cost != 0 {
			overlaps = append(overlaps, o)
		}
	}
	slices.SortFunc(overlaps, func(a, b Overlap) int { return a.compare(&b) })
	return overlaps
}

func (b *Builder) cutFunctions() []Function {
	functions := make([]Function, 0, len(b.functions))
	for i := range b.functions {
		f := &b.functions[i]
		sum := Function{f.of, f.calls, f.ticks, f.min, f.max, f.cost, f.minCost, f.maxCost}
		if sum != (Function{Function: f.of, Min: NoMin}) {
			functions = append(functions, sum)
		}
	}
	slices.SortFunc(functions, func(a, b Function) int { return a.compare(&b) })
	return functions
}

func cutGroups(spans []span) []Group {
	groups := make([]Group, 0, len(spans))
	for _, s := range spans {
		if s.ticks != 0 || s.cost != 0 {
			groups = append(groups, Group{s.of, s.ticks, s.cost})
		}
	}
	slices.SortFunc(groups, func(a, b Group) int { return a.compare(&b) })
	return groups
}

func (b *Builder) cutContexts() []Context {
	contexts := make([]Context, 0, len(b.contexts))
	for _, c := range b.contexts {
		if c.self != 0 || c.calls != 0 || c.cost != 0 {
			contexts = append(contexts, Context{c.number, c.calls, c.self, c.cost})
		}
	}
	slices.SortFunc(contexts, func(a, b Context) int { return a.compare(&b) })
	// In a full tree several have one number.
	kept := contexts[:0]
	for _, c := range contexts {
		if n := len(kept); n > 0 && kept[n-1].Number == c.Number {
			kept[n-1].add(&c)
			continue
		}
		kept = append(kept, c)
	}
	return kept
}

// Ends returns what the end of the frames that are open would add at the time at: the
// activations of their functions, the outermost first.
func (b *Builder) Ends(at int64) iter.Seq[Function] {
	return func(yield func(Function) bool) {
		for i := 1; i < len(b.frames); i++ {
			f := &b.frames[i]
			of := b.functions[b.codes[f.code].function].of
			if !yield(Function{Function: of, Min: NoMin, Max: uint64(at - f.entered), MaxCost: b.cost() - f.cost}) {
				return
			}
		}
	}
}

// reset begins another stretch: all sums are 0, and of all that was met only the open
// frames are left.
func (b *Builder) reset(at int64) {
	cost := b.cost()
	b.start, b.last, b.since, b.sinceCost = at, at, at, cost
	b.gaps, b.lost = 0, 0
	frames, codes, loc := b.frames, slices.Clone(b.codes), b.loc
	b.forget()
	if b.tree != b.links.tree {
		b.links = newLinks(b.tree)
	}
	b.links.next()
	b.lines, b.below = append(b.lines[:0], lineSum{}), append(b.below[:0], belowSum{})
	b.contexts = append(b.contexts[:0], contextSum{})
	b.codes = append(b.codes[:0], code{code: &outside})
	b.functions, b.places, b.modules, b.files = b.functions[:0], b.places[:0], b.modules[:0], b.files[:0]
	b.row, b.loc, b.base, b.rows, b.context = 0, 0, 0, nil, 0

	b.frames = frames[:1]
	for i := 1; i < len(frames); i++ {
		f := frames[i]
		if i == len(frames)-1 {
			f.loc = loc
		}
		b.wait(at, cost)
		b.push(at, cost, 0, codes[f.code].code, f.loc, f.cut, 0)
		b.frames[i].entered, b.frames[i].cost = f.entered, f.cost
	}
	b.detail = Detail{minShift, []Bucket{{Number: at >> minShift, At: at}}}
	b.longest, b.deepest, b.counts = -1, len(b.frames)-1, b.events
	b.edge = (at>>minShift + 1) << minShift
}

// forget empties the tables of what was met.
func (f *finder) forget() {
	clear(f.codeIndex)
	clear(f.lineRows)
	clear(f.functionRows)
	clear(f.moduleRows)
	clear(f.fileRows)
	clear(f.placeRows)
	clear(f.fileLines)
	f.keys = append(f.keys[:0], LineKey{})
	f.shared = append(f.shared[:0], sharedSum{})
}

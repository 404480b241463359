package summary

import (
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
	b.charge(at)
	b.flush()
	b.settle(at)
	s := &Summary{
		Start: b.start, End: at, Gaps: b.gaps, Lost: b.lost, Outside: b.lines[0].self,
		Lines: b.cutLines(), Overlaps: b.cutOverlaps(), Functions: b.cutFunctions(),
		Modules: cutGroups(b.modules), Files: cutGroups(b.files), Contexts: b.cutContexts(),
		Detail: b.detail,
	}
	b.reset(at)
	return s
}

// settle adds what is open to the totals.
func (b *Builder) settle(at int64) {
	for i := range b.below {
		if w := &b.below[i]; w.open > 0 {
			w.ticks += uint64(at) - b.lines[i].self - w.since
		}
	}
	for i := range b.shared {
		if s := &b.shared[i]; s.open > 0 {
			s.ticks += uint64(at) - b.selfOf(s) - s.since
		}
	}
	for i := range b.functions {
		b.functions[i].settle(at)
	}
	for _, spans := range [][]span{b.modules, b.files} {
		for i := range spans {
			spans[i].settle(at)
		}
	}
}

func (s *span) settle(at int64) {
	if s.open > 0 {
		s.ticks += uint64(at - s.since)
	}
}

func (b *Builder) cutLines() []Line {
	lines := make([]Line, 0, len(b.lines)-1)
	for i := 1; i < len(b.lines); i++ {
		l := Line{LineKey: b.keys[i], Hits: b.lines[i].hits, Self: b.lines[i].self, Below: b.below[i].ticks}
		if l.Hits != 0 || l.Self != 0 || l.Below != 0 {
			lines = append(lines, l)
		}
	}
	slices.SortFunc(lines, func(a, b Line) int { return a.compare(&b) })
	return lines
}

func (b *Builder) cutOverlaps() (overlaps []Overlap) {
	for i := 1; i < len(b.shared); i++ {
		s := &b.shared[i]
		o := Overlap{LineKey: s.key}
		for _, row := range s.rows {
			o.Ticks += b.below[row].ticks
		}
		if o.Ticks -= s.ticks; o.Ticks != 0 {
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
		if f.calls != 0 || f.ticks != 0 || f.min != NoMin || f.max != 0 {
			functions = append(functions, Function{f.of, f.calls, f.ticks, f.min, f.max})
		}
	}
	slices.SortFunc(functions, func(a, b Function) int { return a.compare(&b) })
	return functions
}

func cutGroups(spans []span) []Group {
	groups := make([]Group, 0, len(spans))
	for _, s := range spans {
		if s.ticks != 0 {
			groups = append(groups, Group{s.of, s.ticks})
		}
	}
	slices.SortFunc(groups, func(a, b Group) int { return a.compare(&b) })
	return groups
}

func (b *Builder) cutContexts() []Context {
	contexts := make([]Context, 0, len(b.contexts))
	for _, c := range b.contexts {
		if c.self != 0 || c.calls != 0 {
			contexts = append(contexts, Context{c.number, c.calls, c.self})
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

// reset begins another stretch: all sums are 0, and of all that was met only the open
// frames are left.
func (b *Builder) reset(at int64) {
	b.start, b.last, b.since = at, at, at
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
	b.functions, b.modules, b.files = b.functions[:0], b.modules[:0], b.files[:0]
	b.row, b.loc, b.base, b.rows, b.context = 0, 0, 0, nil, 0

	b.frames = frames[:1]
	for i := 1; i < len(frames); i++ {
		f := frames[i]
		if i == len(frames)-1 {
			f.loc = loc
		}
		b.wait(at)
		b.push(at, codes[f.code].code, f.loc, f.cut, 0)
		b.frames[i].entered = f.entered
	}
	b.detail = Detail{minShift, []Bucket{{Number: at >> minShift, At: at}}}
	b.longest, b.deepest, b.events = -1, len(b.frames)-1, 0
	b.edge = (at>>minShift + 1) << minShift
}

// forget empties the tables of what was met.
func (f *finder) forget() {
	clear(f.codeIndex)
	clear(f.lineRows)
	clear(f.functionRows)
	clear(f.moduleRows)
	clear(f.fileRows)
	clear(f.fileLines)
	f.keys = append(f.keys[:0], LineKey{})
	f.shared = append(f.shared[:0], sharedSum{})
}

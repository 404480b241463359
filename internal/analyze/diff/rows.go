package diff

import (
	"slices"

	"tracer/internal/analyze/distribution"
)

// function fills in a function, and returns its rows.
func (c *comparer) function(f *Function, p pair) (self, total *row) {
	any := p.base
	if any == nil {
		any = p.new
	}
	f.Module, f.Function, f.State = any.key.module, any.key.name, p.state()
	f.Base, f.New = placeOf(p.base), placeOf(p.new)
	of := func(r *Run, before bool) sample {
		if f := p.in(r, before); f != nil {
			return f.sample
		}
		return sample{}
	}
	f.Calls = c.count(of, calls)
	self = c.row(&f.Self, of, selfTime)
	total = c.row(&f.Total, of, totalTime)
	f.Spread = c.spread(func(r *Run, before bool) *distribution.Histogram {
		if f := p.in(r, before); f != nil {
			return f.histogram
		}
		return nil
	})
	leaf(self, total)
	unmatched(f.State, &f.Self, &f.Total)
	return self, total
}

// leaf marks a total that is but the self time: it is tested once.
func leaf(self, total *row) {
	total.skip = slices.Equal(self.base, total.base) && slices.Equal(self.new, total.new)
}

// unmatched says that there is nothing to compare.
func unmatched(s State, times ...*Time) {
	if s != Added && s != Removed {
		return
	}
	for _, t := range times {
		t.Verdict = Unknown
	}
}

func placeOf(f *function) Place {
	if f == nil {
		return Place{}
	}
	return Place{f.file, f.key.line}
}

// lines returns the lines of a function that ran on either side.
func (c *comparer) lines(f *Function, p pair) (lines []Line) {
	var pairs []linePair
	switch {
	case p.base == nil:
		for n := range p.new.lines {
			pairs = append(pairs, linePair{0, n, Added})
		}
	case p.new == nil:
		for b := range p.base.lines {
			pairs = append(pairs, linePair{b, 0, Removed})
		}
	default:
		pairs = lineMap(p.base, p.new)
	}
	slices.SortFunc(pairs, func(a, b linePair) int { return max(a.new, a.base) - max(b.new, b.base) })
	for _, lp := range pairs {
		l := Line{Module: f.Module, Function: f.Function, State: lp.state}
		ran := false
		if lp.base > 0 {
			l.Base, l.BaseSource = Place{p.base.file, lp.base}, p.base.line(lp.base)
			ran = p.base.lines[lp.base].hits > 0
		}
		if lp.new > 0 {
			l.New, l.NewSource = Place{p.new.file, lp.new}, p.new.line(lp.new)
			ran = ran || p.new.lines[lp.new].hits > 0
		}
		if ran {
			lines = append(lines, l)
			c.at = append(c.at, lineAt{p, lp.base, lp.new})
		}
	}
	return lines
}

// line is the text of a line.
func (f *function) line(number int) string {
	if i := number - f.key.line; i >= 0 && i < len(f.text) {
		return f.text[i]
	}
	return ""
}

// line fills in the times of a line, and returns their rows.
func (c *comparer) line(i int, l *Line) (self, total *row) {
	at := c.at[i]
	of := func(r *Run, before bool) sample {
		f, number := at.pair.in(r, before), at.new
		if before {
			number = at.base
		}
		if f == nil || number == 0 {
			return sample{}
		}
		return f.lines[number]
	}
	l.Hits = c.count(of, hits)
	self, total = c.row(&l.Self, of, selfTime), c.row(&l.Total, of, totalTime)
	l.Spread = c.spread(func(r *Run, before bool) *distribution.Histogram {
		f, number := at.pair.in(r, before), at.new
		if before {
			number = at.base
		}
		if f == nil {
			return nil
		}
		return f.lineHistograms[number]
	})
	leaf(self, total)
	unmatched(l.State, &l.Self, &l.Total)
	return self, total
}

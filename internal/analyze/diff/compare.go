package diff

import (
	"math"
	"slices"
)

// Compare compares runs of a program before and after: one or more of each.
func Compare(base, new []*Run) *Diff {
	d := &Diff{Base: about(base), New: about(new), Problems: problems(base, new)}
	c := &comparer{base: newSide(d.Base.even(base)), new: newSide(d.New.even(new))}
	whole := c.row(&d.Whole, func(r *Run, _ bool) sample { return r.total }, selfTime)
	d.Calls = c.count(func(r *Run, _ bool) sample { return r.total }, calls)
	pairs := match(c.base, c.new)
	d.Functions = make([]Function, len(pairs))
	var selves, totals []*row
	for i, p := range pairs {
		self, total := c.function(&d.Functions[i], p)
		selves, totals = append(selves, self), append(totals, total)
	}
	for i, p := range pairs {
		d.Lines = append(d.Lines, c.lines(&d.Functions[i], p)...)
	}
	var lineSelves, lineTotals []*row
	for i := range d.Lines {
		self, total := c.line(i, &d.Lines[i])
		lineSelves, lineTotals = append(lineSelves, self), append(lineTotals, total)
	}
	m := newModel(selves, whole)
	d.Common, d.Sure, d.PaceSpread, d.RelativeNoise = m.common, m.sure, m.spread, m.relative
	judge([]tested{m.testWhole(whole)}, wholeRate, false)
	d.Tested = c.test(m, selves, totals) + c.test(m, lineSelves, lineTotals)
	d.Hints = hints(d.Functions, pairs)
	d.Problems = append(d.Problems, strangers(d.Functions, d.Whole)...)
	return d
}

// comparer compares two sides.
type comparer struct {
	base, new *side
	at        []lineAt // of the lines, in their order
}

// lineAt is where a line's times are.
type lineAt struct {
	pair      pair
	base, new int // numbers, 0: not there
}

// sampler returns what was measured of a row in a run, of the side before or after.
type sampler func(r *Run, before bool) sample

func selfTime(s sample) (ns, raw int64)  { return s.self, s.rawSelf }
func totalTime(s sample) (ns, raw int64) { return s.total, s.rawTotal }
func calls(s sample) uint64              { return s.calls }
func hits(s sample) uint64               { return s.hits }

// test judges the rows that are worth it, and returns how many these are.
func (c *comparer) test(m *model, selves, totals []*row) int {
	var all []tested
	for _, r := range slices.Concat(selves, totals) {
		switch {
		case max(mean(r.base), mean(r.new)) < leastShare*m.whole:
			r.to.Verdict = Small
		case r.to.Verdict == Unknown:
		case !r.skip:
			all = append(all, m.test(r))
		}
	}
	judge(all, rate, m.sure)
	for i, r := range totals {
		if r.skip && r.to.Verdict == "" {
			*r.to = same(*r.to, *selves[i].to)
		}
	}
	return len(all)
}

// same is what is said of a total that is but the self time.
func same(total, self Time) Time {
	total.BeyondNS, total.NoiseNS, total.P, total.Verdict = self.BeyondNS, self.NoiseNS, self.P, self.Verdict
	return total
}

// row returns a time of the runs, and writes what it is before and after to t.
func (c *comparer) row(t *Time, of sampler, time func(sample) (ns, raw int64)) *row {
	r := &row{to: t}
	var cost float64
	side := func(runs []*Run, before bool) (list []float64, ns, raw int64) {
		raws := make([]float64, len(runs))
		list = make([]float64, len(runs))
		for i, run := range runs {
			ns, raw := time(of(run, before))
			list[i], raws[i] = float64(ns), float64(raw)
			cost += float64(raw - ns)
		}
		return list, int64(math.Round(middleOf(list))), int64(math.Round(middleOf(raws)))
	}
	r.base, t.BaseNS, t.RawBaseNS = side(c.base.runs, true)
	r.new, t.NewNS, t.RawNewNS = side(c.new.runs, false)
	r.cost = cost / float64(len(r.base)+len(r.new))
	t.ChangeNS, t.NoiseNS, t.P = t.NewNS-t.BaseNS, -1, 1
	return r
}

func (c *comparer) count(of sampler, what func(sample) uint64) (n Count) {
	side := func(runs []*Run, before bool) (middle, least, most uint64) {
		list := make([]uint64, len(runs))
		for i, run := range runs {
			list[i] = what(of(run, before))
		}
		slices.Sort(list)
		return list[len(list)/2], list[0], list[len(list)-1]
	}
	n.Base, n.BaseMin, n.BaseMax = side(c.base.runs, true)
	n.New, n.NewMin, n.NewMax = side(c.new.runs, false)
	n.Changed = n.BaseMax < n.NewMin || n.NewMax < n.BaseMin
	return n
}

// in returns what a pair's function is in a run, nil if it is not there.
func (p pair) in(r *Run, before bool) *function {
	f := p.new
	if before {
		f = p.base
	}
	if f == nil {
		return nil
	}
	if i, ok := r.byKey[f.key]; ok {
		return &r.functions[i]
	}
	return nil
}

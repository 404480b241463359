package distribution

import "slices"

// maxBins is how many intervals a row's samples are cut into at most, by time.
const maxBins = 128

// bins are intervals of 2^shift ticks, those in which samples ended. It is the narrowest for
// which they span up to maxBins: so they are the same in whatever order samples come.
type bins struct {
	shift uint
	list  []tickBin // by number
}

// tickBin is what the samples in an interval add up to.
type tickBin struct {
	number      int64 // it begins at number << shift
	n           uint64
	ticks, cost int64
}

// at returns the index of the bin of a time, which is made if there is none.
func (b *bins) at(at int64) int {
	b.fit(at)
	number := at >> b.shift
	if n := len(b.list); n == 0 || b.list[n-1].number < number {
		b.list = append(b.list, tickBin{number: number})
		return n
	}
	i, ok := slices.BinarySearchFunc(b.list, number, byNumber)
	if !ok {
		b.list = slices.Insert(b.list, i, tickBin{number: number})
	}
	return i
}

func byNumber(x tickBin, number int64) int {
	switch {
	case x.number < number:
		return -1
	case x.number > number:
		return 1
	}
	return 0
}

// fit widens the bins until they span all there are and a time.
func (b *bins) fit(at int64) {
	if len(b.list) == 0 {
		return
	}
	first, last := b.list[0].number, b.list[len(b.list)-1].number
	shift := b.shift
	for ; shift < 63; shift++ {
		by := shift - b.shift
		if max(last>>by, at>>shift)-min(first>>by, at>>shift) < maxBins {
			break
		}
	}
	b.widen(shift)
}

// widen makes the bins 2^shift ticks wide.
func (b *bins) widen(shift uint) {
	by := shift - b.shift
	if by == 0 {
		return
	}
	kept := b.list[:0]
	for _, x := range b.list {
		x.number >>= by
		if n := len(kept); n > 0 && kept[n-1].number == x.number {
			kept[n-1].add(&x)
			continue
		}
		kept = append(kept, x)
	}
	b.shift, b.list = shift, kept
}

func (x *tickBin) add(y *tickBin) {
	x.n += y.n
	x.ticks += y.ticks
	x.cost += y.cost
}

// join adds the bins of o, which it may change.
func (b *bins) join(o *bins) {
	if len(o.list) == 0 {
		return
	}
	shift := max(b.shift, o.shift)
	b.widen(shift)
	o.widen(shift)
	b.fit(o.list[0].number << o.shift)
	b.fit(o.list[len(o.list)-1].number << o.shift)
	o.widen(b.shift)
	for i := range o.list {
		x := &o.list[i]
		b.list[b.at(x.number<<b.shift)].add(x)
	}
}

// turn makes the bin of a time the one at hand.
func (a *accumulator) turn(row uint32, at int64) {
	s, r := &a.stats[row], &a.rare[row]
	if s.edge == never {
		a.touched = append(a.touched, row)
	}
	a.flush(s, r)
	r.bin = r.bins.at(at)
	s.edge = (at>>r.bins.shift + 1) << r.bins.shift
}

// flush puts what is at hand into its bin.
func (a *accumulator) flush(s *stat, r *rare) {
	if s.n > 0 {
		r.bins.list[r.bin].add(&tickBin{n: s.n, ticks: s.ticks, cost: s.cost})
		s.n, s.ticks, s.cost = 0, 0, 0
	}
}

// settle ends the samples of a thread: after it time may begin anew.
func (a *accumulator) settle() {
	for _, row := range a.touched {
		s, r := &a.stats[row], &a.rare[row]
		a.flush(s, r)
		r.last = max(r.last, s.last)
		s.edge = never
	}
	a.touched = a.touched[:0]
}

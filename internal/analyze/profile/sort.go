package profile

import (
	"cmp"
	"fmt"
	"slices"
)

// By is what rows are ordered by.
type By string

// The orders. Not every axis has every one: see its rows' Measure.
const (
	Self  By = "self"
	Total By = "total"
	Calls By = "calls"
	Hits  By = "hits"

	RawSelf  By = "raw self"
	RawTotal By = "raw total"
)

// Raw returns the order by what was recorded, where b is one by corrected times.
func (b By) Raw() By {
	switch b {
	case Self:
		return RawSelf
	case Total:
		return RawTotal
	}
	return b
}

// Row is a row of some axis.
type Row interface {
	// Measure returns what By means for the row; not ok: the axis has no such thing.
	Measure(By) (n int64, ok bool)
	// Place says where the row is, to order equal ones.
	Place() (name string, line int)
}

// Has reports whether the rows of an axis can be ordered by a measure.
func Has[R Row](by By) bool {
	var r R
	_, ok := r.Measure(by)
	return ok
}

// Sort puts the rows with the largest measure first, equal ones in the order
// of their places.
func Sort[R Row](rows []R, by By) {
	slices.SortFunc(rows, func(a, b R) int {
		m, _ := a.Measure(by)
		n, _ := b.Measure(by)
		if m != n {
			return cmp.Compare(n, m)
		}
		p, i := a.Place()
		q, j := b.Place()
		return cmp.Or(cmp.Compare(p, q), cmp.Compare(i, j))
	})
}

func measure(by By, self, total times, calls, hits int64) (int64, bool) {
	switch by {
	case Self:
		return self.ns, true
	case Total:
		return total.ns, true
	case RawSelf:
		return self.raw, true
	case RawTotal:
		return total.raw, true
	case Calls:
		return calls, calls >= 0
	case Hits:
		return hits, hits >= 0
	}
	return 0, false
}

const absent = -1

// Measure implements Row.
func (f Function) Measure(by By) (int64, bool) {
	return measure(by, times{f.SelfNS, f.RawSelfNS}, times{f.TotalNS, f.RawTotalNS}, int64(f.Calls), int64(f.Hits))
}

// Place implements Row.
func (f Function) Place() (string, int) {
	return f.File + "\x00" + f.Module + "\x00" + f.Function, f.Line
}

// Measure implements Row. A line has no calls.
func (l Line) Measure(by By) (int64, bool) {
	return measure(by, times{l.SelfNS, l.RawSelfNS}, times{l.TotalNS, l.RawTotalNS}, absent, int64(l.Hits))
}

// Place implements Row.
func (l Line) Place() (string, int) { return l.File + "\x00" + l.Module + "\x00" + l.Function, l.Line }

// Measure implements Row.
func (g Group) Measure(by By) (int64, bool) {
	return measure(by, times{g.SelfNS, g.RawSelfNS}, times{g.TotalNS, g.RawTotalNS}, int64(g.Calls), int64(g.Hits))
}

// Place implements Row.
func (g Group) Place() (string, int) { return g.Name, 0 }

// Measure implements Row. A thread's total is its duration; it has no calls and hits.
func (t Thread) Measure(by By) (int64, bool) {
	return measure(by, times{t.SelfNS, t.RawSelfNS}, times{t.DurationNS, t.DurationNS}, absent, absent)
}

// Place implements Row.
func (t Thread) Place() (string, int) { return fmt.Sprintf("%010d", t.PID), t.TID }

// Measure implements Row, as for a thread.
func (p Process) Measure(by By) (int64, bool) {
	return measure(by, times{p.SelfNS, p.RawSelfNS}, times{p.DurationNS, p.DurationNS}, absent, absent)
}

// Place implements Row.
func (p Process) Place() (string, int) { return p.Dir, p.PID }

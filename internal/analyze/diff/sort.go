package diff

import (
	"cmp"
	"slices"
	"strings"
)

// By is what rows are ordered by.
type By string

// The orders.
const (
	BySelf  By = "self"
	ByTotal By = "total"
	ByCount By = "count" // calls or hits
)

// Row is a function or a line before and after.
type Row interface {
	// Times are the self and the total time.
	Times() (self, total Time)
	// Counted is how often it was called, or hit.
	Counted() Count
	// Found is how it was found on the other side.
	Found() State
	place() (string, int)
}

// Times implements Row.
func (f Function) Times() (self, total Time) { return f.Self, f.Total }

// Counted implements Row.
func (f Function) Counted() Count { return f.Calls }

// Found implements Row.
func (f Function) Found() State { return f.State }

func (f Function) place() (string, int) { return f.Module + "\x00" + f.Function, f.New.Line }

// Times implements Row.
func (l Line) Times() (self, total Time) { return l.Self, l.Total }

// Counted implements Row.
func (l Line) Counted() Count { return l.Hits }

// Found implements Row.
func (l Line) Found() State { return l.State }

func (l Line) place() (string, int) { return l.Module + "\x00" + l.Function, l.New.Line }

// Notable reports whether there is anything to say of a row: it is slower or faster, it
// ran more or less often, or it is on one side only and took some time there.
func Notable[R Row](r R) bool {
	self, total := r.Times()
	switch r.Found() {
	case Added, Removed:
		return self.Verdict == Unknown || total.Verdict == Unknown
	}
	return self.Beyond() || total.Beyond() || r.Counted().Changed
}

// size is how much a time changed, for ordering.
func (t Time) size() int64 {
	change := t.ChangeNS
	if t.Verdict != Small && t.Verdict != Unknown {
		change = t.BeyondNS
	}
	return max(change, -change)
}

// rank puts what is sure first.
func rank[R Row](r R, t Time) int {
	switch {
	case t.Beyond() || t.Verdict == Unknown:
		return 0
	case Notable(r):
		return 1
	}
	return 2
}

// Sort puts the rows with the largest changes first, of those that are more than the
// noise, then of the rest.
func Sort[R Row](rows []R, by By) {
	slices.SortStableFunc(rows, func(a, b R) int {
		s, t := timeBy(a, by), timeBy(b, by)
		p, i := a.place()
		q, j := b.place()
		order := cmp.Or(cmp.Compare(rank(a, s), rank(b, t)), cmp.Compare(t.size(), s.size()))
		if by == ByCount {
			order = cmp.Compare(b.Counted().size(), a.Counted().size())
		}
		return cmp.Or(order, strings.Compare(p, q), cmp.Compare(i, j))
	})
}

func timeBy[R Row](r R, by By) Time {
	self, total := r.Times()
	if by == ByTotal {
		return total
	}
	return self
}

// size is how much a count changed.
func (c Count) size() uint64 { return max(c.New, c.Base) - min(c.New, c.Base) }

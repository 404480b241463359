package drain

import "slices"

// spans is a set of numbers, kept as the few runs that they make: sorted, and none
// touches the next.
type spans []span

type span struct{ first, end uint64 }

// add adds the numbers from first to end, without end.
func (s *spans) add(first, end uint64) {
	if first >= end {
		return
	}
	// Those from lo to hi touch the new one.
	lo, _ := slices.BinarySearchFunc(*s, first, func(r span, n uint64) int {
		if r.end < n {
			return -1
		}
		return 1
	})
	hi := lo
	for hi < len(*s) && (*s)[hi].first <= end {
		first, end = min(first, (*s)[hi].first), max(end, (*s)[hi].end)
		hi++
	}
	*s = slices.Replace(*s, lo, hi, span{first, end})
}

func (s spans) has(n uint64) bool {
	_, found := slices.BinarySearchFunc(s, n, func(r span, n uint64) int {
		switch {
		case r.end <= n:
			return -1
		case r.first > n:
			return 1
		}
		return 0
	})
	return found
}

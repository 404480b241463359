// Package settle makes times of corrected ones that formats can hold which know no
// negative numbers. A corrected time may be below zero, where little was done and
// that took less than tracing does on average; then others have too much by as much.
package settle

import (
	"cmp"
	"slices"
)

// Settle makes those of the values that are below zero zero, and takes what they owed, and
// what they have in all above sum, from the others, the largest first, so that they add up to
// sum. A sum below zero is taken for zero, and one that is above what they have is not
// reached.
func Settle(sum int64, values ...*int64) {
	have := int64(0)
	for _, v := range values {
		*v = max(*v, 0)
		have += *v
	}
	owed := have - max(sum, 0)
	if owed <= 0 {
		return
	}
	values = slices.Clone(values)
	slices.SortStableFunc(values, func(a, b *int64) int { return cmp.Compare(*b, *a) })
	for _, v := range values {
		paid := min(owed, *v)
		*v -= paid
		if owed -= paid; owed == 0 {
			return
		}
	}
}

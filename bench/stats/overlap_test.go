package stats

import (
	"math"
	"testing"
)

func TestOverlap(t *testing.T) {
	for name, c := range map[string]struct {
		a, b []int
		p    float64
		want float64
	}{
		"equal lists":             {[]int{1, 2, 3}, []int{1, 2, 3}, 0.9, 1},
		"nothing in common":       {[]int{1, 2, 3}, []int{4, 5, 6}, 0.9, 0},
		"two exchanged":           {[]int{1, 2}, []int{2, 1}, 0.5, 0.5},         // 1 * (1/1*0 + 2/2*0.25) + 1*0.25
		"the second is another":   {[]int{1, 2}, []int{1, 3}, 0.5, 0.75},        // 1 * (0.5 + 0.5*0.25) + 0.5*0.25
		"the first is another":    {[]int{1, 2}, []int{3, 2}, 0.5, 0.25},        // 1 * (0 + 0.125) + 0.125
		"the longer one is cut":   {[]int{1, 2, 9, 8}, []int{1, 2}, 0.9, 1},     //
		"moved down, but present": {[]int{1, 2, 3}, []int{2, 3, 1}, 0.5, 0.375}, // 0 + 1/2*0.25 + 3/3*0.125 + 0.125
	} {
		if got := Overlap(c.a, c.b, c.p); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %v, expected %v", name, got, c.want)
		}
	}
	if got := Overlap(nil, []int{1}, 0.9); !math.IsNaN(got) {
		t.Errorf("of nothing: %v", got)
	}
}

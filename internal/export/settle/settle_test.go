package settle

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSettle(t *testing.T) {
	for _, c := range []struct {
		name      string
		sum       int64
		have, get []int64
	}{
		{"nothing", 0, nil, nil},
		{"nothing owed", 6, []int64{1, 2, 3}, []int64{1, 2, 3}},
		{"the largest pays", 4, []int64{-2, 1, 5}, []int64{0, 1, 3}},
		{"several pay", 1, []int64{3, -9, 4, 3}, []int64{0, 0, 0, 1}},
		{"a part of what is there", 5, []int64{4, 4}, []int64{1, 4}},
		{"below zero", -3, []int64{2, -5}, []int64{0, 0}},
		{"more than there is", 9, []int64{1, -1}, []int64{1, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if Settle(c.sum, pointers(c.have)...); !slices.Equal(c.have, c.get) {
				t.Errorf("%v, expected %v", c.have, c.get)
			}
		})
	}
}

func TestTheSumIsKept(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	kept := 0
	for range 1000 {
		values := make([]int64, rnd.IntN(20))
		sum := int64(0)
		for i := range values {
			values[i] = rnd.Int64N(1000) - 200
			sum += values[i]
		}
		Settle(sum, pointers(values)...)
		got := int64(0)
		for _, v := range values {
			got += v
			if v < 0 {
				t.Fatalf("%v", values)
			}
		}
		if got != max(sum, 0) {
			t.Fatalf("%d, expected %d", got, sum)
		}
		if sum > 0 {
			kept++
		}
	}
	if kept < 500 {
		t.Errorf("looked at %d sums", kept)
	}
}

func pointers(values []int64) (to []*int64) {
	for i := range values {
		to = append(to, &values[i])
	}
	return to
}

package summary

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"tracer/internal/wire"
)

// buckets makes the detail of a stretch of time with so many buckets.
func buckets(rnd *rand.Rand, shift uint, from int64, n int) Detail {
	d := Detail{Shift: shift}
	for number := from >> shift; len(d.Buckets) < n; number += 1 + rnd.Int64N(3) {
		at := number<<shift + rnd.Int64N(1<<shift)
		d.Buckets = append(d.Buckets, Bucket{
			Number: number, Events: rnd.Uint64N(9), Depth: rnd.Uint32N(9), At: at, Ticks: rnd.Uint64N(5),
			Open: 1, Stack: []wire.Location{wire.Location(at)},
		})
	}
	return d
}

// wide is what buckets are together in intervals of 2^shift ticks.
func wide(shift uint, all ...Detail) Detail {
	byNumber := map[int64][]Bucket{}
	for _, d := range all {
		for _, b := range d.Buckets {
			number := b.Number << d.Shift >> shift
			byNumber[number] = append(byNumber[number], b)
		}
	}
	out := Detail{Shift: shift}
	for number, list := range byNumber {
		// The longest stretch, the first of several.
		longest := slices.MinFunc(list, func(a, b Bucket) int { return cmp.Or(cmp.Compare(b.Ticks, a.Ticks), cmp.Compare(a.At, b.At)) })
		longest.Number, longest.Events = number, 0
		for _, b := range list {
			longest.Events += b.Events
			longest.Depth = max(longest.Depth, b.Depth)
		}
		out.Buckets = append(out.Buckets, longest)
	}
	slices.SortFunc(out.Buckets, func(a, b Bucket) int { return cmp.Compare(a.Number, b.Number) })
	return out
}

func TestJoinedBucketsAreTheSame(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	for range 300 {
		var got Detail
		var all []Detail
		end, widest := int64(1000), uint(0)
		for range 1 + rnd.IntN(5) {
			d := buckets(rnd, 6+rnd.UintN(4), end+1<<10, rnd.IntN(MaxBuckets))
			if len(d.Buckets) == 0 {
				continue
			}
			end = (d.Buckets[len(d.Buckets)-1].Number + 1) << d.Shift
			all = append(all, d)
			shift := 5 + rnd.UintN(6)
			widest = max(widest, shift, d.Shift)
			got.Join(&d, shift)
		}
		if len(all) == 0 {
			continue
		}
		same(t, "what is joined", &Summary{Detail: got}, &Summary{Detail: wide(widest, all...)})
	}
}

func TestExtendedBucketsStayFew(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 12))
	for range 300 {
		// In either order, and far apart: what a trace may claim.
		a := buckets(rnd, 6+rnd.UintN(30), rnd.Int64N(1<<40), 1+rnd.IntN(40))
		b := buckets(rnd, 6+rnd.UintN(30), rnd.Int64N(1<<40), 1+rnd.IntN(40))
		s := Summary{Detail: wide(a.Shift, a)}
		s.Extend(&Summary{Detail: b})
		d := s.Detail
		if span := d.Buckets[len(d.Buckets)-1].Number - d.Buckets[0].Number; span >= MaxBuckets {
			t.Fatalf("buckets from %d on span %d", d.Buckets[0].Number, span)
		}
		same(t, "what is extended", &Summary{Detail: d}, &Summary{Detail: wide(d.Shift, a, b)})
		if narrow := wide(d.Shift-1, a, b); d.Shift > max(a.Shift, b.Shift) && narrow.Buckets[len(narrow.Buckets)-1].Number-narrow.Buckets[0].Number < MaxBuckets {
			t.Fatalf("buckets of 2^%d ticks, narrower ones would do", d.Shift)
		}
	}
}

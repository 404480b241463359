package perfecthash

import (
	"math"
	"math/bits"
)

// ahead is how many buckets after the first one that is not done may be tried.
const ahead = 256

// maxBucket is more keys than a bucket of 4.5 on average ever has. Those of a larger one
// go to the next level.
const maxBucket = 32

// weights are how many buckets earlier a bucket with so many keys is tried:
// 100 times the root of their number is within 0.5 % of the space of the best that a
// search for them found, for windows of maxWidth.
type weights [maxBucket + 1]int

func newWeights(width uint64) *weights {
	var w weights
	for size := range w {
		w[size] = int(100 * math.Sqrt(float64(size)) * float64(width) / maxWidth)
	}
	return &w
}

// queue hands out the bucket whose turn it is. Turns that can be in it at the
// same time are less than ring apart, and a list is kept for each.
type queue struct {
	lists    [ring]int16 // the bucket that came last, plus 1, modulo ahead
	next     [ahead]int16
	occupied [ring / 64]uint64
	first    int // no turn in the queue is before it
	len      int
}

const ring = 1024 // more than ahead and the largest weight

// push adds the bucket; the turn is positive.
func (q *queue) push(bucket, turn int) {
	if q.len == 0 || turn < q.first {
		q.first = turn
	}
	at := turn % ring
	q.next[bucket%ahead] = q.lists[at]
	q.lists[at] = int16(bucket%ahead) + 1
	q.occupied[at/64] |= 1 << (at % 64)
	q.len++
}

// pop returns the bucket, modulo ahead, whose turn is first.
func (q *queue) pop() int {
	at := q.first % ring
	word := q.occupied[at/64] >> (at % 64)
	for word == 0 {
		q.first += 64 - at%64
		at = q.first % ring
		word = q.occupied[at/64]
	}
	q.first += bits.TrailingZeros64(word)
	at = q.first % ring
	bucket := int(q.lists[at]) - 1
	q.lists[at] = q.next[bucket]
	if q.lists[at] == 0 {
		q.occupied[at/64] &^= 1 << (at % 64)
	}
	q.len--
	return bucket
}

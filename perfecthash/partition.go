package perfecthash

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// partBits: the buckets of a part, 74,000 keys on average, are put in order at a time,
// within a processor's cache.
const (
	partBits    = 14
	partBuckets = 1 << partBits
)

// errChanged says that the keys were not the same each time they were read.
var errChanged = errors.New("the keys have changed while they were read")

// hashed are the hashes of the keys, by part.
type hashed struct {
	hashes []uint64
	starts []int // where each part begins, and the end of the last
}

// partition hashes the keys and puts the hashes in order of parts of the level's buckets. The keys
// are read twice, so that nothing but their hashes has to be kept.
func partition(ctx context.Context, keys Keys, l *level, seed uint64, workers int, step func(int)) (*hashed, error) {
	parts := int((l.buckets + partBuckets - 1) >> partBits)
	n := keys.count()
	counts := make([][]int, keys.shards())
	err := parallel(ctx, len(counts), workers, func(shard int) {
		count := make([]int, parts)
		keys.hashes(shard, seed, func(hashes []uint64) {
			for _, h := range hashes {
				count[l.bucket(h)>>partBits]++
			}
			step(len(hashes))
		})
		counts[shard] = count
	})
	if err != nil {
		return nil, err
	}
	out := &hashed{starts: make([]int, parts+1)}
	total := 0
	for part := range parts {
		out.starts[part] = total
		for _, count := range counts {
			count[part], total = total, total+count[part]
		}
	}
	out.starts[parts] = total
	if total != n {
		return nil, errChanged
	}
	out.hashes = make([]uint64, n)
	return out, out.scatter(ctx, keys, l, seed, workers, counts, step)
}

// scatter writes the hashes to their parts; at[shard][part] is where those of a shard begin.
func (d *hashed) scatter(ctx context.Context, keys Keys, l *level, seed uint64, workers int, at [][]int, step func(int)) error {
	var changed atomic.Bool
	// What a part has of a shard ends where that of the next shard begins.
	ends := make([][]int, len(at))
	for shard := range at {
		if shard+1 < len(at) {
			ends[shard] = append([]int(nil), at[shard+1]...)
		} else {
			ends[shard] = d.starts[1:]
		}
	}
	err := parallel(ctx, len(at), workers, func(shard int) {
		next, end := at[shard], ends[shard]
		keys.hashes(shard, seed, func(hashes []uint64) {
			for _, h := range hashes {
				part := l.bucket(h) >> partBits
				if next[part] == end[part] {
					changed.Store(true)
					return
				}
				d.hashes[next[part]] = h
				next[part]++
			}
			step(len(hashes))
		})
		for part := range next {
			if next[part] != end[part] {
				changed.Store(true)
			}
		}
	})
	if err == nil && changed.Load() {
		return errChanged
	}
	return err
}

// group puts the hashes of a part in order of their buckets and returns in starts, which has an
// element more than the part has buckets, where each bucket begins.
func group(hashes, scratch []uint64, l *level, first uint64, starts []uint32) {
	clear(starts)
	for _, h := range hashes {
		starts[l.bucket(h)-first+1]++
	}
	for b := 1; b < len(starts); b++ {
		starts[b] += starts[b-1]
	}
	copy(scratch, hashes)
	// While they are written, starts[b] is where the next of bucket b goes, which in the end is
	// where bucket b+1 begins.
	for _, h := range scratch[:len(hashes)] {
		b := l.bucket(h) - first
		hashes[starts[b]] = h
		starts[b]++
	}
	copy(starts[1:], starts[:len(starts)-1])
	starts[0] = 0
}

// parallel calls f with 0 … n-1, in up to so many goroutines, until ctx ends.
func parallel(ctx context.Context, n, workers int, f func(i int)) error {
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(n, workers) {
		group.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				f(i)
			}
		})
	}
	group.Wait()
	return ctx.Err()
}

package perfecthash

import (
	"context"
	"slices"
	"sync"
)

// areaBuckets are placed from the left to the right by one goroutine. Between two areas some are
// left out until both are done, so that what is read and written for one does not
// touch the other's slots. The result does not depend on who did what.
const areaBuckets = 4 * partBuckets

// placer places the keys of a level.
type placer struct {
	*level
	*hashed
	seeds []byte
	taken bitmap
	put   func(slot, hash uint64) // told where a key lies; may be nil

	memory sync.Pool // of *areaMemory

	mu    sync.Mutex
	twice bool   // a hash was there twice
	same  uint64 // the least one
}

// areaMemory is what an area needs while it is placed.
type areaMemory struct {
	starts  []uint32
	scratch []uint64
}

// place finds the seeds of all buckets. Whether there was a duplicate p.twice says afterwards.
func (p *placer) place(ctx context.Context, workers int, step func(int)) error {
	areas := int((p.buckets + areaBuckets - 1) / areaBuckets)
	err := parallel(ctx, areas, workers, func(area int) { p.area(area, step) })
	if err != nil {
		return err
	}
	return parallel(ctx, areas-1, workers, func(area int) { p.border(area, step) })
}

// border returns how many buckets before an area's end may lead to slots of the next: a window,
// and the bytes beyond that are read with it.
func (l *level) borderBuckets() uint64 {
	const beyond = 64
	return (l.width+beyond)*l.buckets/l.begins + 2
}

// area places the buckets of an area but those at its end, if another follows.
func (p *placer) area(area int, step func(int)) {
	first := uint64(area) * areaBuckets
	end := min(first+areaBuckets, p.buckets)
	m, _ := p.memory.Get().(*areaMemory)
	if m == nil {
		m = &areaMemory{starts: make([]uint32, min(areaBuckets, p.buckets)+1)}
	}
	defer p.memory.Put(m)
	starts := m.starts[:end-first+1]
	firstPart, endPart := int(first>>partBits), int((end+partBuckets-1)>>partBits)
	base := p.starts[firstPart]
	for part := firstPart; part < endPart; part++ {
		hashes := p.hashes[p.starts[part]:p.starts[part+1]]
		if len(m.scratch) < len(hashes) {
			m.scratch = make([]uint64, len(hashes)+len(hashes)/8)
		}
		bucket := uint64(part) << partBits
		local := starts[bucket-first : min(bucket+partBuckets, end)-first+1]
		group(hashes, m.scratch, p.level, bucket, local)
		for i := range local {
			local[i] += uint32(p.starts[part] - base)
		}
	}
	if end < p.buckets {
		starts = starts[:uint64(len(starts))-p.borderBuckets()]
	}
	p.run(first, starts, p.hashes[base:], step)
}

// border places the buckets between an area and the next.
func (p *placer) border(area int, step func(int)) {
	end := uint64(area+1) * areaBuckets
	first := end - p.borderBuckets()
	part := end >> partBits
	hashes := p.hashes[p.starts[part-1]:p.starts[part]]
	from, _ := slices.BinarySearchFunc(hashes, first, func(h, first uint64) int {
		if p.bucket(h) < first {
			return -1
		}
		return 1
	})
	hashes = hashes[from:]
	starts := make([]uint32, end-first+1)
	for _, h := range hashes {
		starts[p.bucket(h)-first+1]++
	}
	for b := 1; b < len(starts); b++ {
		starts[b] += starts[b-1]
	}
	p.run(first, starts, hashes, step)
}

// run places some buckets; starts says where among hashes each begins.
func (p *placer) run(first uint64, starts []uint32, hashes []uint64, step func(int)) {
	var (
		q       queue
		done    [ahead]bool
		weights = newWeights(p.width)
		buckets = len(starts) - 1
		low     int // all before it are done
		next    int // all before it are done or in the queue
		told    int // keys that are done, but not yet told of
	)
	const stepKeys = 1 << 15
	for low < buckets {
		for ; next < buckets && next < low+ahead; next++ {
			size := int(starts[next+1] - starts[next])
			done[next%ahead] = size == 0
			if size > 0 {
				q.push(next, next+weights[maxBucket]-weights[min(size, maxBucket)])
			}
		}
		if q.len > 0 {
			at := q.pop()
			b := low + (at-low)&(ahead-1)
			p.bucketOf(first+uint64(b), hashes[starts[b]:starts[b+1]])
			done[at] = true
			if told += int(starts[b+1] - starts[b]); told >= stepKeys {
				step(told)
				told = 0
			}
		}
		for low < next && done[low%ahead] {
			low++
		}
	}
	step(told)
}

// bucketOf places the keys of a bucket.
func (p *placer) bucketOf(b uint64, hashes []uint64) {
	if h, twice := duplicate(hashes); twice {
		p.mu.Lock()
		if !p.twice || h < p.same {
			p.twice, p.same = true, h
		}
		p.mu.Unlock()
		return
	}
	if len(hashes) > maxBucket {
		return
	}
	var slots [maxBucket]uint64
	seed := p.search(p.taken, hashes, &slots)
	if seed == 0 {
		return
	}
	p.seeds[b] = byte(seed)
	for i, h := range hashes {
		p.taken.set(slots[i])
		if p.put != nil {
			p.put(slots[i], h)
		}
	}
}

// duplicate returns the least hash that is there twice.
func duplicate(hashes []uint64) (uint64, bool) {
	if len(hashes) <= maxBucket && distinct(hashes) {
		return 0, false
	}
	sorted := slices.Clone(hashes)
	slices.Sort(sorted)
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			return sorted[i], true
		}
	}
	return 0, false
}

// left returns the hashes of the keys that have no seed.
func (p *placer) left() []uint64 {
	const usual = 40 // keys for one that is left
	rest := make([]uint64, 0, len(p.hashes)/usual)
	for _, h := range p.hashes {
		if p.seeds[p.bucket(h)] == 0 {
			rest = append(rest, h)
		}
	}
	return rest
}

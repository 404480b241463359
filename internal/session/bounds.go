package session

import "time"

// bounds are what a recording may take on the disk, in bytes; 0: any.
//
// One part of it is for the pool, the slots that are being written; the rest is for
// what is compacted. Where the pool is full the drain is late, and events are dropped
// whatever is to be done once the trace is full. Names, copies of sources and samples
// are not counted, nor the room that is allocated ahead of the parts.
type bounds struct {
	pool  int64         // of raw
	parts int64         // at which the trace is full
	keep  int64         // of a flight recorder: what it keeps of parts
	age   time.Duration // of a flight recorder: how long it keeps them
}

const (
	// maxPool is how much of a trace's size is for the pool at most: at full speed a
	// process fills it in 0.2 s.
	maxPool = 64 << 20
	// ringPool is what a flight recorder has at least, which may be small.
	ringPool = 32 << 20
	// afterwards is what may come after a trigger, when nothing is deleted any more.
	afterwards = 64 << 20
	// leastShare is what each process has of the pool, however many there are.
	leastShare = 2 << 20
	// ringParts is in how many parts a flight recorder is kept: one is deleted at a time.
	ringParts = 8
	// leastPart keeps their files few.
	leastPart = 64 << 10
)

func (o *Options) bounds() bounds {
	b := bounds{keep: o.Ring, age: o.RingTime}
	switch {
	case o.MaxSize > 0:
		b.pool = min(o.MaxSize/2, maxPool)
		b.parts = o.MaxSize - b.pool
		if o.WhenFull == FullRing || b.keep > 0 || b.age > 0 {
			most := b.parts - b.parts/8 // the rest is for what comes after a trigger
			if b.keep == 0 || b.keep > most {
				b.keep = most
			}
		}
	case b.keep > 0:
		b.pool = min(max(b.keep/2, ringPool), maxPool)
		b.parts = b.keep + max(b.keep/2, afterwards)
	}
	return b
}

// flight reports whether only the latest is kept.
func (b *bounds) flight() bool { return b.keep > 0 || b.age > 0 }

// part is how large and how old a part may become where so many processes have one.
func (b *bounds) part(processes int) (size int64, age time.Duration) {
	if b.keep > 0 {
		size = max(b.keep/ringParts/int64(max(processes, 1)), leastPart)
	}
	return size, b.age / ringParts
}

// first is how many chunks an agent may claim until its controller has met it, and if
// there is none any more; 0: any.
func (b *bounds) first() uint64 {
	const chunk, most = 1 << 20, 8 // a chunk as the agent has them, unless slots are larger
	if b.pool == 0 {
		return 0
	}
	return uint64(min(max(b.pool/2, leastShare)/chunk, most))
}

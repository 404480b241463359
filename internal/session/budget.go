package session

import (
	"slices"
	"sync"
	"time"

	"tracer/internal/wire"
)

// budget keeps the trace within its bounds: what all processes take together.
//
// A process may claim a chunk of raw only up to its limit in the control page, so
// that the bounds hold whatever the drain does.
type budget struct {
	bounds
	full string

	mu     sync.Mutex
	raw    map[*process]int64     // of those that live
	sizes  map[*process]int64     // of their parts
	oldest map[*process]time.Time // the end of each one's oldest part that is complete
	ended  []*process             // that have such a part
	kept   bool                   // nothing is deleted any more
	failed error                  // the first part that could not be deleted
}

func newBudget(o *Options) *budget {
	return &budget{
		bounds: o.bounds(), full: o.WhenFull,
		raw: map[*process]int64{}, sizes: map[*process]int64{}, oldest: map[*process]time.Time{},
	}
}

// hold ends the deleting.
func (b *budget) hold() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kept = true
}

// account takes a process's size in, deletes what is due of it and of those that have
// ended, and tells its agent how much it may take.
func (b *budget) account(p *process) {
	if b.pool == 0 && !b.flight() {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.raw[p] = p.drain.RawBytes()
	b.trim(p)
	b.bury()
	if b.flight() {
		p.drain.SetPart(b.part(len(b.raw)))
	}
	if b.pool > 0 {
		b.tell(p)
	}
}

// trim deletes what is due of a process, and reports whether there is more.
func (b *budget) trim(p *process) bool {
	for {
		b.sizes[p] = p.drain.Bytes()
		_, end, ok := p.drain.Oldest()
		if !ok {
			delete(b.oldest, p)
			return false
		}
		b.oldest[p] = end
		if !b.due(p, end) {
			return true
		}
		if err := p.drain.Forget(); err != nil && b.failed == nil {
			b.failed = err
		}
	}
}

// due reports whether a process's oldest part, which was complete then, is to be deleted.
func (b *budget) due(p *process, end time.Time) bool {
	switch {
	case b.kept:
		return false
	case b.age > 0 && time.Since(end) > b.age:
		return true
	case b.keep == 0 || sum(b.sizes) <= b.keep:
		return false
	}
	for q, other := range b.oldest { // the one that has the oldest of all is first
		if q != p && other.Before(end) {
			return false
		}
	}
	return true
}

// tell shares the pool among the processes, and closes the gate where the trace is
// full.
func (b *budget) tell(p *process) {
	c := p.drain.Control()
	others := sum(b.raw) - b.raw[p] // some of which may have ended, and are not compacted yet
	share := max(min(b.pool/int64(len(b.raw)), b.pool-others), leastShare)
	p.drain.Limit(max(1, uint64(share)/c.ChunkSize))
	// The agent drops events for want of room in the pool and goes on. All other
	// reasons are to end it, where that is what is to be done.
	stop := b.full == FullStop && !b.flight()
	if sum(b.sizes) >= b.parts || stop && c.DroppedSpace+c.DroppedMemory+c.DroppedNames > 0 {
		b.close(p)
	} else if !p.recorder.ending.Load() {
		p.drain.Gate(wire.GateRecord)
	}
}

// close keeps the agent from going on in the slots it has.
func (b *budget) close(p *process) {
	switch {
	case p.recorder.ending.Load():
	case b.flight() || b.full == FullDrop:
		p.drain.Gate(wire.GateHold)
	default:
		p.drain.Gate(wire.GateStop)
	}
}

// forget says that a process has ended and its drain is closed: it takes no more raw.
// It reports whether what it has recorded is to be deleted some time.
func (b *budget) forget(p *process) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.raw, p)
	later := b.trim(p) && b.flight()
	if later {
		b.ended = append(b.ended, p)
	}
	return later
}

// bury deletes what is due of those that have ended.
func (b *budget) bury() {
	b.ended = slices.DeleteFunc(b.ended, func(p *process) bool {
		if b.trim(p) {
			return false
		}
		p.drain = nil
		return true
	})
}

func sum(sizes map[*process]int64) (n int64) {
	for _, size := range sizes {
		n += size
	}
	return n
}

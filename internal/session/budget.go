package session

import (
	"math"
	"sync"
	"time"

	"tracer/internal/wire"
)

// budget keeps the trace within its size: what all processes take together.
//
// A process may claim a chunk of raw only up to its limit in the control page, so
// that the bound holds whatever the drain does.
type budget struct {
	mu       *sync.Mutex
	bound    int64 // bytes of raw and parts together; 0: none
	ring     int64 // bytes of parts that are kept; 0: all
	ringTime time.Duration
	full     string
	state    *budgetState
}

type budgetState struct {
	raw, parts map[*process]int64
	oldest     map[*process]time.Time // the end of each one's oldest part
	reached    bool                   // the bound, at some time
	kept       bool                   // nothing is deleted any more
}

func newBudget(o *Options) budget {
	b := budget{mu: new(sync.Mutex), bound: o.MaxSize, ring: o.Ring, ringTime: o.RingTime, full: o.WhenFull}
	b.state = &budgetState{raw: map[*process]int64{}, parts: map[*process]int64{}, oldest: map[*process]time.Time{}}
	if b.ring > 0 && b.bound == 0 {
		// The pool is what is being written, and grows where the drain is late.
		b.bound = b.ring + b.ring/2
	}
	return b
}

// partSize is how large a part of a flight recorder is: the oldest is what is
// deleted at a time.
func (b *budget) partSize() int64 { return b.ring / 8 }

func (b *budget) partAge() time.Duration { return b.ringTime / 8 }

// hold ends the deleting.
func (b *budget) hold() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.state.kept = true
}

// account takes a process's size in, deletes what is due of it, and tells its agent
// how much it may take.
func (b *budget) account(p *process) {
	if b.bound == 0 && b.ringTime == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.state
	s.raw[p], s.parts[p] = p.drain.RawBytes(), p.drain.Bytes()
	for b.due(p) {
		if err := p.drain.Forget(); err != nil {
			p.problems = append(p.problems, err)
		}
		s.parts[p] = p.drain.Bytes()
	}
	if _, end, ok := p.drain.Oldest(); ok {
		s.oldest[p] = end
	} else {
		delete(s.oldest, p)
	}
	if b.bound > 0 {
		b.tell(p)
	}
}

// due reports whether the process's oldest part is to be deleted.
func (b *budget) due(p *process) bool {
	s := b.state
	_, end, ok := p.drain.Oldest()
	if !ok || s.kept {
		return false
	}
	if b.ringTime > 0 && time.Since(end) > b.ringTime {
		return true
	}
	if b.ring == 0 || sum(s.parts) <= b.ring {
		return false
	}
	for q, other := range s.oldest { // the one that has the oldest of all is first
		if q != p && other.Before(end) {
			return false
		}
	}
	return true
}

// tell shares what is left among the processes.
func (b *budget) tell(p *process) {
	s := b.state
	left := b.bound - sum(s.raw) - sum(s.parts)
	chunk := int64(p.drain.Control().ChunkSize)
	mine := s.raw[p] / chunk
	if left <= 0 {
		s.reached = true
		p.drain.Limit(uint64(max(mine, 1)))
		if left < -b.bound/8 || b.full == FullStop && b.ring == 0 {
			b.close(p)
		}
		return
	}
	more := left / chunk / int64(max(1, len(s.raw)))
	p.drain.Limit(uint64(min(mine+max(more, 1), math.MaxInt32)))
	if left > b.bound/16 && !p.recorder.ending.Load() {
		p.drain.Gate(wire.GateRecord)
	}
}

// close keeps the agent from going on in the slots it has.
func (b *budget) close(p *process) {
	switch {
	case b.ring > 0 || b.full == FullDrop:
		p.drain.Gate(wire.GateHold)
	default:
		p.drain.Gate(wire.GateStop)
	}
}

// forget says that a process takes no more raw.
func (b *budget) forget(p *process) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.state.raw, p)
	b.state.parts[p] = p.drain.Bytes()
	delete(b.state.oldest, p)
}

func sum(sizes map[*process]int64) (n int64) {
	for _, size := range sizes {
		n += size
	}
	return n
}

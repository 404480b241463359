package drain

import (
	"errors"
	"fmt"
	"time"

	"tracer/internal/sys"
	"tracer/internal/wire"
)

const (
	// maxWaiting is how many slots of a process may wait until enough of their
	// thread are there for a segment.
	maxWaiting = 64
	// maxAge is how long one may.
	maxAge = time.Second
	// spareSlots is how many empty slots the agent finds at least.
	spareSlots = 24
)

// Step drains the slots that are full. It reports whether there was anything to do.
// After an error what could not be written stays where it was, and Step may be called
// again.
func (p *Process) Step(w *Worker) (bool, error) {
	now := time.Now()
	_, mono := sys.Pair()
	p.pool.beat(mono)
	did := p.options.Prepare && p.pool.ahead.step(p.pool, w.zeros, now)
	found, err := p.collect(w, now)
	if err != nil {
		p.problem(err)
	}
	if err := p.settle(w); err != nil { // of the last time
		return did, err
	}
	if found > 0 {
		p.readNames()
	}
	count := 0
	for _, t := range p.threads {
		for p.due(t, now) {
			if err := p.drain(w, t); err != nil {
				return true, err
			}
			count++
		}
	}
	if err := p.settle(w); err != nil {
		return true, err
	}
	p.retireThreads(w)
	return did || found > 0 || count > 0, p.rotate(w, now)
}

// collect takes the full slots over, and returns how many.
func (p *Process) collect(w *Worker, now time.Time) (int, error) {
	w.numbers = p.pool.full(w.numbers[:0])
	found := 0
	var problem error
	for _, number := range w.numbers {
		s, ok, err := p.pool.head(number)
		if err != nil {
			problem = err
		}
		if ok && p.arrive(s, now) {
			found++
		}
	}
	if !p.pool.overflowed() && p.waiting() < 4*maxWaiting {
		return found, problem
	}
	err := p.pool.scan(func(s slot) {
		if s.used != 0 && p.arrive(s, now) {
			found++
		}
	})
	return found, errors.Join(problem, err)
}

// arrive takes a slot over, unless it was before.
func (p *Process) arrive(s slot, now time.Time) bool {
	t := p.thread(s.Thread, s.TID)
	if s.Sequence < t.next {
		return false // it waits to be emptied
	}
	before := len(t.waiting)
	t.wait(s, now)
	return len(t.waiting) > before
}

func (p *Process) waiting() int {
	n := 0
	for _, t := range p.threads {
		n += len(t.waiting)
	}
	return n
}

// due reports whether the first of a thread's slots are to be drained now.
func (p *Process) due(t *thread, now time.Time) bool {
	n := len(t.waiting)
	if n == 0 || t.waiting[0].Sequence != t.next && n < maxWaiting {
		return false // the one before is still to come
	}
	return n >= groupSlots || now.Sub(t.since) > maxAge || t.waiting[n-1].Last != 0 ||
		p.options.Watch != nil || p.waiting() >= maxWaiting
}

// drain makes one segment.
func (p *Process) drain(w *Worker, t *thread) error {
	if p.out == nil {
		if err := p.begin(); err != nil {
			return err
		}
	}
	if err := p.segment(w, t); err != nil {
		// It cannot be read: what comes after it is more use than this one.
		p.problem(fmt.Errorf("drain thread %d of %s: %w", t.number, p.Dir, err))
		t.next = t.waiting[0].Sequence + 1
		t.waiting = t.waiting[1:]
	}
	if len(p.drained) >= batch*groupSlots {
		return p.settle(w)
	}
	return nil
}

// begin makes the first part, or the next.
func (p *Process) begin() error {
	number := 0
	if n := len(p.closed); n > 0 {
		number = p.closed[n-1].number + 1
	}
	out, err := createPart(p.trace, p.Dir, number, time.Now())
	if err != nil {
		return err
	}
	p.out = out
	return nil
}

// settle writes what was drained, and empties its slots.
func (p *Process) settle(w *Worker) error {
	if p.out == nil {
		return nil
	}
	if err := p.out.flush(p.contexts, p.options.Durable); err != nil {
		return err
	}
	want := uint32(min(spareSlots+2*len(p.drained), wire.FreeEntries/2))
	for i := range p.drained {
		if err := p.recycle(w, &p.drained[i], want); err != nil {
			p.problem(err) // the slot is lost to the agent, not what it held
		}
	}
	p.drained = p.drained[:0]
	return nil
}

// recycle gives a slot back: to the agent, or to the file system if it has enough.
func (p *Process) recycle(w *Worker, s *slot, want uint32) error {
	if !p.pool.mapped || !p.pool.recording() || p.pool.outstanding() >= want {
		return p.pool.retire(s)
	}
	if len(w.zeros) < int(p.slotSize) {
		w.zeros = make([]byte, p.slotSize)
	}
	if err := p.pool.empty(s, w.zeros); err != nil {
		return err
	}
	p.pool.give(s.number)
	return nil
}

// retireThreads forgets the threads that have ended.
func (p *Process) retireThreads(w *Worker) {
	for number, t := range p.threads {
		if t.ended && len(t.waiting) == 0 {
			p.conclude(w, t, true)
			delete(p.threads, number)
		}
	}
}

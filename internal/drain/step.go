package drain

import (
	"fmt"
	"time"

	"tracer/internal/summary"
	"tracer/internal/sys"
)

const (
	// maxWaiting is how many slots of a process may wait until enough of their
	// thread are there for a segment, beside a group of each thread.
	maxWaiting = 64
	// maxAge is how long one may.
	maxAge = time.Second
)

// Step drains the slots that are full. It reports whether there was anything to do.
// After an error what could not be written stays where it was, nothing more is
// drained, and Step may be called again.
func (p *Process) Step(w *Worker) (bool, error) {
	now := time.Now()
	_, mono := sys.Pair()
	p.pool.beat(mono)
	did := p.options.Prepare && p.pool.mapped && p.pool.ahead.step(p.pool, w.zeros, now)
	if err := p.settle(w); err != nil { // of the last time
		return did, err
	}
	found := p.collect(w, now)
	if found > 0 {
		p.ReadNames()
	}
	count := 0
	for _, t := range p.threads {
		for p.due(t, now) {
			if err := p.drain(w, t, now); err != nil {
				return true, err
			}
			count++
		}
		if t.ended && len(t.waiting) == 0 {
			p.dismiss(w, t)
		}
	}
	if err := p.settle(w); err != nil {
		return true, err
	}
	p.trim(found, now)
	return did || found > 0 || count > 0, p.rotate(w, now)
}

// collect takes the full slots over, and returns how many.
func (p *Process) collect(w *Worker, now time.Time) int {
	found, looked := 0, p.pool.overflowed() || p.look
	if looked {
		p.look = false
		found = p.scan(now, false)
	}
	// After that: a slot that was filled meanwhile is in the list before the one
	// that follows it is full, and was perhaps seen.
	w.numbers = p.pool.full(w.numbers[:0])
	for _, number := range w.numbers {
		s, err := p.pool.head(number)
		if err != nil {
			p.problem(err)
			p.look = true // should it only have been unreadable now
		}
		if s != nil && s.used != 0 && p.arrive(s, now) {
			found++
		}
	}
	// But not if the list was full then.
	missed := looked && p.pool.overflowed()
	p.look = p.look || missed
	for _, t := range p.threads {
		t.sought = looked && !missed && len(t.waiting) > 0
	}
	return found
}

// scan looks for slots that are not in the list full: the full ones, or all that were
// begun. Those that a drain before this one has written, but not given back, are
// given back.
func (p *Process) scan(now time.Time, all bool) (found int) {
	p.left = 0
	stale := []slot(nil)
	err := p.pool.visit(func(number uint32, s *slot, err error) {
		switch {
		case err != nil:
			p.left++
			p.problem(err)
		case s == nil || s.used == 0 && !all:
		case p.gone.has(uint64(s.Thread)) || p.thread(s).covered.has(uint64(s.Sequence)):
			stale = append(stale, *s)
		default:
			if s.found = true; p.arrive(s, now) {
				found++
			} else if uint64(s.Sequence) < p.threads[s.Thread].next {
				p.left++ // its place is passed: it stays in raw, where readers find it
			}
		}
	})
	if err != nil {
		p.problem(err)
		p.left++
	}
	for i := range stale {
		p.retire([]uint32{stale[i].number})
	}
	return found
}

// arrive takes a slot over, unless it was before, or comes too late.
func (p *Process) arrive(s *slot, now time.Time) bool {
	if p.gone.has(uint64(s.Thread)) {
		return false
	}
	t := p.thread(s)
	if uint64(s.Sequence) < t.next || !t.wait(s, now) {
		return false
	}
	p.pending++
	return true
}

// due reports whether the first of a thread's slots are to be drained now.
func (p *Process) due(t *thread, now time.Time) bool {
	n := len(t.waiting)
	if n == 0 {
		return false
	}
	if uint64(t.waiting[0].Sequence) != t.next && !t.sought {
		p.look = true // the one before is to be looked for
		return false
	}
	return n >= p.group || now.Sub(t.since) > maxAge || t.waiting[n-1].Last != 0 ||
		p.options.Watch != nil || p.pending >= maxWaiting+groupSlots*len(p.threads)
}

// drain makes one segment.
func (p *Process) drain(w *Worker, t *thread, now time.Time) error {
	if p.out == nil {
		if err := p.begin(); err != nil {
			return err
		}
	}
	before := len(t.waiting)
	if err := p.segment(w, t); err != nil {
		// It cannot be read: what comes after it is more use than this one.
		p.problem(fmt.Errorf("drain thread %d of %s: %w", t.number, p.Dir, err))
		t.pass(1)
		p.left++
	}
	p.pending -= before - len(t.waiting)
	t.since = now
	if len(p.drained) >= batch*groupSlots {
		return p.settle(w)
	}
	return nil
}

// begin makes the first part, or the next.
func (p *Process) begin() error {
	out, err := p.openPart(p.parts, true)
	if err != nil {
		return err
	}
	if p.contexts == nil {
		p.contexts = summary.NewContexts(maxContexts)
	}
	p.parts++
	p.out = out
	return nil
}

// settle writes what was drained, and gives its slots back. Where the disk is full it
// goes on as long as what it gives back makes room.
func (p *Process) settle(w *Worker) error {
	for p.out != nil {
		if err := p.syncNames(); err != nil {
			return err
		}
		n, err := p.out.flush(p.contexts, p.options.Durable)
		p.release(w, p.drained[:n], err != nil || !p.out.roomy())
		p.drained = p.drained[:copy(p.drained, p.drained[n:])]
		if err != nil && (n > 0 || p.reclaim()) {
			continue
		}
		if err != nil {
			return err
		}
		if p.fresh == nil {
			break
		}
		p.turn()
	}
	return nil
}

// dismiss sums a thread up that has ended.
func (p *Process) dismiss(w *Worker, t *thread) {
	p.conclude(w, t, true)
	t.player, t.builder, t.levels = nil, nil, nil
	if len(t.covered) == 1 {
		delete(p.threads, t.number)
		p.gone.add(uint64(t.number), uint64(t.number)+1)
	}
}

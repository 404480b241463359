package drain

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Finish drains all that a process that has ended left in raw, slots that its
// threads were still writing too, and ends its summaries. Progress, if not nil, is
// told how many bytes of raw are done. After an error it may be called again.
func (p *Process) Finish(w *Worker, progress func(done int64)) error {
	p.finishing = true
	if err := p.settle(w); err != nil {
		return err
	}
	now := time.Now()
	w.numbers = p.pool.full(w.numbers[:0])
	p.scan(now, true)
	p.ReadNames()
	threads := slices.SortedFunc(maps.Values(p.threads), func(a, b *thread) int { return cmp.Compare(a.number, b.number) })
	var done int64
	for _, t := range threads {
		for len(t.waiting) > 0 {
			before := len(t.waiting)
			if err := p.drain(w, t, now); err != nil {
				return err
			}
			if done += int64(before-len(t.waiting)) * p.slotSize; progress != nil {
				progress(done)
			}
		}
		if p.out != nil {
			p.conclude(w, t, true)
		}
	}
	if err := p.settle(w); err != nil {
		return err
	}
	return p.clear()
}

// clear gives the room of raw back. A process that lives on has it mapped, and cutting
// it off would be a SIGBUS in it: such a one is left as it is. So are slots that
// could not be drained, for readers.
func (p *Process) clear() error {
	if p.InUse() {
		return nil
	}
	p.scan(time.Now(), true) // what is found now is empty
	if p.left > 0 || p.pending > 0 {
		return nil
	}
	if err := p.pool.raw.Truncate(0); err != nil {
		return fmt.Errorf("empty raw of %s: %w", p.Dir, err)
	}
	return nil
}

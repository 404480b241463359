package drain

import (
	"errors"
	"fmt"
	"time"

	"tracer/internal/sys"
)

// Finish drains all that a process that has ended left in raw, slots that its
// threads were still writing too, and ends its summaries. Progress, if not nil, is
// told how many bytes of raw are done.
func (p *Process) Finish(w *Worker, progress func(done int64)) error {
	if err := p.settle(w); err != nil {
		return err
	}
	now := time.Now()
	p.pool.full(w.numbers[:0])
	if err := p.pool.scan(func(s slot) { p.arrive(s, now) }); err != nil {
		p.problem(err)
	}
	p.readNames()
	var done int64
	for _, t := range p.threads {
		for len(t.waiting) > 0 {
			before := len(t.waiting)
			if err := p.drain(w, t); err != nil {
				return err
			}
			if done += int64(before-len(t.waiting)) * p.slotSize; progress != nil {
				progress(done)
			}
		}
	}
	for _, t := range p.threads {
		if p.out != nil {
			p.conclude(w, t, true)
		}
	}
	clear(p.threads)
	if err := p.settle(w); err != nil {
		return err
	}
	return p.clear()
}

// clear gives the room of raw back. A process that lives on has it mapped, and cutting
// it off would be a SIGBUS in it: such a one is left as it is.
func (p *Process) clear() error {
	if sys.Alive(p.PID) && sys.Writable(p.pool.raw) {
		return nil
	}
	if err := p.pool.raw.Truncate(0); err != nil {
		return fmt.Errorf("empty raw of %s: %w", p.Dir, err)
	}
	return nil
}

// rotate begins a new part when the one at hand is large or old enough.
func (p *Process) rotate(w *Worker, now time.Time) error {
	o := p.options
	if p.out == nil || !(o.PartSize > 0 && p.out.bytes() >= o.PartSize || o.PartAge > 0 && now.Sub(p.out.begun) >= o.PartAge) {
		return nil
	}
	for _, t := range p.threads {
		p.conclude(w, t, false)
		t.levels = nil
	}
	if err := p.settle(w); err != nil {
		return err
	}
	return p.closePart()
}

func (p *Process) closePart() error {
	p.closed = append(p.closed, closedPart{p.out.number, p.out.bytes(), time.Now()})
	err := p.out.close()
	p.out = nil
	return err
}

// closedPart is a part that is complete.
type closedPart struct {
	number int
	bytes  int64
	end    time.Time
}

// Oldest returns the size and the end of the oldest part that is complete; false
// if there is none.
func (p *Process) Oldest() (bytes int64, end time.Time, ok bool) {
	if len(p.closed) == 0 {
		return 0, time.Time{}, false
	}
	return p.closed[0].bytes, p.closed[0].end, true
}

// Forget deletes the oldest part that is complete.
func (p *Process) Forget() error {
	first := p.closed[0]
	p.closed = p.closed[1:]
	var errs []error
	for _, name := range partNames {
		errs = append(errs, p.trace.RemoveFile(p.Dir, partName(name, first.number)))
	}
	return errors.Join(errs...)
}

// Bytes is the size of all parts.
func (p *Process) Bytes() int64 {
	var n int64
	for _, c := range p.closed {
		n += c.bytes
	}
	if p.out != nil {
		n += p.out.bytes()
	}
	return n
}

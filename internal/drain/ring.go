package drain

import (
	"errors"
	"io/fs"
	"time"

	"tracer/internal/store"
	"tracer/internal/summary"
)

// closedPart is a part that is complete.
type closedPart struct {
	number int
	bytes  int64
	end    time.Time
}

// SetPart says from now on when a new part is begun, see Options.
func (p *Process) SetPart(size int64, age time.Duration) {
	p.options.PartSize, p.options.PartAge = size, age
}

// rotate begins a new part when the one at hand is large or old enough. Each has a
// tree of contexts of its own: the one before it may be deleted.
func (p *Process) rotate(w *Worker, now time.Time) error {
	o := p.options
	if p.out == nil || !(o.PartSize > 0 && p.out.bytes() >= o.PartSize || o.PartAge > 0 && now.Sub(p.out.begun) >= o.PartAge) {
		return nil
	}
	p.fresh = summary.NewContexts(maxContexts)
	for _, t := range p.threads {
		if t.builder != nil {
			t.builder.Use(p.fresh)
		}
		cut := t.open.children > 0
		p.conclude(w, t, false)
		if t.builder != nil && !cut {
			t.builder.Cut(t.player.At()) // nothing, but from here on it is of the next part
		}
		t.levels = nil
	}
	return p.settle(w)
}

// turn ends the part at hand, which is written.
func (p *Process) turn() {
	p.closed = append(p.closed, closedPart{p.out.number, p.out.bytes(), time.Now()})
	if err := p.out.close(); err != nil {
		p.problem(err)
	}
	p.out, p.contexts, p.fresh = nil, p.fresh, nil
}

// Oldest returns the size and the end of the oldest part that is complete; false
// if there is none.
func (p *Process) Oldest() (bytes int64, end time.Time, ok bool) {
	if len(p.closed) == 0 {
		return 0, time.Time{}, false
	}
	return p.closed[0].bytes, p.closed[0].end, true
}

// Forget deletes the oldest part that is complete. At any time in between it has
// nothing that a reader finds wrong: first the entries of its index go.
func (p *Process) Forget() error {
	first := p.closed[0]
	p.closed = p.closed[1:]
	errs := []error{p.emptyIndex(first.number)}
	for _, name := range []string{store.SegmentsName, store.SummariesName, store.ContextsName, store.IndexName} {
		_, err := p.options.before.ask("remove", 0)
		if err == nil {
			err = p.trace.RemoveFile(p.Dir, store.PartName(name, first.number))
		}
		if !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (p *Process) emptyIndex(number int) error {
	f, err := p.trace.OpenWritable(p.Dir, store.PartName(store.IndexName, number))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return (&file{f, p.options.before}).Truncate(0)
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

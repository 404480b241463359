package distribution

import (
	"context"
	"sync"

	"tracer/internal/analyze/query"
	"tracer/trace"
)

// Build decodes what is asked for of a trace and tells how its times are distributed.
// progress, which may be nil, is called with how many events are done, of how many. What
// could not be read is the error; the distribution has all the rest, unless ctx has ended.
func Build(ctx context.Context, t *trace.Trace, q *query.Query, o Options, progress func(done, all uint64)) (*Distribution, error) {
	b := newBuilder(t, o)
	err := query.Each(ctx, q, t, b.work, b.merge, progress)
	if ctx.Err() != nil {
		return nil, err
	}
	b.process()
	return b.rows.distribution(b.measured), err
}

func newBuilder(t *trace.Trace, o Options) *builder {
	scale := t.Info().Calibration.Factor()
	return &builder{options: o, scale: scale, rows: newRowSet(o, scale), measured: true, free: map[*trace.Process][]*accumulator{}}
}

// builder builds a distribution, a process after the other.
type builder struct {
	options  Options
	scale    float64
	rows     *rowSet
	measured bool

	mu   sync.Mutex
	free map[*trace.Process][]*accumulator // that no part is added to

	// What merge is at.
	thread *trace.Thread
	sewer  *sewer
	whole  whole // of the process
}

// work adds a part up.
func (b *builder) work(p *query.Part) (*seam, error) {
	a := b.take(p.Thread())
	a.seam = nil
	err := p.Replay(a)
	s := a.seam
	b.give(a)
	return s, err
}

func (b *builder) give(a *accumulator) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.free[a.process] = append(b.free[a.process], a)
}

// take returns an accumulator for a part of a thread: there are as many as parts at the same
// time.
func (b *builder) take(th *trace.Thread) *accumulator {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := b.free[th.Process]
	if n := len(list); n > 0 {
		a := list[n-1]
		b.free[th.Process] = list[:n-1]
		if a.thread != th {
			a.settle()
			a.thread = th
		}
		return a
	}
	a := newAccumulator(th.Process, b.scale, b.options.Worst)
	a.thread = th
	return a
}

// merge takes the parts of all threads in order.
func (b *builder) merge(p *query.Part, s *seam) error {
	if s != nil { // else nothing of the part could be read
		b.add(p.Thread(), s)
	}
	return nil
}

func (b *builder) add(th *trace.Thread, s *seam) {
	if b.thread == nil || b.thread.Process != th.Process {
		b.process()
		b.sewer = &sewer{accumulator: newAccumulator(th.Process, b.scale, b.options.Worst)}
		b.whole = whole{process: th.Process}
		_, measured := th.Process.Costs()
		b.measured = b.measured && measured
	}
	if b.thread != th {
		b.sewer.finish()
		b.sewer.begin(th, s)
		b.whole.thread(s)
		b.thread = th
	}
	b.sewer.sew(s)
	b.whole.add(s)
}

// process pours what a process adds up to into the rows, and forgets it.
func (b *builder) process() {
	if b.thread == nil {
		return
	}
	p := b.thread.Process
	b.sewer.finish()
	b.whole.finish()
	b.mu.Lock()
	all := append(b.free[p], b.sewer.accumulator)
	delete(b.free, p)
	b.mu.Unlock()
	b.rows.pour(p, all, b.whole.self)
	b.thread, b.sewer = nil, nil
}

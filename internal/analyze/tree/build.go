package tree

import (
	"context"
	"errors"
	"sync"

	"tracer/internal/analyze/query"
	"tracer/trace"
)

// Build makes the tree of what a query asks for, of all its threads together. What could not
// be read is the error; the tree has all the rest, and is nil only if ctx has ended.
// progress may be nil.
func Build(ctx context.Context, t *trace.Trace, q *query.Query, o Options, progress func(done, all uint64)) (*Tree, error) {
	return limited(ctx, t, q, o, maxNodes, progress)
}

// limited is Build with at most so many nodes, and one more for each whose calls are too many.
func limited(ctx context.Context, t *trace.Trace, q *query.Query, o Options, limit int, progress func(done, all uint64)) (*Tree, error) {
	b := newBuilder(o, limit)
	err := errPartly
	if o.Functions && o.FoldRecursion && q.Plain() {
		err = b.sums(ctx, t, q)
	}
	if err == errPartly {
		b = newBuilder(o, limit)
		err = b.events(ctx, t, q, progress)
	}
	if err != nil {
		return nil, err
	}
	b.finish()
	b.all.nodes.forget()
	b.all.cells.forget()
	r := b.all.tree(b.functions, !o.Functions)
	r.Measured = b.measured
	return r, errors.Join(b.errs...)
}

// builder makes a tree, one process after another.
type builder struct {
	options   Options
	functions *functions
	process   *process // that is being added up
	all       *table   // in ns: those before it
	limit     int      // of nodes
	measured  bool
	errs      []error
}

func newBuilder(o Options, limit int) *builder {
	return &builder{options: o, functions: newFunctions(), all: newTable(limit), measured: true, limit: limit}
}

// events adds up what is decoded, several parts at a time.
func (b *builder) events(ctx context.Context, t *trace.Trace, q *query.Query, progress func(done, all uint64)) error {
	pool := sync.Pool{New: func() any { return newPart(b.options, b.limit) }}
	return query.Each(ctx, q, t, func(p *query.Part) (*part, error) {
		r := pool.Get().(*part)
		r.reset(p.Thread().Process)
		r.err = p.Replay(r)
		return r, ctx.Err()
	}, func(p *query.Part, r *part) error {
		b.enter(p.Thread().Process)
		b.errs = append(b.errs, r.err)
		b.process.add(p.Thread(), r)
		pool.Put(r)
		return nil
	}, progress)
}

// enter begins a process, and finishes the one before.
func (b *builder) enter(p *trace.Process) {
	if b.process != nil && b.process.Process == p {
		return
	}
	b.finish()
	b.process = newProcess(p, b.functions, b.options, b.limit)
	_, measured := p.Costs()
	b.measured = b.measured && measured
}

// finish adds the process to the others.
func (b *builder) finish() {
	if b.process == nil {
		return
	}
	b.process.round()
	if len(b.all.nodes.list) == 1 && len(b.all.cells.list) == 1 {
		b.all = b.process.tree
	} else {
		b.all.merge(b.process.tree)
	}
	b.process = nil
}

package query

import (
	"context"
	"sync"

	"tracer/trace"
)

// Sums adds up what is asked for of each thread, as trace.Thread.Sum does where nothing is
// left out. Activations that are open at the window's end count with what was seen of
// them. progress may be nil; the error is as of Each: with one of what could not be read
// there are sums of all the rest.
func (q *Query) Sums(ctx context.Context, t *trace.Trace, progress func(done, all uint64)) (map[*trace.Thread]*trace.Sums, error) {
	a := adder{joints: map[*trace.Thread]*trace.SumJoint{}, free: map[*trace.Process][]*trace.SumPart{}}
	err := Each(ctx, q, t, a.work, a.merge, progress)
	if err != nil && !isCorrupt(err) {
		return nil, err
	}
	sums := map[*trace.Thread]*trace.Sums{}
	for _, th := range q.Threads(t) {
		sums[th] = &trace.Sums{}
		if j := a.joints[th]; j != nil {
			sums[th] = j.Sum()
		}
	}
	return sums, err
}

// adder adds parts up.
type adder struct {
	mu     sync.Mutex
	free   map[*trace.Process][]*trace.SumPart // that nothing is added to
	joints map[*trace.Thread]*trace.SumJoint
}

func (a *adder) work(p *Part) (*trace.SumPiece, error) {
	part := a.take(p.Thread().Process)
	defer a.give(p.Thread().Process, part)
	err := p.Replay(part)
	return part.Take(), err
}

func (a *adder) take(p *trace.Process) *trace.SumPart {
	a.mu.Lock()
	defer a.mu.Unlock()
	if n := len(a.free[p]) - 1; n >= 0 {
		part := a.free[p][n]
		a.free[p] = a.free[p][:n]
		return part
	}
	return p.NewSumPart()
}

func (a *adder) give(p *trace.Process, part *trace.SumPart) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.free[p] = append(a.free[p], part)
}

func (a *adder) merge(p *Part, piece *trace.SumPiece) error {
	if piece == nil { // nothing of the part could be read
		return nil
	}
	j := a.joints[p.Thread()]
	if j == nil {
		j = &trace.SumJoint{}
		a.joints[p.Thread()] = j
	}
	j.Add(piece)
	return nil
}

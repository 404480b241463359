package trace

import (
	"tracer/internal/replay"
	"tracer/internal/segment"
	"tracer/internal/store"
	"tracer/internal/wire"
)

// calibrate makes the process's clock when there is a pair of readings that is
// farther from its start than what it was made of, by a quarter.
func (p *Process) calibrate(m *store.Manifest) {
	last := p.index.lastPair()
	var finish replay.Pair
	measured := distance(last, p.startPair())
	if m.Finish != nil {
		finish = replay.Pair{Ticks: m.Finish.Ticks, MonoNS: m.Finish.MonoNS}
		measured = max(measured, distance(finish, p.startPair()))
	}
	if before, ok := p.mirrored(m); ok && finish.Ticks == 0 && distance(before, p.startPair()) > measured {
		last, measured = before, distance(before, p.startPair())
	}
	if p.measured == 0 || measured > p.measured+p.measured/4 {
		p.clock = replay.NewClock(&p.control, finish, last, p.origin)
		p.measured = max(measured, 1)
		p.last = 0
		for _, th := range p.index.met {
			p.time(th)
		}
	}
	for _, th := range p.index.active {
		if th.found.grew {
			p.time(th)
			th.found.grew = false
		}
	}
}

// time notes when a thread's last event was.
func (p *Process) time(th *Thread) {
	if n := len(th.pieces); n > 0 {
		th.last = p.clock.NS(th.pieces[n-1].end)
		p.last = max(p.last, th.last)
	}
}

// startPair is the moment when recording began.
func (p *Process) startPair() replay.Pair {
	return replay.Pair{Ticks: p.control.StartTicks, MonoNS: p.control.StartMonoNs}
}

// distance is how far apart two moments are, 0 if b is not the earlier one.
func distance(a, b replay.Pair) uint64 {
	if a.Ticks <= b.Ticks || a.MonoNS <= b.MonoNS {
		return 0
	}
	return a.MonoNS - b.MonoNS
}

// mirrored is the moment when the trace began, as if it lay as far behind the
// process's start as it lies before it: it tells as much of the clock's speed. It is
// of use early, while the process's slots have no pair yet that is far from its start.
func (p *Process) mirrored(m *store.Manifest) (replay.Pair, bool) {
	begin, start := replay.Pair{Ticks: m.Begin.Ticks, MonoNS: m.Begin.MonoNS}, p.startPair()
	if begin.Ticks == 0 || distance(start, begin) == 0 {
		return replay.Pair{}, false
	}
	return replay.Pair{Ticks: 2*start.Ticks - begin.Ticks, MonoNS: 2*start.MonoNS - begin.MonoNS}, true
}

// lastPair returns the latest reading of both clocks that a slot or a segment has, of
// those that are new.
func (x *index) lastPair() replay.Pair {
	for _, th := range x.active {
		if !th.found.grew {
			continue
		}
		for i := len(th.pieces) - 1; i >= 0; i-- {
			pc := &th.pieces[i]
			if pc.part == nil || pc.part.segments == nil {
				continue
			}
			b := make([]byte, wire.SegmentBytes)
			if _, err := pc.part.segments.ReadAt(b, pc.offset); err == nil {
				if h, err := segment.ReadHead(b); err == nil && h.PairMonoNs > x.last.MonoNS {
					x.last = replay.Pair{Ticks: h.PairTicks, MonoNS: h.PairMonoNs}
				}
			}
			break
		}
	}
	return x.last
}

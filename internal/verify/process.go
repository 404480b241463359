package verify

import (
	"cmp"
	"maps"
	"runtime"
	"slices"
	"sync"

	"tracer/internal/names"
	"tracer/internal/replay"
	"tracer/internal/store"
	"tracer/internal/summary"
	"tracer/internal/wire"
)

// process is a traced process that is looked at.
type process struct {
	v        *verifier
	dir      string
	log      *log
	control  wire.Control
	ready    bool  // control is what an agent has written
	slotSize int64 // 0: not known
	raw      *input
	parts    []*part
	names    *names.Set
	unnamed  bool // names is not all that there was
	rows     *summary.Rows
	threads  map[uint32]*thread
	last     replay.Pair // the latest reading of both clocks
	clock    replay.Clock
}

// process verifies the files of a process. They are read in the order in which a
// reader must: raw before the segments and these before the names, so that of a
// trace that is being written nothing is missed.
func (v *verifier) process(dir string) {
	p := &process{v: v, dir: dir, log: newLog(dir), threads: map[uint32]*thread{}}
	defer p.close()
	v.result.Processes++
	p.checkControl()
	p.openRaw()
	p.openParts()
	p.checkNames()
	p.checkContexts()
	p.checkCounters()
	p.calibrate()
	p.log.flush(v.report)
	p.checkThreads()
	p.log.flush(v.report)
}

func (p *process) close() {
	if p.raw != nil {
		p.raw.close()
	}
	for _, pt := range p.parts {
		pt.close()
	}
}

// calibrate makes the clock by which findings are told.
func (p *process) calibrate() {
	if !p.ready {
		return
	}
	origin := p.control.StartMonoNs
	var finish replay.Pair
	if m := p.v.manifest; m != nil {
		if m.Begin.MonoNS != 0 {
			origin = m.Begin.MonoNS
		}
		if m.Finish != nil {
			finish = replay.Pair{Ticks: m.Finish.Ticks, MonoNS: m.Finish.MonoNS}
		}
	}
	p.clock = replay.NewClock(&p.control, finish, p.last, origin)
}

// ns returns the time of a reading of the clock, -1 where it is not known.
func (p *process) ns(ticks uint64) int64 {
	if !p.ready {
		return -1
	}
	return max(-1, p.clock.NS(ticks))
}

// thread is what is there of a thread.
type thread struct {
	number, tid uint32
	pieces      []piece
	nodes       []*node // summaries
}

// piece is a run of a thread's slots: a segment, or a slot of raw.
type piece struct {
	part            *part // nil: a slot of raw
	offset          int64
	size            uint32 // of a segment: its bytes
	sequence, slots uint32
	entry           *wire.Node // of the index; nil where there is none
	copies          []int64    // slots of raw that the segment has, too
}

func (p *process) thread(number, tid uint32) *thread {
	t := p.threads[number]
	if t == nil {
		t = &thread{number: number, tid: tid}
		p.threads[number] = t
	}
	return t
}

// checkThreads replays the threads, several at a time.
func (p *process) checkThreads() {
	p.rows = summary.NewRows(p.names)
	threads := slices.SortedFunc(maps.Values(p.threads), func(a, b *thread) int { return cmp.Compare(a.number, b.number) })
	p.checkNumbers(threads)
	outcomes := make([]outcome, len(threads))
	var work sync.WaitGroup
	next := make(chan int)
	for range min(len(threads), runtime.GOMAXPROCS(0)) {
		work.Go(func() {
			tools := newTools()
			for i := range next {
				outcomes[i] = p.checkThread(threads[i], tools)
			}
		})
	}
	for i := range threads {
		next <- i
	}
	close(next)
	work.Wait()
	slots, copies := uint64(0), uint64(0)
	for _, o := range outcomes {
		slots += o.slots
		copies += o.copies
		p.v.result.Events += o.events
		p.v.result.Segments += o.segments
		p.v.result.Summaries += o.summaries
		o.log.flush(p.v.report)
	}
	if slots > 0 {
		p.log.note(store.RawName, -1, "slots that are not compacted: %d", slots)
	}
	if copies > 0 {
		p.log.note(store.RawName, -1, "slots that are in a segment, too: %d", copies)
	}
	p.v.result.Slots += slots
	p.v.result.Threads += len(threads)
}

// checkNumbers compares the threads with those that are named and counted.
func (p *process) checkNumbers(threads []*thread) {
	handed := uint64(0)
	for _, t := range threads {
		end := uint64(0)
		for i := range t.pieces {
			end = max(end, t.pieces[i].last())
		}
		handed += end
		named, ok := p.names.Threads[int(t.number)]
		switch {
		case !ok:
			p.log.damage(store.NamesName, -1, "thread %d is not named", t.number)
		case named.TID != int(t.tid):
			p.log.damage(store.NamesName, -1, "thread %d has the system's id %d by its name, and %d by its slots", t.number, named.TID, t.tid)
		}
		if p.ready && p.v.state != store.Recording && t.number > p.control.Threads {
			p.log.damage(store.ControlName, wire.OffControlThreads, "%d threads are counted, and there is one of number %d", p.control.Threads, t.number)
		}
	}
	switch n := p.control.Slots; {
	case !p.ready || p.v.state == store.Recording:
	case handed > n && handed-n <= uint64(len(threads)): // killed between the head of a slot and its count
		p.log.note(store.ControlName, wire.OffControlSlots, "%d slots were counted, and there are %d", n, handed)
	case handed > n:
		p.log.damage(store.ControlName, wire.OffControlSlots, "%d slots were handed out, and there are %d", n, handed)
	case handed < n:
		p.log.at(p.v.unfinished(), store.ControlName, wire.OffControlSlots, "%d slots were handed out, and there are only %d", n, handed)
	}
}

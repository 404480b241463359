package drain_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"

	"tracer/internal/drain"
	"tracer/internal/wire"
)

// plan is what the threads of a process are to record, slot by slot.
type plan struct {
	slotSize int
	threads  [][]*planned
}

const codes = 12

// names are the records that a plan's events refer to.
func (p *plan) names() string {
	var b strings.Builder
	b.WriteString("interpreter python=3.14\nfile 1 name=a.py path=/a.py\nfile 2 name=b.py path=/b.py\n")
	fmt.Fprintf(&b, "costs line=9000 first=11000 call-before=%d call-after=700 return-before=400 return-after=2100 yield-before=30 yield-after=5 unwind-before=1\n", uint32(1<<32-1000))
	for i := range codes {
		fmt.Fprintf(&b, "code %d file=%d module=m%d qualname=f%d first-line=%d lines=%d-%d\n", 1+10*i, 1+i%2, i%3, i, 1+5*i, 1+5*i, 9+5*i)
	}
	for i := range p.threads {
		fmt.Fprintf(&b, "thread %d tid=%d\n", i+1, 200+i)
	}
	return b.String()
}

// all are the slots of all threads.
func (p *plan) all() (all []*planned) {
	for _, slots := range p.threads {
		all = append(all, slots...)
	}
	return all
}

// newPlan makes up what each thread records in so many slots. No more frames are open
// than a slot's head takes.
func newPlan(r *rand.Rand, slotSize, threads, slots int, odd bool) *plan {
	return newDeepPlan(r, slotSize, threads, slots, odd, slotSize/4/wire.FrameBytes)
}

func newDeepPlan(r *rand.Rand, slotSize, threads, slots int, odd bool, deep int) *plan {
	p := &plan{slotSize: slotSize}
	for i := range threads {
		t := &planner{r: r, size: slotSize, thread: uint32(i + 1), tid: uint32(200 + i), ticks: uint64(1000 + r.IntN(500)), odd: odd, deep: deep}
		n := slots/2 + r.IntN(slots+1)
		var list []*planned
		for j := range n {
			list = append(list, t.slot(uint32(j), j == n-1 && r.IntN(2) == 0))
		}
		p.threads = append(p.threads, list)
	}
	return p
}

// planner makes up the events of a thread.
type planner struct {
	r           *rand.Rand
	size        int
	thread, tid uint32
	ticks       uint64
	stack       []wire.Frame
	odd         bool // also what is rare: losses, marks, lost slots, unknown code
	deep        int  // frames that may be open
	wait        uint64
	called      bool // the last event is a call
}

func (t *planner) chance(n int) bool { return t.odd && t.r.IntN(n) == 0 }

func (t *planner) slot(sequence uint32, last bool) *planned {
	s := &planned{}
	frames := t.stack[max(0, len(t.stack)-t.size/4/wire.FrameBytes):]
	for i := range frames {
		s.frames = frames[i].Append(s.frames)
	}
	s.head = wire.Slot{
		Magic: wire.MagicSlot, HeaderSize: uint32(wire.SlotBytes + len(s.frames)), Thread: t.thread, TID: t.tid,
		Sequence: sequence, Ticks: t.ticks, PairTicks: t.ticks, PairMonoNs: t.ticks,
		Depth: uint32(len(t.stack)), Frames: uint32(len(frames)),
	}
	room := (t.size - int(s.head.HeaderSize)) / 8
	n := room
	if last || t.chance(10) {
		n = t.r.IntN(room + 1)
	}
	for len(s.words) < 8*n {
		s.words = binary.LittleEndian.AppendUint64(s.words, uint64(t.event(8*n-len(s.words) >= 16)))
	}
	s.head.Used = s.head.HeaderSize + uint32(len(s.words))
	if last {
		s.head.Last = 1
	}
	if t.chance(8) {
		s.head.Lost = uint32(1 + t.r.IntN(1000))
		t.ticks += uint64(t.r.IntN(10000))
		t.stack = t.stack[:t.r.IntN(len(t.stack)+1)]
	}
	s.absent = t.chance(25)
	return s
}

// event makes up a word. One that wants another after it may begin only with two.
func (t *planner) event(two bool) wire.Event {
	delta := uint32(t.r.IntN(300))
	if t.wait == 0 && t.r.IntN(100) == 0 {
		return wire.Pack(wire.Mark, wire.MarkOwn, 1+delta)
	}
	if t.wait > 0 {
		t.ticks += t.wait
		t.wait = 0
	} else if t.chance(500) && (two || t.r.IntN(2) == 0) {
		t.wait = 1 << 32
		return wire.Pack(wire.Mark, wire.MarkTime, 1)
	}
	if t.chance(400) {
		return wire.Pack(wire.Mark, wire.MarkGap, delta)
	}
	first := t.called && t.r.IntN(4) > 0
	if t.called = false; first {
		delta = 0
	}
	t.ticks += uint64(delta)
	if t.chance(700) {
		return wire.Pack(wire.Line, 5000, delta)
	}
	n := len(t.stack)
	switch k := t.r.IntN(10); {
	case n == 0 || k < 2 && n < t.deep && !first:
		t.called = true
		base := uint32(1 + 10*t.r.IntN(codes))
		t.stack = append(t.stack, wire.Frame{EnteredTicks: t.ticks, Code: base, Location: base})
		return wire.Pack(wire.Call, wire.Location(base), delta)
	case k < 4 && !first:
		out := t.stack[n-1]
		t.stack = t.stack[:n-1]
		return wire.Pack([]wire.Kind{wire.Return, wire.Unwind, wire.Yield}[t.r.IntN(3)], wire.Location(out.Code), delta)
	}
	f := &t.stack[n-1]
	f.Location = f.Code + 1 + uint32(t.r.IntN(9))
	return wire.Pack(wire.Line, wire.Location(f.Location), delta)
}

// play lets the agent record the plan, in random steps. Between them it calls f,
// sometimes: with n, f is called after every n-th.
func (p *plan) play(r *rand.Rand, a *toy, every int, f func()) {
	type state struct {
		list    []*planned
		slot    uint32
		written int
		open    *planned
	}
	var running []*state
	for _, list := range p.threads {
		running = append(running, &state{list: list})
	}
	for step := 0; len(running) > 0; step++ {
		i := r.IntN(len(running))
		t := running[i]
		switch {
		case t.open != nil && t.written < len(t.open.words):
			n := min(len(t.open.words)-t.written, 8*(1+r.IntN(len(t.open.words)/8)))
			a.write(t.open.words[t.written:t.written+n], t.slot, int(t.open.head.HeaderSize)+t.written)
			t.written += n
		case len(t.list) > 0:
			var number uint32
			next := t.list[0]
			t.list = t.list[1:]
			if !next.absent {
				number = a.take()
			}
			if t.open != nil {
				a.end(t.slot, t.open)
			}
			if t.open = nil; !next.absent {
				a.begin(number, next)
				t.slot, t.open, t.written = number, next, 0
			}
		default:
			if t.open != nil && t.open.head.Last != 0 {
				a.end(t.slot, t.open)
			} else if t.open != nil {
				a.lose(t.slot, t.open)
			}
			running = append(running[:i], running[i+1:]...)
		}
		if step%every == every-1 {
			f()
		}
	}
}

// steps returns what drains a bit.
func steps(a *toy, p **drain.Process, w *drain.Worker) func() {
	return func() {
		if _, err := (*p).Step(w); err != nil {
			a.tb.Fatal(err)
		}
	}
}

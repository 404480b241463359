package synth

import (
	"encoding/binary"

	"tracer/internal/wire"
)

// The clock: it advances by unit ticks, as that of many a CPU does, 26 of which are 10 ns.
const (
	unit       = 26
	hz         = 2_600_000_000
	startTicks = 1_000_000 * unit
	startMono  = 5_000_000_000

	turn  = hz / 200 // how long a thread has the interpreter
	sleep = 1 << 33
)

// nanoseconds is the system's monotonic clock at so many ticks.
func nanoseconds(ticks uint64) uint64 { return startMono + (ticks-startTicks)*10/26 }

// jitter is how many steps more than usual an event takes.
var jitter = func() (steps [256]uint8) {
	for i := range steps {
		switch {
		case i >= 254:
			steps[i] = 20
		case i >= 252:
			steps[i] = 9
		case i >= 246:
			steps[i] = 4
		case i >= 236:
			steps[i] = 2
		case i >= 200:
			steps[i] = 1
		}
	}
	return steps
}()

// player is a thread of the program, and its agent.
type player struct {
	program  *program
	agent    *agent
	number   uint32 // from 1 on
	rnd      uint64
	left     uint64 // events to come
	recorded uint64

	ticks    uint64
	switchAt uint64
	loc      wire.Location // of the innermost frame's line; 0 outside
	frames   []wire.Frame  // the innermost one's location is loc
	head     wire.Slot
	slot     []byte
	at       int // where the next word goes
	fresh    bool

	// By location: line events, or calls where it is a base; ticks.
	count []uint64
	self  []uint64
}

func newPlayer(p *program, a *agent, number uint32, seed, events uint64) *player {
	begin := uint64(startTicks + turn*uint64(number-1))
	return &player{
		program: p, agent: a, number: number, rnd: seed*threads + uint64(number), left: events, recorded: events, ticks: begin, switchAt: begin + turn,
		slot: make([]byte, slotSize), fresh: true, count: make([]uint64, len(p.cost)), self: make([]uint64, len(p.cost)),
	}
}

// draw returns random bits (splitmix64).
func (p *player) draw() uint64 {
	p.rnd += 0x9e3779b97f4a7c15
	z := p.rnd
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (p *player) done() bool { return p.left == 0 }

func (p *player) call(f *function) {
	p.put(wire.Call, f.base)
	p.push(f, f.base)
}

func (p *player) resume(f *function, line wire.Location) {
	p.put(wire.Resume, f.base+line)
	p.push(f, f.base+line)
}

func (p *player) line(f *function, line wire.Location) {
	p.put(wire.Line, f.base+line)
	p.loc = f.base + line
}

func (p *player) exit(k wire.Kind, f *function) {
	if p.done() {
		return // the frames are still to be written
	}
	p.put(k, f.base)
	p.frames = p.frames[:len(p.frames)-1]
	p.loc = wire.Location(p.frames[len(p.frames)-1].Location)
}

func (p *player) push(f *function, loc wire.Location) {
	if n := len(p.frames); n > 0 {
		p.frames[n-1].Location = uint32(p.loc)
	}
	p.frames = append(p.frames, wire.Frame{EnteredTicks: p.ticks, Code: uint32(f.base), Location: uint32(loc)})
	p.loc = loc
}

// put records an event; after the last one it does nothing.
func (p *player) put(k wire.Kind, loc wire.Location) {
	if p.left == 0 {
		return
	}
	p.left--
	r := p.draw()
	delta := uint64(p.program.cost[loc]+uint32(jitter[r&255])) * unit
	if r>>8&4095 == 0 {
		delta += p.delay(r >> 20)
	}
	if p.at+16 > len(p.slot) || p.fresh {
		if p.begin() {
			delta = 0 // the record begins with the first event
		}
	}
	p.ticks += delta
	p.self[p.loc] += delta
	if k <= wire.Call {
		p.count[loc]++
	}
	if delta > wire.MaxDelta {
		p.word(wire.Pack(wire.Mark, wire.MarkTime, uint32(delta>>32)))
	}
	p.word(wire.Pack(k, loc, uint32(delta)))
}

func (p *player) word(w wire.Event) {
	binary.LittleEndian.PutUint64(p.slot[p.at:], uint64(w))
	p.at += 8
}

// delay is what an event now and then takes longer: because of the system, because
// other threads have their turn, or because the program sleeps.
func (p *player) delay(r uint64) uint64 {
	d := r>>40&255*unit + r&7
	if r>>8&(1<<14-1) == 0 {
		d += sleep
	}
	if p.ticks > p.switchAt {
		d += (threads - 1) * turn
		p.switchAt = p.ticks + d + turn
	}
	return d
}

// begin begins a slot, after it has handed over the one before, and reports whether it is
// the first.
func (p *player) begin() (first bool) {
	first = p.fresh
	if !first {
		p.hand(0)
		p.head.Sequence++
	}
	p.fresh = false
	p.frame()
	n := uint32(len(p.frames))
	p.head = wire.Slot{
		Magic: wire.MagicSlot, HeaderSize: wire.SlotBytes + wire.FrameBytes*n, Thread: p.number, TID: firstTID + p.number - 1,
		Sequence: p.head.Sequence, Ticks: p.ticks, PairTicks: p.ticks, PairMonoNs: nanoseconds(p.ticks), Depth: n, Frames: n,
	}
	b := p.slot[:wire.SlotBytes]
	for _, f := range p.frames {
		b = f.Append(b)
	}
	p.at = len(b)
	return first
}

// frame notes the line of the innermost frame.
func (p *player) frame() {
	if n := len(p.frames); n > 0 {
		p.frames[n-1].Location = uint32(p.loc)
	}
}

// hand gives the slot to the drain.
func (p *player) hand(last uint32) {
	p.head.Used, p.head.Last = uint32(p.at), last
	p.head.Append(p.slot[:0])
	p.agent.hand(p.slot[:p.at])
}

// end hands over the last slot, with all frames open.
func (p *player) end() {
	if !p.fresh {
		p.hand(1)
	}
}

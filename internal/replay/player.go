package replay

import (
	"fmt"

	"tracer/internal/names"
	"tracer/internal/wire"
)

// Player replays a thread's words into a visitor:
//
//	for each slot or segment, by sequence: Enter(its head), Words(its words)
//	Finish()
type Player struct {
	stack
	// Stray is told the events that the visitor is not: those of unknown
	// locations and what closes a frame that is not open. It may be nil.
	Stray func(at int64, k wire.Kind, loc wire.Location)

	v         Visitor
	own       OwnVisitor        // v, if it is one
	pace      PaceVisitor       // v, if it is one
	task      TaskVisitor       // v, if it is one
	collected CollectionVisitor // v, if it is one
	priced    *Pricer           // v, if it is one
	names     *names.Set
	clock     Clock

	ticks   uint64
	pending uint64 // ticks of a time mark that ended a slot
	at      int64
	begun   bool
	next    uint32      // the sequence that continues what was played
	lost    bool        // events are missing before the next head
	opened  [256]opened // by the lowest bits of loc: what was called or went on there last

	off       int64 // of the words at hand, for errors
	unknown   int64 // events of unknown locations or marks
	unknownAt int64 // the first of them
}

// opened is a location where a frame was opened, and its code.
type opened struct {
	loc wire.Location
	met *met
}

// NewPlayer returns a player for one thread. The set may grow between the calls
// of its methods.
func NewPlayer(set *names.Set, clock Clock, v Visitor) *Player {
	p := &Player{stack: stack{met: map[*names.Code]*met{}}, v: v, names: set, clock: clock, unknownAt: -1}
	p.own, _ = v.(OwnVisitor)
	p.pace, _ = v.(PaceVisitor)
	p.task, _ = v.(TaskVisitor)
	p.collected, _ = v.(CollectionVisitor)
	p.priced, _ = v.(*Pricer)
	p.opened[0].loc = 1 // which is never there: location 0, that is no location, is not found
	return p
}

// Head is what stands before a run of words: the head of a slot or of a segment.
type Head struct {
	Sequence uint32 // of its first slot
	Slots    uint32 // how many slots it covers
	Ticks    uint64 // the clock before its first event
	Depth    uint32
	Frames   []byte // wire.Frame each, the innermost
	Lost     uint64 // events lost after its last word
}

// Enter begins a run of words: it takes over the run's time, and its stack where
// what was played before does not tell.
func (p *Player) Enter(h *Head) {
	first, told := !p.begun, p.lost
	continues := h.Sequence == p.next && !p.lost
	p.lost = false
	p.next = h.Sequence + h.Slots
	p.ticks = h.Ticks
	if continues {
		p.ticks += p.pending
	}
	p.pending = 0
	if at := p.clock.NS(h.Ticks); at > p.at || first && p.priced == nil { // moments have begun at 0
		p.at = at
	}
	if first {
		p.begun = true
		p.v.Begin(p.at)
	}
	if !continues && !told { // how many were lost is not known: a slot is missing
		p.v.Gap(p.at, 0)
	}
	if !continues || first {
		p.rebuild(h)
	}
}

// From says that the slot of this sequence is the first to be entered: what was
// before it is not missed.
func (p *Player) From(sequence uint32) { p.next = sequence }

// Ticks returns the clock at the last word.
func (p *Player) Ticks() uint64 { return p.ticks }

// Lost says that so many events are missing after what was played. The stack is
// what the next head says.
func (p *Player) Lost(events uint64) {
	if events == 0 || !p.begun {
		return
	}
	p.v.Gap(p.at, events)
	p.lost = true
}

func (p *Player) rebuild(h *Head) {
	elided, head := p.head(h)
	p.stack.rebuild(elided, head, p.at, p.v)
}

// head reads the frames of a head. One of unknown code, and all below it, count
// as elided.
func (p *Player) head(h *Head) (elided int, head []headFrame) {
	b := h.Frames
	head = make([]headFrame, 0, len(b)/wire.FrameBytes)
	for ; len(b) >= wire.FrameBytes; b = b[wire.FrameBytes:] {
		var f wire.Frame
		f.Decode(b)
		c := p.names.Code(wire.Location(f.Code))
		if c == nil {
			p.bad(p.off)
			head = head[:0]
			continue
		}
		loc := wire.Location(f.Location)
		if loc < c.Base || loc >= c.End {
			loc = c.Base
		}
		head = append(head, headFrame{frame{p.meet(c), f.EnteredTicks}, loc})
	}
	return int(h.Depth) - len(head), head
}

// Finish closes what is open.
func (p *Player) Finish() {
	if p.begun {
		p.closeTo(0, p.at, p.v)
		p.v.End(p.at)
		p.begun = false
	}
}

// At returns the time of the last event.
func (p *Player) At() int64 { return p.at }

// Begun reports whether anything was entered.
func (p *Player) Begun() bool { return p.begun }

// Elided returns how many frames are open that no head tells.
func (p *Player) Elided() int { return p.elided }

// Offset says where in its file the words come from that are played next.
func (p *Player) Offset(off int64) { p.off = off }

// Err says what could not be understood so far: nil, or a *wire.CorruptError.
func (p *Player) Err() error {
	if p.unknown == 0 {
		return nil
	}
	return &wire.CorruptError{Offset: p.unknownAt, What: fmt.Sprintf("%d events of unknown locations, the first here", p.unknown)}
}

func (p *Player) bad(off int64) {
	if p.unknown == 0 {
		p.unknownAt = off
	}
	p.unknown++
}

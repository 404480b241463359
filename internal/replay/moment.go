package replay

import (
	"math"

	"tracer/internal/names"
	"tracer/internal/wire"
)

// Moment is a point on a thread's two clocks: the time, and what recording had cost up
// to then.
type Moment struct {
	At   int64 // ticks
	Cost int64 // names.CostUnit-ths of a tick, from where the visitor began
}

// OpenFrame is a frame that is open where a MomentVisitor begins.
type OpenFrame struct {
	Code    *names.Code
	Loc     wire.Location // its current line; its code's base before its first line
	Entered int64         // ticks: when it was opened, or adopted
	Whole   bool          // that was in an earlier part of what is visited
	Task    uint32        // that it belongs to, 0: none, or one within which another one runs
}

// MomentVisitor is a Visitor that is told costs beside times: the rules are those of
// package summary. At an event the moment is what holds after its cost before it was
// charged and before its cost after it is, so that differences of moments are right for
// the frame that ends there and for the one that begins there.
type MomentVisitor interface {
	// Begin is the first call. open are the frames that are open then, the outermost
	// first; they are valid during the call.
	Begin(m Moment, open []OpenFrame)
	// Open, Line and Close are as in Visitor.
	Open(m Moment, c *names.Code, loc wire.Location, k wire.Kind)
	Line(m Moment, loc wire.Location)
	Close(m Moment, k wire.Kind)
	// Gap says that events were lost here: how many, 0 if that is not known.
	Gap(m Moment, lost uint64)
	// End is the last call. What is open then stays open.
	End(m Moment)
}

// MomentTaskVisitor is a MomentVisitor that wants to know which task the thread runs, as
// TaskVisitor has it.
type MomentTaskVisitor interface {
	Task(m Moment, task uint32)
}

// MomentCollectionVisitor is a MomentVisitor that wants to know of collections of garbage, as
// CollectionVisitor has it.
type MomentCollectionVisitor interface {
	Collection(m Moment, ticks uint64, generation int)
}

// never is a time at which nothing is called.
const never = math.MinInt64

// Pricer is a Visitor that makes moments: a player of it, which must be Uncalibrated, tells
// a MomentVisitor. Until the player's Start it only follows the stack.
type Pricer struct {
	v      MomentVisitor
	tasks  MomentTaskVisitor // v, if it is one
	silent bool
	task   uint32

	collections MomentCollectionVisitor // v, if it is one

	open   []OpenFrame // as long as it is silent
	cost   int64       // of all so far
	fresh  int64       // when the innermost frame was called, if nothing came after the call
	before [16]int64   // by kind
	after  [16]int64
	first  int64
	costs  names.Costs // at the pace at which they were measured
	pace   int64       // at which before, after and first are
}

// NewPricer returns a pricer for a process where events cost so much.
func NewPricer(c names.Costs, v MomentVisitor) *Pricer {
	p := &Pricer{v: v, silent: true, fresh: never, costs: c, pace: names.PaceSteps}
	p.tasks, _ = v.(MomentTaskVisitor)
	p.collections, _ = v.(MomentCollectionVisitor)
	p.take(&c)
	return p
}

// take makes c what events cost.
func (p *Pricer) take(c *names.Costs) {
	for k := range wire.Mark {
		p.before[k], p.after[k] = int64(c.Before[k]), int64(c.After[k])
	}
	p.before[wire.Line], p.first = 0, int64(c.First)
}

// Start begins to tell the pricer's visitor, at a time that no event is before: frames
// that were opened at since or later are whole.
func (p *Player) Start(at, since int64) {
	c := p.priced
	for i := range c.open {
		f := &c.open[i]
		f.Entered = int64(p.frames[i].entered)
		f.Whole = f.Entered >= since
	}
	p.at = max(p.at, at)
	c.silent, c.cost = false, 0
	own(c.open, c.task)
	c.v.Begin(Moment{At: p.at}, c.open)
}

// own gives the frames of a task to it: its coroutine, which none has called or resumed, and
// those within.
func own(open []OpenFrame, task uint32) {
	if task == 0 {
		return
	}
	for i := len(open) - 1; i >= 0; i-- {
		open[i].Task = task
		if open[i].Code.Coroutine() && (i == 0 || !open[i-1].Code.Coroutine()) {
			return
		}
	}
}

// Stop ends what Start began, at a time that no event is after.
func (p *Player) Stop(at int64) {
	p.at = max(p.at, at)
	p.priced.v.End(Moment{p.at, p.priced.cost})
}

// Begin and End make a Pricer a Visitor: Start and Stop are for them.
func (p *Pricer) Begin(int64) {}

// End implements Visitor.
func (p *Pricer) End(int64) {}

// Open implements Visitor.
func (p *Pricer) Open(at int64, c *names.Code, loc wire.Location, k wire.Kind) {
	p.cost += p.before[k&15]
	if p.silent {
		p.open = append(p.open, OpenFrame{Code: c, Loc: loc})
	} else {
		p.v.Open(Moment{at, p.cost}, c, loc, k)
	}
	p.cost += p.after[k&15]
	p.fresh = never
	if k == wire.Call || k == Adopted && loc == c.Base {
		p.fresh = at
	}
}

// Line implements Visitor.
func (p *Pricer) Line(at int64, loc wire.Location) {
	after := p.after[wire.Line]
	if at == p.fresh { // the clock was read once for both
		p.fresh = never
		p.cost -= p.after[wire.Call]
		after = p.first
	}
	if p.silent {
		p.open[len(p.open)-1].Loc = loc
	} else {
		p.v.Line(Moment{at, p.cost}, loc)
	}
	p.cost += after
}

// Close implements Visitor.
func (p *Pricer) Close(at int64, k wire.Kind) {
	p.cost += p.before[k&15]
	if p.silent {
		p.open = p.open[:len(p.open)-1]
	} else {
		p.v.Close(Moment{at, p.cost}, k)
	}
	p.cost += p.after[k&15]
	p.fresh = never
}

// Gap implements Visitor.
func (p *Pricer) Gap(at int64, lost uint64) {
	p.task = 0
	if !p.silent {
		p.v.Gap(Moment{at, p.cost}, lost)
	}
}

// Own implements OwnVisitor.
func (p *Pricer) Own(_ int64, ticks uint64) { p.cost += int64(ticks * names.CostUnit) }

// Pace implements PaceVisitor.
func (p *Pricer) Pace(_ int64, ticks uint64) {
	if pace := p.costs.PaceOf(ticks); pace != p.pace {
		p.pace = pace
		c := p.costs.At(pace)
		p.take(&c)
	}
}

// Gapped reports whether events are missing before the slot of this sequence, which is
// the next to be entered.
func (p *Player) Gapped(sequence uint32) bool { return p.lost || sequence != p.next }

// Miss says that what was played is not all up to what is entered next: how much is missing
// is not known.
func (p *Player) Miss() { p.next-- }

// Waited says that what is before the first slot ended with a time mark of so many ticks.
func (p *Player) Waited(ticks uint64) { p.pending = ticks }

// Task implements TaskVisitor.
func (p *Pricer) Task(at int64, task uint32) {
	p.task = task
	if !p.silent && p.tasks != nil {
		p.tasks.Task(Moment{at, p.cost}, task)
	}
}

// Collection implements CollectionVisitor.
func (p *Pricer) Collection(at int64, ticks uint64, generation int) {
	if !p.silent && p.collections != nil {
		p.collections.Collection(Moment{at, p.cost}, ticks, generation)
	}
}

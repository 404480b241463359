package verify

import (
	"tracer/internal/names"
	"tracer/internal/replay"
	"tracer/internal/summary"
	"tracer/internal/wire"
)

// frame is an open frame.
type frame struct {
	code    *names.Code
	loc     wire.Location
	entered uint64
}

// frames is the visitor of a replay: it keeps the open frames, and hands on what it
// is told to what adds it up, if anything does.
type frames struct {
	open []frame
	sums *summary.Builder
}

// Begin implements replay.Visitor.
func (f *frames) Begin(at int64) {
	if f.sums != nil {
		f.sums.Begin(at)
	}
}

// Open implements replay.Visitor.
func (f *frames) Open(at int64, c *names.Code, loc wire.Location, k wire.Kind) {
	f.open = append(f.open, frame{c, loc, uint64(at)})
	if f.sums != nil {
		f.sums.Open(at, c, loc, k)
	}
}

// Line implements replay.Visitor.
func (f *frames) Line(at int64, loc wire.Location) {
	f.open[len(f.open)-1].loc = loc
	if f.sums != nil {
		f.sums.Line(at, loc)
	}
}

// Close implements replay.Visitor.
func (f *frames) Close(at int64, k wire.Kind) {
	f.open = f.open[:len(f.open)-1]
	if f.sums != nil {
		f.sums.Close(at, k)
	}
}

// Gap implements replay.Visitor.
func (f *frames) Gap(at int64, lost uint64) {
	if f.sums != nil {
		f.sums.Gap(at, lost)
	}
}

// Pace implements replay.PaceVisitor.
func (f *frames) Pace(at int64, ticks uint64) {
	if f.sums != nil {
		f.sums.Pace(at, ticks)
	}
}

// Own implements replay.OwnVisitor.
func (f *frames) Own(at int64, ticks uint64) {
	if f.sums != nil {
		f.sums.Own(at, ticks)
	}
}

// End implements replay.Visitor.
func (f *frames) End(at int64) {
	if f.sums != nil {
		f.sums.End(at)
	}
}

// play is a replay of a thread, with what it adds up to.
type play struct {
	*replay.Player
	frames *frames
	apart  bool // what comes next does not go on where this ended
}

// newPlay returns a replay that begins with the slot of this sequence. Tree is that
// of the sums, nil for none.
func (p *process) newPlay(sequence uint32, tree *summary.Contexts) *play {
	f := &frames{}
	if tree != nil {
		f.sums = summary.NewBuilder(p.rows, tree)
	}
	pl := &play{Player: replay.NewPlayer(p.names, replay.Uncalibrated, f), frames: f, apart: true}
	pl.From(sequence)
	return pl
}

// run plays a piece.
func (pl *play) run(r *run) {
	pl.Offset(r.offset)
	pl.Enter(&r.Head)
	if pl.apart {
		pl.take(r.Frames)
	}
	pl.Words(r.words)
	pl.Lost(r.Lost)
	pl.apart = r.Lost > 0
}

// take makes the times of the innermost frames those that a head tells: a visitor is
// not told when they were entered.
func (pl *play) take(b []byte) {
	open := pl.frames.open
	n := len(b) / wire.FrameBytes
	for i := 1; i <= min(n, len(open)); i++ {
		var f wire.Frame
		f.Decode(b[(n-i)*wire.FrameBytes:])
		if at := &open[len(open)-i]; at.code.Base == wire.Location(f.Code) {
			at.entered = f.EnteredTicks
		}
	}
}

// run is what a segment or slot holds.
type run struct {
	replay.Head
	piece  *piece
	file   string
	offset int64 // of the words
	at     int64 // of the head
	words  []byte
	end    uint64 // the clock at the last word
	events uint64
	lost   uint64 // within and after it
	tid    uint32
	last   bool
}

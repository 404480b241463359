package query

import (
	"context"
	"fmt"

	"tracer/internal/wire"
	"tracer/trace"
)

// Frames of which it is known late whether they are long enough are told by a second
// replay, which runs ahead and says what becomes of each: all that it keeps is the frames
// that are open, however much happens before it knows.

// verdict says of some frames, in the order in which they were opened, that they are too
// short, and of the one after them that it is not. Frames that were opened in a frame that is
// too short have none.
type verdict struct {
	short uint64
	long  bool
	at    int64 // ticks: when the long one was opened
}

// verdicts are told in chunks.
const (
	chunkVerdicts = 1024
	chunks        = 16
)

// replayLong replays the part without what is too short.
func (p *Part) replayLong(s *shower) error {
	ctx := p.ctx
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, stop := context.WithCancel(ctx)
	verdicts, done := make(chan []verdict, chunks), make(chan struct{})
	d := &decider{ctx: ctx, takes: (&shower{filter: s.filter}).takes, tasks: newTasks(p.query.Tasks), least: leastTicks(p.Thread().Process, p.query.MinDuration), chunks: verdicts}
	s.long = &deciding{chunks: verdicts}
	go func() {
		defer close(done)
		defer close(verdicts)
		// What it cannot read is told by the other replay.
		_ = p.part.ReplayWhile(d, func(uint64) error { return d.flush() })
		_ = d.flush()
	}()
	err := p.part.ReplayWhile(s, func(events uint64) error {
		if s.long.err != nil {
			return s.long.err
		}
		return p.step(events)
	})
	stop()
	<-done
	if err == nil {
		err = s.long.err
	}
	return err
}

// leastTicks returns the ticks of the shortest time that is as long.
func leastTicks(p *trace.Process, ns int64) int64 {
	least := int64(0)
	for bit := int64(1) << 61; bit > 0; bit >>= 1 {
		if p.Span(uint64(least+bit-1)) < ns {
			least += bit
		}
	}
	return least
}

// deciding is what the decider has found out so far.
type deciding struct {
	chunks <-chan []verdict
	chunk  []verdict
	err    error
}

// next reports whether the next frame that was opened, at a time, is long enough.
func (d *deciding) next(at int64) bool {
	for {
		if len(d.chunk) == 0 {
			var ok bool
			if d.chunk, ok = <-d.chunks; !ok {
				return false
			}
			continue
		}
		v := &d.chunk[0]
		if v.short > 0 {
			v.short--
			return false
		}
		long := v.long
		if long && v.at != at && d.err == nil {
			d.err = fmt.Errorf("replay calls of a duration: one at %d ticks, expected at %d: the trace has changed while it was read", at, v.at)
		}
		d.chunk = d.chunk[1:]
		if long {
			return true
		}
	}
}

// decider is the visitor that runs ahead.
type decider struct {
	takes func(*trace.Code) bool
	tasks *tasks // nil: all
	least int64  // ticks

	frames    []bool      // that are open: whether they are candidates
	undecided []candidate // the others, which they all lie within
	short     uint64      // frames that are too short, after the innermost candidate's opening
	chunk     []verdict
	chunks    chan<- []verdict
	ctx       context.Context
}

// candidate is a frame that may turn out to be too short.
type candidate struct {
	at    int64
	short uint64 // frames before it that are, after the candidate around it was opened
}

// reach decides what is long enough at a time.
func (d *decider) reach(at int64) {
	n := 0
	for n < len(d.undecided) && at-d.undecided[n].at >= d.least {
		d.say(verdict{d.undecided[n].short, true, d.undecided[n].at})
		n++
	}
	d.undecided = d.undecided[:copy(d.undecided, d.undecided[n:])]
}

// say adds a verdict.
func (d *decider) say(v verdict) {
	if d.chunk = append(d.chunk, v); len(d.chunk) == chunkVerdicts {
		d.send()
	}
}

func (d *decider) send() {
	select {
	case d.chunks <- d.chunk:
	case <-d.ctx.Done():
	}
	d.chunk = nil
}

// flush tells all that is decided. The error is that of the end.
func (d *decider) flush() error {
	short := &d.short
	if len(d.undecided) > 0 {
		short = &d.undecided[0].short
	}
	if *short > 0 {
		d.say(verdict{short: *short})
		*short = 0
	}
	if len(d.chunk) > 0 {
		d.send()
	}
	return d.ctx.Err()
}

func (d *decider) push(c *trace.Code, at int64) {
	taken := (d.tasks == nil || d.tasks.take(c)) && d.takes(c)
	d.frames = append(d.frames, taken)
	if taken {
		d.undecided = append(d.undecided, candidate{at, d.short})
		d.short = 0
	}
}

// Begin implements trace.PartVisitor.
func (d *decider) Begin(m trace.Moment, open []trace.OpenFrame) {
	for _, f := range open {
		d.task(f.Task)
		d.push(f.Code, f.Entered)
	}
	d.reach(m.At)
}

// Open implements trace.PartVisitor.
func (d *decider) Open(m trace.Moment, c *trace.Code, _ wire.Location, _ wire.Kind) {
	d.reach(m.At)
	d.push(c, m.At)
}

// Line implements trace.PartVisitor.
func (d *decider) Line(m trace.Moment, _ wire.Location) { d.reach(m.At) }

// Close implements trace.PartVisitor.
func (d *decider) Close(m trace.Moment, _ wire.Kind) {
	d.reach(m.At)
	n := len(d.frames) - 1
	taken := d.frames[n]
	d.frames = d.frames[:n]
	if last := len(d.undecided) - 1; taken && last >= 0 {
		d.short = d.undecided[last].short + 1
		d.undecided = d.undecided[:last]
	}
}

// Task implements trace.TaskVisitor.
func (d *decider) Task(_ trace.Moment, task uint32) { d.task(task) }

func (d *decider) task(number uint32) {
	if d.tasks != nil {
		d.tasks.task(number)
	}
}

// Gap implements trace.PartVisitor.
func (d *decider) Gap(trace.Moment, uint64) { d.task(0) }

// End implements trace.PartVisitor.
func (d *decider) End(m trace.Moment) { d.reach(m.At) }

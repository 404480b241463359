package replay_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"tracer/internal/names"
	"tracer/internal/replay"
	"tracer/internal/wire"
)

// momentRecorder writes down moments and what is at them.
type momentRecorder struct{ strings.Builder }

func (r *momentRecorder) say(m replay.Moment, format string, args ...any) {
	fmt.Fprintf(r, "%d %d %s\n", m.At, m.Cost, fmt.Sprintf(format, args...))
}

func (r *momentRecorder) Begin(m replay.Moment, open []replay.OpenFrame) {
	r.say(m, "begin")
	for _, f := range open {
		fmt.Fprintf(r, "in %s:%d from %d %t\n", f.Code.Qualname, f.Code.Line(f.Loc), f.Entered, f.Whole)
	}
}

func (r *momentRecorder) Open(m replay.Moment, c *names.Code, loc wire.Location, k wire.Kind) {
	r.say(m, "open %s:%d %s", c.Qualname, c.Line(loc), kind(k))
}

func (r *momentRecorder) Line(m replay.Moment, loc wire.Location) { r.say(m, "line %d", loc) }
func (r *momentRecorder) Close(m replay.Moment, k wire.Kind)      { r.say(m, "close %s", kind(k)) }
func (r *momentRecorder) Gap(m replay.Moment, lost uint64)        { r.say(m, "gap %d", lost) }
func (r *momentRecorder) End(m replay.Moment)                     { r.say(m, "end") }

// costs has a different one for everything; a call's is 30 and then 700.
func costs() names.Costs {
	c := names.Costs{First: 1100, Pace: 100}
	c.After[wire.Line] = 1000
	c.Before[wire.Call], c.After[wire.Call] = 30, 700
	c.Before[wire.Return], c.After[wire.Return] = 40, 500
	c.Before[wire.Yield], c.After[wire.Yield] = -50, 600
	c.Before[wire.Unwind], c.After[wire.Unwind] = 60, 650
	c.Before[wire.Resume], c.After[wire.Resume] = 70, -300
	c.Before[wire.Throw], c.After[wire.Throw] = 80, 400
	return c
}

func mark(loc wire.Location, ticks uint32) wire.Event { return wire.Pack(wire.Mark, loc, ticks) }

func TestMoments(t *testing.T) {
	inMain := wire.Frame{EnteredTicks: 3, Code: 1, Location: 2}
	for _, test := range []struct {
		name  string
		play  func(p *replay.Player)
		start int64
		words []wire.Event
		want  string
	}{
		{"an event is before its own cost", nil, 0, []wire.Event{call(1, 5), line(2, 1), line(3, 2), leave(1, 3)},
			"0 0 begin, 5 30 open main:1 call, 6 730 line 2, 8 1730 line 3, 11 2770 close return, 11 3270 end"},
		{"the first line of a call has its time and takes its cost back", nil, 0, []wire.Event{call(1, 5), line(2, 0), line(3, 2)},
			"0 0 begin, 5 30 open main:1 call, 5 30 line 2, 7 1130 line 3, 7 2130 end"},
		{"but not after another event", nil, 0, []wire.Event{call(1, 5), call(7, 1), leave(7, 0), line(2, 0)},
			"0 0 begin, 5 30 open main:1 call, 6 760 open f:10 call, 6 1500 close return, 6 2000 line 2, 6 3000 end"},
		{"the tracer's own time is 256 for a tick", nil, 0, []wire.Event{mark(wire.MarkOwn, 2), call(1, 5), mark(wire.MarkOwn, 1), line(2, 0)},
			"0 0 begin, 5 542 open main:1 call, 5 798 line 2, 5 1898 end"},
		{"costs are as the CPU is fast", nil, 0, []wire.Event{call(1, 5), mark(wire.MarkPace, 200), line(2, 1), mark(wire.MarkPace, 50), line(2, 1), mark(wire.MarkPace, 0), line(2, 1)},
			"0 0 begin, 5 30 open main:1 call, 6 730 line 2, 7 2730 line 2, 8 3230 line 2, 8 4230 end"},
		{"frames that no event opened or closed cost nothing", nil, 0, []wire.Event{line(8, 5), call(1, 1), leave(7, 1)},
			"0 0 begin, 5 0 open f:11 adopted, 5 0 line 8, 6 1030 open main:1 call, 7 1730 close implied, 7 1770 close return, 7 2270 end"},
		{"what a gap costs is not known", nil, 0, []wire.Event{call(1, 5), mark(wire.MarkGap, 3), line(2, 0)},
			"0 0 begin, 5 30 open main:1 call, 5 730 gap 3, 5 30 line 2, 5 1130 end"},
		{"generators go on", nil, 0, []wire.Event{resume(12, 1), yield(11, 2), wire.Pack(wire.Throw, 12, 1), wire.Pack(wire.Unwind, 11, 1)},
			"0 0 begin, 1 70 open g:21 resume, 3 -280 close yield, 4 400 open g:21 throw, 5 860 close unwind, 5 1510 end"},
		{"frames that are open at the begin are in it", func(p *replay.Player) {
			p.Enter(&replay.Head{Slots: 1, Ticks: 10, Depth: 2, Frames: frames(inMain, wire.Frame{EnteredTicks: 8, Code: 7, Location: 9})})
		}, 10, []wire.Event{line(8, 1)},
			"10 0 begin, in main:1 from 3 false, in f:12 from 8 true, 11 0 line 8, 11 1000 end"},
		{"the first line of a call in what was before takes its cost back too", func(p *replay.Player) {
			p.Enter(&replay.Head{Slots: 1, Ticks: 10, Depth: 1, Frames: frames(wire.Frame{EnteredTicks: 10, Code: 7})})
		}, 10, []wire.Event{line(8, 0), line(9, 1)},
			"10 0 begin, in f:10 from 10 true, 10 -700 line 8, 11 400 line 9, 11 1400 end"},
		{"what is before the begin costs nothing, but is there", func(p *replay.Player) {
			p.Enter(&replay.Head{Slots: 1})
			p.Words(words(call(1, 5), mark(wire.MarkPace, 200), line(2, 1), call(7, 1), line(8, 0), call(7, 0), leave(7, 0), mark(wire.MarkGap, 1)))
		}, 8, []wire.Event{line(9, 3)},
			"8 0 begin, in main:1 from 5 false, in f:11 from 7 true, 10 0 line 9, 10 2000 end"},
		{"a run that follows what is missing", func(p *replay.Player) {
			p.From(5)
			if p.Enter(&replay.Head{Sequence: 5, Slots: 1}); p.Gapped(6) || !p.Gapped(7) {
				t.Error("slot 6 follows slot 5")
			}
			if p.Miss(); !p.Gapped(6) {
				t.Error("what is missing is no gap")
			}
		}, 0, nil, "0 0 begin, 0 0 end"},
		{"a long wait that began before", func(p *replay.Player) {
			p.Waited(2 << 32)
			p.Enter(&replay.Head{Slots: 1, Ticks: 10})
		}, 10, []wire.Event{call(1, 3)}, "10 0 begin, 8589934605 30 open main:1 call, 8589934605 730 end"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var r momentRecorder
			p := replay.NewPlayer(set(t), replay.Uncalibrated, replay.NewPricer(costs(), &r))
			if test.play != nil {
				test.play(p)
			} else {
				p.Enter(&replay.Head{Slots: 1})
			}
			since := int64(7)
			p.Start(test.start, since)
			p.Words(words(test.words...))
			p.Stop(0)
			if got := strings.ReplaceAll(strings.TrimSpace(r.String()), "\n", ", "); got != test.want {
				t.Errorf("%s\nexpected %s", got, test.want)
			}
		})
	}
}

// priced makes moments of a plain visitor, by the rules of package summary: the slow way.
type priced struct {
	momentRecorder
	costs   names.Costs // at the pace
	cost    int64
	called  bool // what came last is a call, or a frame that is at no line yet
	callAt  int64
	measure names.Costs
}

func (r *priced) now(at int64) replay.Moment { return replay.Moment{At: at, Cost: r.cost} }

func (r *priced) event(at int64, k wire.Kind, tell func(m replay.Moment)) {
	if k < wire.Mark && k != wire.Line {
		r.cost += int64(r.costs.Before[k])
	}
	after := int64(0)
	if k < wire.Mark {
		after = int64(r.costs.After[k])
	}
	if k == wire.Line && r.called && r.callAt == at {
		r.cost -= int64(r.costs.After[wire.Call])
		after = int64(r.costs.First)
	}
	tell(r.now(at))
	r.cost += after
	r.called = k == wire.Call
}

func (r *priced) Begin(at int64) { r.momentRecorder.Begin(r.now(at), nil) }

func (r *priced) Open(at int64, c *names.Code, loc wire.Location, k wire.Kind) {
	r.event(at, k, func(m replay.Moment) { r.momentRecorder.Open(m, c, loc, k) })
	r.called = r.called || k == replay.Adopted && loc == c.Base
	r.callAt = at
}

func (r *priced) Line(at int64, loc wire.Location) {
	r.event(at, wire.Line, func(m replay.Moment) { r.momentRecorder.Line(m, loc) })
}

func (r *priced) Close(at int64, k wire.Kind) {
	r.event(at, k, func(m replay.Moment) { r.momentRecorder.Close(m, k) })
}

func (r *priced) Gap(at int64, lost uint64)  { r.momentRecorder.Gap(r.now(at), lost) }
func (r *priced) End(at int64)               { r.momentRecorder.End(r.now(at)) }
func (r *priced) Own(_ int64, ticks uint64)  { r.cost += 256 * int64(ticks) }
func (r *priced) Pace(_ int64, ticks uint64) { r.costs = r.measure.At(r.measure.PaceOf(ticks)) }

// TestMomentsAreThoseOfAPlainVisitor plays random words in random pieces.
func TestMomentsAreThoseOfAPlainVisitor(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	s := set(t)
	locations := []wire.Location{1, 2, 3, 7, 8, 9, 11, 12, 13, 1000, 1001, 1256, 1257, 4000}
	for round := range 300 {
		var events []wire.Event
		for range 200 {
			loc, delta := locations[rnd.IntN(len(locations))], rnd.Uint32N(3)
			switch rnd.IntN(20) {
			case 0:
				events = append(events, mark([]wire.Location{wire.MarkTime, wire.MarkGap, wire.MarkOwn, wire.MarkPace}[rnd.IntN(4)], rnd.Uint32N(300)))
			default:
				events = append(events, wire.Pack(wire.Kind(rnd.IntN(7)), loc, delta))
			}
		}
		plain := &priced{costs: costs(), measure: costs()}
		var fast momentRecorder
		a := replay.NewPlayer(s, replay.Uncalibrated, plain)
		b := replay.NewPlayer(s, replay.Uncalibrated, replay.NewPricer(costs(), &fast))
		head := replay.Head{Slots: 1, Ticks: uint64(round)}
		a.Enter(&head)
		b.Enter(&head)
		b.Start(0, math.MaxInt64)
		a.Words(words(events...))
		for rest := words(events...); len(rest) > 0; {
			n := min(len(rest), 8*(1+rnd.IntN(50)))
			if used := b.Words(rest[:n]); used != n {
				t.Fatalf("%d of %d bytes", used, n)
			}
			rest = rest[n:]
		}
		plain.End(a.At())
		b.Stop(0)
		if plain.String() != fast.String() {
			t.Fatalf("round %d: got\n%s\nexpected\n%s", round, fast.String(), plain.String())
		}
	}
}

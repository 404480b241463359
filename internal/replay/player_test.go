package replay_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"tracer/internal/replay"
	"tracer/internal/wire"
)

func call(loc wire.Location, delta uint32) wire.Event   { return wire.Pack(wire.Call, loc, delta) }
func line(loc wire.Location, delta uint32) wire.Event   { return wire.Pack(wire.Line, loc, delta) }
func leave(loc wire.Location, delta uint32) wire.Event  { return wire.Pack(wire.Return, loc, delta) }
func resume(loc wire.Location, delta uint32) wire.Event { return wire.Pack(wire.Resume, loc, delta) }
func yield(loc wire.Location, delta uint32) wire.Event  { return wire.Pack(wire.Yield, loc, delta) }

// TestPlayer has a row for what is of runs of words and their heads; the rules of the
// stack are compared in TestStackIsAsDocumented.
func TestPlayer(t *testing.T) {
	inF := wire.Frame{EnteredTicks: 3, Code: 7, Location: 8}
	inMain := wire.Frame{EnteredTicks: 1, Code: 1, Location: 2}
	upper := wire.Pack(wire.Mark, wire.MarkTime, 1)
	for _, test := range []struct {
		name string
		play func(p *replay.Player)
		want string
	}{
		{"nothing was entered", func(p *replay.Player) { p.Lost(3) }, ""},
		{"runs that follow each other are one", func(p *replay.Player) {
			p.Enter(&replay.Head{Slots: 2, Ticks: 10})
			p.Words(words(call(1, 5)))
			p.Enter(&replay.Head{Sequence: 2, Slots: 1, Ticks: 15, Depth: 1, Frames: frames(inF)})
			p.Words(words(line(2, 1)))
		}, "10 begin, 15 open main:1 call, 16 line 1, 16 close main implied, 16 end"},
		{"a missing slot is a gap, and the head says what is open", func(p *replay.Player) {
			p.Enter(&replay.Head{Slots: 1, Ticks: 10})
			p.Words(words(call(1, 5)))
			p.Enter(&replay.Head{Sequence: 2, Slots: 1, Ticks: 20, Depth: 2, Frames: frames(inMain, inF)})
			p.Words(words(line(9, 1)))
		}, "10 begin, 15 open main:1 call, 20 gap 0, 20 close main implied, 20 open main:1 adopted, 20 open f:11 adopted, 21 line 12, 21 close f implied, 21 close main implied, 21 end"},
		{"frames that were open before a gap stay open", func(p *replay.Player) {
			p.Enter(&replay.Head{Slots: 1, Ticks: 0})
			p.Words(words(call(1, 1), call(7, 2), call(11, 1)))
			p.Enter(&replay.Head{Sequence: 5, Slots: 1, Ticks: 20, Depth: 2, Frames: frames(inMain, inF)})
		}, "0 begin, 1 open main:1 call, 3 open f:10 call, 4 open g:20 call, 20 gap 0, 20 close g implied, 20 close f implied, 20 close main implied, 20 end"},
		{"what was lost after a run is told once", func(p *replay.Player) {
			p.Enter(&replay.Head{Slots: 1, Ticks: 10})
			p.Words(words(call(1, 5)))
			p.Lost(0)
			p.Lost(7)
			p.Enter(&replay.Head{Sequence: 1, Slots: 1, Ticks: 20, Depth: 1, Frames: frames(inF)})
		}, "10 begin, 15 open main:1 call, 15 gap 7, 20 close main implied, 20 open f:11 adopted, 20 close f implied, 20 end"},
		{"a record that begins late is a gap", func(p *replay.Player) {
			p.Enter(&replay.Head{Sequence: 3, Slots: 1, Ticks: 20, Depth: 9, Frames: frames(inF)})
		}, "20 begin, 20 gap 0, 20 open f:11 adopted, 20 close f implied, 20 end"},
		{"unless it is to begin there", func(p *replay.Player) {
			p.From(3)
			p.Enter(&replay.Head{Sequence: 3, Slots: 1, Ticks: 20, Depth: 9, Frames: frames(inF)})
		}, "20 begin, 20 open f:11 adopted, 20 close f implied, 20 end"},
		{"a frame of unknown code hides those below it", func(p *replay.Player) {
			p.Enter(&replay.Head{Slots: 1, Depth: 3, Frames: frames(inMain, wire.Frame{Code: 900}, inF)})
		}, "0 begin, 0 open f:11 adopted, 0 close f implied, 0 end"},
		{"a frame at a location of other code is at its own", func(p *replay.Player) {
			p.Enter(&replay.Head{Slots: 1, Depth: 1, Frames: frames(wire.Frame{Code: 7, Location: 12})})
		}, "0 begin, 0 open f:10 adopted, 0 close f implied, 0 end"},
		{"a long wait is two words", func(p *replay.Player) {
			p.Enter(&replay.Head{Slots: 1})
			p.Words(words(upper, call(1, 3)))
		}, "0 begin, 4294967299 open main:1 call, 4294967299 close main implied, 4294967299 end"},
		{"also where these are of two runs", func(p *replay.Player) {
			p.Enter(&replay.Head{Slots: 1})
			p.Words(words(call(1, 3), upper))
			p.Enter(&replay.Head{Sequence: 1, Slots: 1, Ticks: 3})
			p.Words(words(line(2, 4)))
		}, "0 begin, 3 open main:1 call, 4294967303 line 1, 4294967303 close main implied, 4294967303 end"},
		{"but not over a gap", func(p *replay.Player) {
			p.Enter(&replay.Head{Slots: 1})
			p.Words(words(call(1, 3), upper))
			p.Enter(&replay.Head{Sequence: 2, Slots: 1, Ticks: 5})
		}, "0 begin, 3 open main:1 call, 5 gap 0, 5 close main implied, 5 end"},
		{"time never falls", func(p *replay.Player) {
			p.Enter(&replay.Head{Slots: 1, Ticks: 100})
			p.Words(words(call(1, 3)))
			p.Enter(&replay.Head{Sequence: 1, Slots: 1, Ticks: 50})
			p.Words(words(line(2, 1), line(3, 60)))
		}, "100 begin, 103 open main:1 call, 103 line 1, 111 line 2, 111 close main implied, 111 end"},
		{"a gap within a run changes nothing else", func(p *replay.Player) {
			p.Enter(&replay.Head{Slots: 1})
			p.Words(words(call(1, 3), wire.Pack(wire.Mark, wire.MarkGap, 9), line(2, 1)))
		}, "0 begin, 3 open main:1 call, 3 gap 9, 4 line 1, 4 close main implied, 4 end"},
		{"a generator goes on where it was", func(p *replay.Player) {
			p.Enter(&replay.Head{Slots: 1})
			for range 2 { // the second time it is known
				p.Words(words(resume(12, 1), yield(11, 1)))
			}
			p.Words(words(call(12, 1)))
		}, "0 begin, 1 open g:21 resume, 2 close g yield, 3 open g:21 resume, 4 close g yield, 5 open g:20 call, 5 close g implied, 5 end"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var r recorder
			p := replay.NewPlayer(set(t), replay.Uncalibrated, &r)
			test.play(p)
			if p.Begun() != (r.Len() > 0) || p.At() != r.last {
				t.Errorf("begun %t, at %d", p.Begun(), p.At())
			}
			p.Finish()
			p.Finish()
			if got := strings.ReplaceAll(strings.TrimSpace(r.String()), "\n", ", "); got != test.want || len(r.wrong) > 0 {
				t.Errorf("%s\nexpected %s\n%v", got, test.want, r.wrong)
			}
		})
	}
}

func TestElidedFrames(t *testing.T) {
	p := replay.NewPlayer(set(t), replay.Uncalibrated, &recorder{})
	p.Enter(&replay.Head{Slots: 1, Depth: 9, Frames: frames(wire.Frame{Code: 1}, wire.Frame{Code: 900}, wire.Frame{Code: 7})})
	if p.Elided() != 8 {
		t.Errorf("%d frames are not told, expected 8", p.Elided())
	}
}

func TestWordsEndAtAZero(t *testing.T) {
	var r recorder
	p := replay.NewPlayer(set(t), replay.Uncalibrated, &r)
	p.Enter(&replay.Head{Slots: 1})
	b := words(call(1, 1), line(2, 1), 0, line(3, 1))
	if n := p.Words(b); n != 16 || p.Ticks() != 2 || p.At() != 2 {
		t.Errorf("%d bytes up to %d, expected 16 up to 2", n, p.Ticks())
	}
	if n := p.Words(b[:12]); n != 8 {
		t.Errorf("%d of 12 bytes, expected 8", n)
	}
}

func TestNamesMayGrowBetweenCalls(t *testing.T) {
	s := set(t)
	var r recorder
	p := replay.NewPlayer(s, replay.Uncalibrated, &r)
	p.Enter(&replay.Head{Slots: 1})
	known := len(s.Codes())
	p.Words(words(call(7, 1)))
	grow(t, s)
	if len(s.Codes()) != known+1 {
		t.Fatal("the set did not grow")
	}
	p.Words(words(call(5000, 1), line(5001, 1)))
	if err := p.Err(); err != nil || !strings.Contains(r.String(), "2 open late:1 call\n3 line 2\n") {
		t.Errorf("%v\n%s", err, r.String())
	}
}

func TestUnknownEvents(t *testing.T) {
	var r recorder
	var strays []string
	p := replay.NewPlayer(set(t), replay.Uncalibrated, &r)
	p.Stray = func(at int64, k wire.Kind, loc wire.Location) {
		strays = append(strays, fmt.Sprint(at, " ", k, " ", loc))
	}
	if p.Err() != nil {
		t.Error(p.Err())
	}
	p.Enter(&replay.Head{Slots: 1})
	p.Offset(1000)
	p.Words(words(call(7, 1), leave(11, 1), line(500, 1), wire.Pack(wire.Mark, 77, 1), call(0, 1), leave(7, 1), leave(7, 1)))
	want := []string{"2 return 11", "3 line 500", "4 call 0", "6 return 7"}
	if fmt.Sprint(strays) != fmt.Sprint(want) {
		t.Errorf("strays %q, expected %q", strays, want)
	}
	var corrupt *wire.CorruptError
	if err := p.Err(); !errors.As(err, &corrupt) || corrupt.Offset != 1016 || !strings.Contains(err.Error(), "3 events") {
		t.Errorf("%v, expected 3 events from byte 1016 on", err)
	}
}

package trace_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"tracer/internal/wire"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// partChecker sees to it that what it is told can be.
type partChecker struct {
	t      *testing.T
	last   trace.Moment
	frames []*trace.Code
	state  int // begun, ended
}

func (c *partChecker) at(m trace.Moment) {
	if c.state != 1 || m.At < c.last.At {
		c.t.Fatalf("moment %v after %v in state %d", m, c.last, c.state)
	}
	c.last = m
}

func (c *partChecker) Begin(m trace.Moment, open []trace.OpenFrame) {
	c.last, c.state = m, c.state+1
	c.at(m)
	for _, f := range open {
		c.open(f.Code, f.Loc)
	}
}

func (c *partChecker) open(code *trace.Code, loc wire.Location) {
	if loc < code.Base || loc >= code.End {
		c.t.Fatalf("location %d of code %d", loc, code.Base)
	}
	c.frames = append(c.frames, code)
}

func (c *partChecker) Open(m trace.Moment, code *trace.Code, loc wire.Location, _ wire.Kind) {
	c.at(m)
	c.open(code, loc)
}

func (c *partChecker) Line(m trace.Moment, loc wire.Location) {
	c.at(m)
	if code := c.frames[len(c.frames)-1]; loc < code.Base || loc >= code.End {
		c.t.Fatalf("line %d of code %d", loc, code.Base)
	}
}

func (c *partChecker) Close(m trace.Moment, _ wire.Kind) {
	c.at(m)
	c.frames = c.frames[:len(c.frames)-1]
}

func (c *partChecker) Gap(m trace.Moment, _ uint64) { c.at(m) }

func (c *partChecker) End(m trace.Moment) {
	c.at(m)
	c.state++
}

// replayParts replays the parts of all threads, of whatever bytes.
func replayParts(t *testing.T, tr *trace.Trace) {
	t.Helper()
	for _, p := range tr.Processes() {
		for _, th := range p.Threads {
			for _, w := range []trace.Window{{}, {From: 5, To: 50}, {From: 20, To: 1 << 40}} {
				for _, part := range trace.Divide(th, w, 3) {
					c := partChecker{t: t}
					err := part.Replay(&c)
					if corrupt := (*wire.CorruptError)(nil); err != nil && !errors.As(err, &corrupt) {
						t.Errorf("%v is no CorruptError", err)
					}
					if c.state != 2 {
						t.Errorf("begin and end are told %d times", c.state)
					}
				}
			}
		}
	}
}

// FuzzParts cuts random programs into parts: they add up to the sums.
func FuzzParts(f *testing.F) {
	f.Add(uint64(1), int64(0), int64(1<<40), uint16(100), uint8(0))
	f.Add(uint64(2), int64(500), int64(20_000), uint16(1), uint8(7))
	f.Add(uint64(3), int64(1), int64(1<<33), uint16(1000), uint8(2))
	f.Fuzz(func(t *testing.T, seed uint64, from, length int64, least uint16, how uint8) {
		rnd := rand.New(rand.NewPCG(seed, seed))
		r := tracetest.Random{Events: 2000, Codes: 4 + rnd.IntN(9), Gaps: how&1 != 0, Deep: how&2 != 0}
		tr := openDir(t, tracetest.Write(t, tracetest.Spec{Processes: []string{r.Text(rnd)}, Compact: how&4 != 0}))
		if length < 1 || from < 0 || from+length < from {
			return
		}
		th, w := tr.Processes()[0].Threads[0], trace.Window{From: from, To: from + length}
		want, err := th.Sum(w)
		if err != nil {
			t.Fatal(err)
		}
		got := newSelfSums(t, th.Process)
		got.lossy = r.Gaps
		for _, p := range trace.Divide(th, w, uint64(least)) {
			if err := p.Replay(got); err != nil {
				t.Fatal(err)
			}
		}
		if err := got.compare(want); err != nil {
			t.Errorf("in %v: %v", w, err)
		}
	})
}

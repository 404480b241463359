package profile

import (
	"fmt"
	"math/rand/v2"

	"tracer/internal/wire"
	"tracer/trace"
)

// nothing is a visitor that does nothing.
type nothing struct{}

func (nothing) Begin(int64)                                       {}
func (nothing) Open(int64, *trace.Code, wire.Location, wire.Kind) {}
func (nothing) Line(int64, wire.Location)                         {}
func (nothing) Close(int64, wire.Kind)                            {}
func (nothing) Gap(int64, uint64)                                 {}
func (nothing) End(int64)                                         {}

// world is code without files: each code object has eight lines, of which the
// second is its first line once more, as def lines are.
type world struct{ codes []*trace.Code }

func newWorld() *world {
	files := []*trace.File{{Name: "a.py", Path: "/a.py"}, {Name: "<string>"}}
	w := &world{}
	for i := range 12 {
		w.codes = append(w.codes, &trace.Code{
			Index: i, Base: wire.Location(1 + 9*i), End: wire.Location(1 + 9*i + 9),
			// Pairs of code objects are one function, as a function that is defined twice.
			Module: fmt.Sprint("m", i/2%3), Qualname: fmt.Sprint("f", i/2), File: files[i/2%2], FirstLine: 100 * (i / 2),
		})
	}
	return w
}

func (w *world) code(loc wire.Location) (*trace.Code, int) {
	c := w.codes[(loc-1)/9]
	return c, c.FirstLine + max(0, int(loc-c.Base)-2)
}

// step is one call of a visitor.
type step struct {
	at   int64
	kind wire.Kind // what opens, what closes, wire.Line
	loc  wire.Location
}

// random makes the steps of a thread that holds to what trace.Visitor promises.
func (w *world) random(rnd *rand.Rand, n int) (steps []step, begin, end int64) {
	at := rnd.Int64N(1000)
	begin = at
	var stack []*trace.Code
	for range n {
		at += rnd.Int64N(4) * rnd.Int64N(50) // often no time at all
		c := w.codes[rnd.IntN(len(w.codes))]
		switch r := rnd.IntN(10); {
		case r < 3 && len(stack) < 15:
			kind := []wire.Kind{wire.Call, wire.Call, wire.Resume, wire.Throw, trace.Adopted}[rnd.IntN(5)]
			loc := c.Base
			if kind != wire.Call {
				loc += wire.Location(rnd.IntN(9))
			}
			stack = append(stack, c)
			steps = append(steps, step{at, kind, loc})
		case r < 6 && len(stack) > 0:
			stack = stack[:len(stack)-1]
			steps = append(steps, step{at, []wire.Kind{wire.Return, wire.Yield, wire.Unwind, trace.Implied}[rnd.IntN(4)], 0})
		case len(stack) > 0:
			steps = append(steps, step{at, wire.Line, stack[len(stack)-1].Base + 1 + wire.Location(rnd.IntN(8))})
		}
	}
	for range stack {
		steps = append(steps, step{at, trace.Implied, 0})
	}
	return steps, begin, at
}

func opens(k wire.Kind) bool  { return k.Opens() || k == trace.Adopted }
func closes(k wire.Kind) bool { return k.Closes() || k == trace.Implied }

// tell tells v the steps.
func (w *world) tell(v trace.Visitor, steps []step, begin, end int64) {
	v.Begin(begin)
	for _, s := range steps {
		switch {
		case opens(s.kind):
			c, _ := w.code(s.loc)
			v.Open(s.at, c, s.loc, s.kind)
		case closes(s.kind):
			v.Close(s.at, s.kind)
		default:
			v.Line(s.at, s.loc)
		}
	}
	v.End(end)
}

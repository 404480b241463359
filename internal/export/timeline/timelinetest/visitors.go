package timelinetest

import (
	"tracer/internal/wire"
	"tracer/trace"
)

// whole is a recorder as trace.Visitor.
type whole struct{ recorder }

func (w *whole) Begin(at int64) { w.since = at }

func (w *whole) Open(at int64, c *trace.Code, loc wire.Location, k wire.Kind) { w.open(at, c, loc, k) }

func (w *whole) Line(at int64, loc wire.Location) { w.line(at, loc) }
func (w *whole) Close(at int64, k wire.Kind)      { w.close(at, k) }
func (w *whole) Gap(at int64, lost uint64)        { w.gap(at, lost) }
func (w *whole) End(at int64)                     { w.until(at) }

// asked is a recorder as trace.PartVisitor.
type asked struct{ recorder }

func (a *asked) at(m trace.Moment) int64 { return a.th.Process.NS(m.At) }

func (a *asked) Begin(m trace.Moment, open []trace.OpenFrame) {
	a.since = a.at(m)
	for _, f := range open {
		a.open(a.at(m), f.Code, f.Loc, trace.Adopted)
	}
}

func (a *asked) Open(m trace.Moment, c *trace.Code, loc wire.Location, k wire.Kind) {
	a.open(a.at(m), c, loc, k)
}

func (a *asked) Line(m trace.Moment, loc wire.Location) { a.line(a.at(m), loc) }
func (a *asked) Close(m trace.Moment, k wire.Kind)      { a.close(a.at(m), k) }
func (a *asked) Gap(m trace.Moment, lost uint64)        { a.gap(a.at(m), lost) }

func (a *asked) End(m trace.Moment) {
	a.until(a.at(m))
	for len(a.frames) > 0 {
		a.close(a.at(m), trace.Implied)
	}
}

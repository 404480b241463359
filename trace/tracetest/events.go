package tracetest

import (
	"fmt"
	"testing"

	"tracer/internal/wire"
	"tracer/trace"
)

// Events opens a trace and returns all that a visitor of its threads is told, a line
// each, and what could not be read.
func Events(tb testing.TB, path string) []string {
	tb.Helper()
	t, err := trace.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer t.Close()
	var l log
	for _, problem := range t.Info().Problems {
		l.add("problem: %s", problem)
	}
	for i, p := range t.Processes() {
		for _, th := range p.Threads {
			l.prefix = fmt.Sprintf("process %d thread %d: ", i, th.Number)
			l.add("%d events, system's thread %d", th.Events(), th.TID)
			if err := th.Replay(&l); err != nil {
				l.add("error: %v", err)
			}
		}
	}
	return l.lines
}

// log writes down what a visitor is told.
type log struct {
	prefix string
	lines  []string
}

func (l *log) add(format string, args ...any) {
	l.lines = append(l.lines, l.prefix+fmt.Sprintf(format, args...))
}

func (l *log) Begin(at int64) { l.add("%d begin", at) }
func (l *log) End(at int64)   { l.add("%d end", at) }

func (l *log) Open(at int64, c *trace.Code, loc wire.Location, k wire.Kind) {
	l.add("%d open %s of %d at %d, %v", at, c.Qualname, c.Base, loc, k)
}

func (l *log) Line(at int64, loc wire.Location) { l.add("%d line %d", at, loc) }
func (l *log) Close(at int64, k wire.Kind)      { l.add("%d close, %v", at, k) }
func (l *log) Gap(at int64, lost uint64)        { l.add("%d gap of %d", at, lost) }

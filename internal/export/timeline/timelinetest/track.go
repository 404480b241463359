package timelinetest

import (
	"fmt"
	"strings"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/internal/export/timeline"
	"tracer/internal/wire"
	"tracer/trace"
)

// Track is what must be told of a thread, a line for each thing.
type Track struct {
	Calls  []string // AT begin KIND NAME, AT end KIND, AT gap LOST
	Lines  []string // AT begin KIND LINE, AT end
	Events []string // AT KIND MODULE FUNCTION FILE LINE DEPTH LOST
	// Stacks are the stretches between two changes of the stack that lasted:
	// FROM TO FUNCTION:LINE …, the outermost first.
	Stacks []string
}

// What of a thread is told.
type What int

// What may be told. Each takes its time.
const (
	Calls What = 1 << iota
	Lines
	Events
	Stacks
)

// Whole returns what must be told of all of a thread, as Thread.Replay tells it.
func Whole(tb testing.TB, th *trace.Thread, what What) *Track {
	tb.Helper()
	w := &whole{recorder{Track: &Track{}, th: th, what: what}}
	if err := th.Replay(w); err != nil {
		tb.Fatal(err)
	}
	return w.Track
}

// Asked returns what must be told of a thread that a query asks for.
func Asked(tb testing.TB, q *query.Query, th *trace.Thread, what What) *Track {
	tb.Helper()
	a := &asked{recorder{Track: &Track{}, th: th, what: what}}
	if err := q.Replay(th, a); err != nil {
		tb.Fatal(err)
	}
	return a.Track
}

// recorder makes a track.
type recorder struct {
	*Track
	th     *trace.Thread
	what   What
	frames []frame
	since  int64
}

type frame struct {
	code *trace.Code
	loc  wire.Location
	line bool // a line goes on
}

// note adds a line to a list that is asked for.
func (r *recorder) note(what What, list *[]string, line ...any) {
	if r.what&what != 0 {
		*list = append(*list, fmt.Sprintln(line...))
	}
}

func (r *recorder) open(at int64, c *trace.Code, loc wire.Location, k wire.Kind) {
	r.until(at)
	r.note(Calls, &r.Calls, at, "begin", timeline.Kind(k), timeline.Function(c))
	r.frames = append(r.frames, frame{c, loc, loc != c.Base})
	if loc != c.Base {
		r.note(Lines, &r.Lines, at, "begin", "resume", c.Line(loc))
	}
	if k != trace.Adopted {
		r.event(at, k)
	}
}

func (r *recorder) line(at int64, loc wire.Location) {
	f := &r.frames[len(r.frames)-1]
	if f.loc != loc {
		r.until(at)
	}
	if f.line {
		r.note(Lines, &r.Lines, at, "end")
	}
	f.loc, f.line = loc, true
	r.note(Lines, &r.Lines, at, "begin", "line", f.code.Line(loc))
	r.event(at, wire.Line)
}

func (r *recorder) close(at int64, k wire.Kind) {
	r.until(at)
	if k != trace.Implied {
		r.event(at, k)
	}
	n := len(r.frames) - 1
	if r.frames[n].line {
		r.note(Lines, &r.Lines, at, "end")
	}
	r.frames = r.frames[:n]
	r.note(Calls, &r.Calls, at, "end", timeline.Kind(k))
}

func (r *recorder) gap(at int64, lost uint64) {
	r.note(Calls, &r.Calls, at, "gap", lost)
	r.note(Events, &r.Events, at, "gap", "", "", "", 0, len(r.frames), lost)
}

// event notes an event of the innermost frame.
func (r *recorder) event(at int64, k wire.Kind) {
	f := r.frames[len(r.frames)-1]
	r.note(Events, &r.Events, at, k, f.code.Module, f.code.Qualname, f.code.File.Label(), f.code.Line(f.loc), len(r.frames), 0)
}

// until notes the stack that was there until now.
func (r *recorder) until(at int64) {
	if at > r.since && r.what&Stacks != 0 {
		r.Stacks = append(r.Stacks, fmt.Sprint(r.since, " ", at, r.stack()))
	}
	r.since = at
}

func (r *recorder) stack() string {
	var b strings.Builder
	for _, f := range r.frames {
		fmt.Fprintf(&b, " %s:%d", timeline.Function(f.code), f.code.Line(f.loc))
	}
	return b.String()
}

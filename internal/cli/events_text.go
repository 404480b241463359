package cli

import (
	"bufio"
	"fmt"
	"strings"

	"tracer/internal/analyze/profile"
	"tracer/internal/render"
	"tracer/internal/wire"
	"tracer/trace"
)

// eventText writes an event as a line: time, thread, kind, and where it was,
// indented by depth. Columns have a fixed width, for nothing is known ahead.
type eventText struct {
	trace   *trace.Trace
	screen  render.Screen
	cwd     string
	sources *sources
	threads map[*trace.Thread]string
	width   int                  // of a thread's name
	several bool                 // there are several processes
	codes   map[*trace.Code]bool // whose source text is known, if it can be
}

// maxIndent bounds the indentation of deep frames, in frames.
const maxIndent = 32

func newEventText(t *trace.Trace, screen render.Screen) *eventText {
	x := &eventText{trace: t, screen: screen, cwd: t.Info().Cwd, sources: newSources(t), threads: map[*trace.Thread]string{}, codes: map[*trace.Code]bool{}}
	for _, p := range t.Processes() {
		for _, th := range p.Threads {
			x.name(th)
		}
	}
	return x
}

// name returns what a thread is called: by its process, too, where there are several.
func (x *eventText) name(th *trace.Thread) string {
	if !x.several && len(x.trace.Processes()) > 1 {
		x.several = true
		clear(x.threads)
	}
	name, ok := x.threads[th]
	if !ok {
		name = fmt.Sprint(th.TID)
		if x.several {
			name = fmt.Sprintf("%d/%d", th.Process.PID, th.TID)
		}
		x.threads[th] = name
		x.width = max(x.width, len(name))
	}
	return name
}

func (x *eventText) write(w *bufio.Writer, e trace.ThreadEvent) error {
	thread := x.name(e.Thread)
	indent := strings.Repeat("  ", min(max(e.Depth-1, 0), maxIndent))
	_, err := fmt.Fprintf(w, "%4d.%09d  %*s  %s  %s%s\n", e.At/1e9, e.At%1e9, x.width, thread,
		x.screen.Paint(kindStyle(e.Kind), fmt.Sprintf("%-6s", kindName(e.Kind))), indent, x.what(e))
	return err
}

// what says where an event was.
func (x *eventText) what(e trace.ThreadEvent) string {
	switch {
	case e.Kind == wire.Mark && e.Lost == 0:
		return "events were lost"
	case e.Kind == wire.Mark:
		return render.Plural(e.Lost, "event") + " lost"
	case e.Code == nil:
		return "?"
	}
	if !x.codes[e.Code] {
		x.codes[e.Code] = true
		x.sources.know(e.Code.File)
	}
	file := profile.FileName(e.Code.File)
	name := render.Clean(functionName(e.Code.Module, e.Code.Qualname))
	if n := e.Code.Interpreter; n != 0 {
		name += fmt.Sprintf(" (interpreter %d)", n)
	}
	switch {
	case e.Kind == wire.Line:
		return fmt.Sprintf("%d  %s", e.Line, render.Clean(x.sources.line(file, e.Line)))
	case e.Kind.Opens():
		return x.screen.Paint(render.Strong, name) + "  " + x.screen.Paint(render.Dim, render.Clean(place(file, e.Line, x.cwd)))
	}
	return name
}

func kindStyle(k wire.Kind) render.Style {
	switch k {
	case wire.Call, wire.Resume:
		return render.Good
	case wire.Unwind, wire.Throw, wire.Mark:
		return render.Bad
	case wire.Return, wire.Yield:
		return render.Warm
	}
	return render.Dim
}

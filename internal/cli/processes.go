package cli

import (
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"tracer/internal/render"
	"tracer/trace"
)

// processRow is a process of a trace.
type processRow struct {
	PID        int      `json:"pid"`
	Dir        string   `json:"dir"`
	ParentPID  *int     `json:"parent_pid"` // the traced process that it comes from; null: there is none
	ParentDir  *string  `json:"parent_dir"`
	Began      string   `json:"began"` // how: see began
	Argv       []string `json:"argv"`
	StartNS    int64    `json:"start_ns"`
	DurationNS *int64   `json:"duration_ns"` // null: no end was seen
	Events     uint64   `json:"events"`
	Lost       uint64   `json:"lost"`
	Threads    int      `json:"threads"`

	Hook         string   `json:"hook"` // how events were seen: "monitoring", "trace function", "" if not known
	FreeThreaded bool     `json:"free_threaded"`
	Interpreters int      `json:"interpreters"`
	Taken        uint64   `json:"taken"`   // how often another tool took the trace function
	Costs        *costRow `json:"cost_ns"` // of an event; null: not measured

	depth int // below one that has no parent
}

// began says how a process began to be traced: by a fork of a traced process, as a
// program that a traced process started or turned into, or as neither.
func began(p *trace.Process) string {
	switch {
	case p.Parent == nil:
		return "first"
	case p.Forked:
		return "fork"
	}
	return "exec"
}

// family returns the processes in the order of a tree: each is followed by those
// that come from it.
func family(processes []*trace.Process) []processRow {
	children := map[*trace.Process][]*trace.Process{}
	for _, p := range processes {
		children[p.Parent] = append(children[p.Parent], p)
	}
	rows := []processRow{}
	var add func(p *trace.Process, depth int)
	add = func(p *trace.Process, depth int) {
		rows = append(rows, newProcessRow(p, depth))
		for _, child := range children[p] {
			add(child, depth+1)
		}
	}
	for _, p := range children[nil] {
		add(p, 0)
	}
	return rows
}

func newProcessRow(p *trace.Process, depth int) processRow {
	row := processRow{
		PID: p.PID, Dir: p.Dir, Began: began(p), Argv: append([]string{}, p.Argv...), StartNS: p.StartNS,
		Lost: p.Dropped, Threads: len(p.Threads), Costs: newCostRow(p), depth: depth,
	}
	seen := p.Seen()
	row.Hook, row.FreeThreaded, row.Interpreters, row.Taken = seen.Hook, seen.FreeThreaded, seen.Interpreters, seen.Taken
	if p.Parent != nil {
		row.ParentPID, row.ParentDir = &p.Parent.PID, &p.Parent.Dir
	}
	if p.EndNS >= p.StartNS {
		duration := p.EndNS - p.StartNS
		row.DurationNS = &duration
	}
	for _, th := range p.Threads {
		row.Events += th.Events()
	}
	return row
}

// mostProcesses is how many processes text has.
const mostProcesses = 50

// writeFamily writes the processes as text.
func writeFamily(screen render.Screen, rows []processRow, w io.Writer) error {
	right := func(title string) render.Column { return render.Column{Title: title, Right: true} }
	t := render.NewTable(screen, render.Column{Title: "PROCESS"}, render.Column{Title: "BEGAN"}, right("AT"),
		right("DURATION"), right("EVENTS"), right("LOST"), render.Column{Title: "PROGRAM"})
	for _, r := range rows[:min(len(rows), mostProcesses)] {
		duration := render.Text("-")
		if r.DurationNS != nil {
			duration = render.Time(*r.DurationNS)
		}
		lost := render.Number(r.Lost)
		if r.Lost > 0 {
			lost.Style = render.Bad
		}
		t.Row(render.Cell{Text: strings.Repeat("  ", r.depth) + strconv.Itoa(r.PID), Style: render.Strong}, render.Text(r.Began),
			render.Time(r.StartNS), duration, render.Number(r.Events), lost, render.Text(shortProgram(strings.Join(r.Argv, " "))))
	}
	err := t.Write(w)
	if more := len(rows) - mostProcesses; more > 0 && err == nil {
		_, err = fmt.Fprintf(w, "and %s more (all: --format json)\n", render.Plural(more, "process"))
	}
	return err
}

// shortProgram is a command line without the folder of its program.
func shortProgram(line string) string {
	if line == "" {
		return ""
	}
	program, rest, _ := strings.Cut(line, " ")
	return strings.TrimSuffix(path.Base(program)+" "+rest, " ")
}

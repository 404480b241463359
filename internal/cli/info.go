package cli

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tracer/internal/render"
	"tracer/internal/store"
	"tracer/trace"
)

const infoLong = `Info tells what a trace is of, how much is in it, and whether it is whole. Of
several processes it tells how each began: as a fork, or by an exec; those below
a process come from it.

It also tells what each kind of event costs the program, as it was measured when
recording began. That is taken off the times in tracer report.`

const infoExample = `  tracer info
  tracer info app-20260102-150405 --format json`

type infoOptions struct{ format string }

func newInfo(e *env) *cobra.Command {
	var o infoOptions
	cmd := &cobra.Command{
		Use:               "info [TRACE]",
		Short:             "What a trace is of, and whether it is whole",
		Long:              infoLong,
		Example:           infoExample,
		Args:              args(0, 1, "at most one: [TRACE]"),
		ValidArgsFunction: completeTrace(0),
		RunE:              func(_ *cobra.Command, args []string) error { return o.run(e, arg(args, 0)) },
	}
	choiceFlag(cmd, &o.format, "format", "how to write it", "text", "json")
	return cmd
}

// infoData is the trace's facts as JSON has them.
type infoData struct {
	Path       string            `json:"path"`
	Argv       []string          `json:"argv"`
	Cwd        string            `json:"cwd"`
	Host       string            `json:"host"`
	Python     string            `json:"python"`
	Start      time.Time         `json:"start"`
	Settings   store.Settings    `json:"settings"`
	Events     uint64            `json:"events"`
	Dropped    uint64            `json:"dropped"`
	DroppedBy  map[string]uint64 `json:"dropped_by"`
	Processes  int               `json:"processes"`
	Threads    int               `json:"threads"`
	DurationNS int64             `json:"duration_ns"`
	Bytes      int64             `json:"bytes"`
	ExitStatus *int              `json:"exit_status"`
	Signal     string            `json:"signal"`
	Running    bool              `json:"running"`
	Complete   bool              `json:"complete"`
	Problems   []string          `json:"problems"`
	Trigger    *store.Trigger    `json:"trigger"` // why it was kept, where there were any

	Calibration *trace.Calibration `json:"calibration"` // null: costs are as they were measured

	ProcessList []processRow `json:"process_list"`
}

func newInfoData(i trace.Info, met *store.Trigger, processes []processRow) infoData {
	return infoData{
		i.Path, append([]string{}, i.Argv...), i.Cwd, i.Host, i.Python, i.Start, i.Settings, i.Events, i.Dropped, i.DroppedBy,
		i.Processes, i.Threads, i.DurationNS, i.Bytes, i.ExitStatus, i.Signal, i.Running, i.Complete,
		append([]string{}, i.Problems...), met, i.Calibration, processes,
	}
}

func (o *infoOptions) run(e *env, arg string) error {
	t, err := openTrace(arg)
	if err != nil {
		return err
	}
	defer t.Close()
	info, met, processes := t.Info(), trigger(t), family(t.Processes())
	return e.buffered(func(w *bufio.Writer) error {
		if o.format == "json" {
			return render.JSONObject(w, newInfoData(info, met, processes))
		}
		if err := infoText(e.screen(), t, met).Write(w); err != nil || len(processes) < 2 {
			return err
		}
		fmt.Fprintln(w)
		return writeFamily(e.screen(), processes, w)
	})
}

// trigger returns the one that was met, nil if there is none.
func trigger(t *trace.Trace) *store.Trigger {
	d, err := store.OpenDir(t.Info().Path)
	if err != nil {
		return nil
	}
	m, err := d.ReadManifest()
	if err != nil {
		return nil // it is said among the problems
	}
	return m.Trigger
}

func infoText(screen render.Screen, tr *trace.Trace, met *store.Trigger) *render.Table {
	i := tr.Info()
	t := render.NewTable(screen, render.Column{}, render.Column{})
	row := func(name string, c render.Cell) { t.Row(render.Cell{Text: name, Style: render.Dim}, c) }
	row("program", render.Cell{Text: strings.Join(i.Argv, " "), Style: render.Strong})
	row("trace", render.Text(i.Path))
	row("state", state(i))
	row("started", render.Text(i.Start.Local().Format(time.DateTime)+" on "+i.Host+" in "+i.Cwd))
	row("recorded", render.Text(recorded(i.Settings)))
	if met != nil {
		row("kept for", render.Text(triggerText(met)))
	}
	row("python", render.Text(i.Python))
	row("duration", render.Text(render.Duration(i.DurationNS)))
	row("events", render.Text(render.Count(i.Events)+eventBytes(i)))
	row("lost", render.Text(lost(i)))
	row("processes", render.Text(render.Count(i.Processes)))
	row("threads", render.Text(render.Count(i.Threads)))
	if seen := seenText(tr.Processes()); seen != "" {
		row("seen", render.Text(seen))
	}
	row("cost", render.Text(costText(tr.Processes())))
	if i.Calibration != nil {
		row("calibrated", render.Text(calibrationText(i.Calibration)))
	}
	row("size", render.Text(render.Bytes(i.Bytes)))
	row("exit status", render.Text(exitStatus(i)))
	for _, p := range i.Problems {
		row("problem", render.Cell{Text: p, Style: render.Bad})
	}
	return t
}

// state says in a word how far a recording has come.
func state(i trace.Info) render.Cell {
	switch {
	case i.Complete:
		return render.Cell{Text: "complete", Style: render.Good}
	case i.Running:
		return render.Cell{Text: "no end recorded", Style: render.Warm}
	}
	return render.Cell{Text: "incomplete", Style: render.Bad}
}

func eventBytes(i trace.Info) string {
	if i.Events == 0 {
		return ""
	}
	return " of " + strconv.FormatFloat(float64(i.Bytes)/float64(i.Events), 'f', 1, 64) + " bytes"
}

// recorded says what was asked for.
func recorded(s store.Settings) string {
	what := s.Events + " of your own modules"
	if len(s.Only) > 0 {
		what = s.Events + " of " + strings.Join(s.Only, ", ")
	}
	if len(s.Skip) > 0 {
		what += " without " + strings.Join(s.Skip, ", ")
	}
	switch {
	case s.RingTime > 0:
		what += ", the latest " + render.Duration(s.RingTime)
	case s.Ring > 0:
		what += ", the latest " + render.Bytes(s.Ring)
	}
	if s.MaxSize > 0 {
		what += ", at most " + render.Bytes(s.MaxSize)
	}
	return what
}

func lost(i trace.Info) string {
	s := render.Count(i.Dropped)
	for _, why := range []string{"limit", "space", "memory", "names"} {
		if n := i.DroppedBy[why]; n > 0 {
			s += "; " + render.Count(n) + " " + lossCauses[why]
		}
	}
	return s
}

func exitStatus(i trace.Info) string {
	switch {
	case i.ExitStatus == nil:
		return "not known"
	case i.Signal != "":
		return strconv.Itoa(*i.ExitStatus) + " (" + i.Signal + ")"
	}
	return strconv.Itoa(*i.ExitStatus)
}

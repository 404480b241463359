package cli

import (
	"bufio"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"tracer/internal/render"
	"tracer/internal/store"
	"tracer/trace"
)

const listLong = `List shows the traces in the state directory, the newest first. Their names are
what other commands take as TRACE.

finished      the program's end was recorded
incomplete    it was, but events were lost, or a part cannot be read: tracer info
recording     it is being recorded
interrupted   the recording was cut off, and what there is can be read
unreadable    what there is cannot be read`

type listOptions struct{ format string }

func newList(e *env) *cobra.Command {
	var o listOptions
	cmd := &cobra.Command{
		Use:               "list",
		Short:             "The traces there are",
		Long:              listLong,
		Example:           "  tracer list\n  tracer list --format json",
		Args:              args(0, 0, "none"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(*cobra.Command, []string) error { return o.run(e) },
	}
	choiceFlag(cmd, &o.format, "format", "how to write it", "text", "json", "csv")
	return cmd
}

// listRow is a trace. What cannot be read of one that is broken is zero.
type listRow struct {
	Name       string    `json:"name"`
	Path       string    `json:"path"`
	Start      time.Time `json:"start"`
	Program    string    `json:"program"`
	DurationNS int64     `json:"duration_ns"`
	Events     uint64    `json:"events"`
	Bytes      int64     `json:"bytes"`
	State      string    `json:"state"`
	Complete   bool      `json:"complete"`
	style      render.Style
}

func (o *listOptions) run(e *env) error {
	entries, err := store.List()
	if err != nil {
		return err
	}
	rows := make([]listRow, len(entries))
	for i, entry := range entries {
		rows[i] = newListRow(entry)
	}
	return e.buffered(func(w *bufio.Writer) error {
		switch {
		case o.format == "json":
			return render.JSON(w, rows)
		case o.format == "csv":
			return render.CSV(w, rows)
		case len(rows) == 0:
			fmt.Fprintln(e.Err, "tracer: "+store.ErrNone.Error())
			return nil
		}
		if err := listText(e.screen(), rows).Write(w); err != nil {
			return err
		}
		_, err := fmt.Fprintln(w, total(rows))
		return err
	})
}

// total is how many traces there are, and what they take.
func total(rows []listRow) string {
	var bytes int64
	for _, r := range rows {
		bytes += r.Bytes
	}
	return render.Plural(len(rows), "trace") + ", " + render.Bytes(bytes)
}

// newListRow looks at the trace itself, for how far it has come.
func newListRow(entry store.Entry) listRow {
	row := listRow{Name: entry.Name, Path: entry.Path, Bytes: entry.Bytes, State: "unreadable", style: render.Bad}
	t, err := trace.Open(entry.Path)
	if err != nil {
		return row
	}
	defer t.Close()
	info := t.Info()
	row.Start, row.Program, row.DurationNS, row.Events = info.Start, program(info), info.DurationNS, info.Events
	state, err := entry.State()
	if err != nil {
		return row
	}
	row.State, row.Complete = string(state), info.Complete
	row.style = map[store.State]render.Style{store.Recording: render.Strong, store.Interrupted: render.Warm, store.Finished: render.Good}[state]
	if state == store.Finished && !info.Complete {
		row.style = render.Bad
	}
	return row
}

// word is the state as text has it.
func (r listRow) word() string {
	if r.State == string(store.Finished) && !r.Complete {
		return "incomplete"
	}
	return r.State
}

func listText(screen render.Screen, rows []listRow) *render.Table {
	t := render.NewTable(screen, render.Column{Title: "NAME"}, render.Column{Title: "WHEN"},
		render.Column{Title: "DURATION", Right: true}, render.Column{Title: "EVENTS", Right: true},
		render.Column{Title: "SIZE", Right: true}, render.Column{Title: "STATE"}, render.Column{Title: "PROGRAM"})
	for _, r := range rows {
		if r.Program == "" { // unreadable
			t.Row(render.Cell{Text: r.Name, Style: render.Strong}, blank, blank, blank, render.Text(render.Bytes(r.Bytes)), render.Cell{Text: r.word(), Style: r.style}, blank)
			continue
		}
		t.Row(render.Cell{Text: r.Name, Style: render.Strong}, render.Text(r.Start.Local().Format("2006-01-02 15:04")),
			render.Time(r.DurationNS), render.Number(r.Events), render.Text(render.Bytes(r.Bytes)),
			render.Cell{Text: r.word(), Style: r.style}, render.Text(r.Program))
	}
	return t
}

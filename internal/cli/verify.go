package cli

import (
	"bufio"
	"fmt"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"tracer/internal/render"
	"tracer/internal/store"
	"tracer/internal/verify"
)

const verifyLong = `Verify looks at every byte of a trace and says what of it is whole, and what is
not, and where: checksums, counts, the order of what was recorded, the frames that
it leaves open, and each summary against the events that it sums up.

damage   what must not be: bytes that have changed or are missing
loss     events that could not be recorded, as the trace itself says
note     no fault of the trace: it is still being written, or was cut off

It ends with the status 1 if there is damage, and with 0 otherwise.`

const verifyExample = `  tracer verify
  tracer verify app-20260102-150405 --format json
  tracer verify --quiet && tracer pack`

type verifyOptions struct {
	format string
	quiet  bool
}

func newVerify(e *env) *cobra.Command {
	var o verifyOptions
	cmd := &cobra.Command{
		Use:               "verify [TRACE]",
		Short:             "What of a trace is whole, and what is damaged",
		Long:              verifyLong,
		Example:           verifyExample,
		Args:              args(0, 1, "at most one: [TRACE]"),
		ValidArgsFunction: completeTrace(0),
		RunE:              func(_ *cobra.Command, args []string) error { return o.run(e, arg(args, 0)) },
	}
	choiceFlag(cmd, &o.format, "format", "how to write it", "text", "json")
	cmd.Flags().BoolVarP(&o.quiet, "quiet", "q", false, "say nothing, only end with a status")
	return cmd
}

// verifyData is a verified trace as JSON has it.
type verifyData struct {
	Path      string            `json:"path"`
	State     store.State       `json:"state"`
	Whole     bool              `json:"whole"`
	Processes int               `json:"processes"`
	Threads   int               `json:"threads"`
	Events    uint64            `json:"events"`
	Lost      map[string]uint64 `json:"lost"`
	Segments  uint64            `json:"segments"`
	Slots     uint64            `json:"slots"`
	Entries   uint64            `json:"index_entries"`
	Summaries uint64            `json:"summaries"`
	Contexts  uint64            `json:"contexts"`
	Names     uint64            `json:"names"`
	Samples   uint64            `json:"samples"`
	Sources   uint64            `json:"sources"`
	Bytes     int64             `json:"bytes"`
	Damage    uint64            `json:"damage"`
	Losses    uint64            `json:"losses"`
	Notes     uint64            `json:"notes"`
	Findings  []findingData     `json:"findings"`
}

type findingData struct {
	Severity verify.Severity `json:"severity"`
	File     string          `json:"file"`   // below the trace
	Offset   *int64          `json:"offset"` // null: all of it
	Process  string          `json:"process"`
	Thread   uint32          `json:"thread"` // 0: none
	FromNS   *int64          `json:"from_ns"`
	ToNS     *int64          `json:"to_ns"`
	What     string          `json:"what"`
}

func (o *verifyOptions) run(e *env, name string) error {
	dir, err := store.Resolve(name)
	if err != nil {
		return err
	}
	d, err := store.OpenDir(dir)
	if err != nil {
		return err
	}
	var r verify.Result
	err = e.buffered(func(w *bufio.Writer) error {
		all := []findingData{}
		var write error
		found := func(f verify.Finding) {
			switch {
			case o.quiet || write != nil:
			case o.format == "json":
				all = append(all, newFindingData(f))
			default:
				_, write = fmt.Fprintln(w, findingText(f))
			}
		}
		bar := &lateProgress{env: e, what: "verifying"}
		r, err = verify.Verify(d, found, bar.step)
		bar.clear()
		switch {
		case err != nil:
			return err
		case write != nil:
			return write
		case o.quiet:
			return nil
		case o.format == "json":
			return render.JSONObject(w, newVerifyData(d, &r, all))
		}
		_, err := fmt.Fprintln(w, verifyText(&r))
		return err
	})
	if err == nil && r.Damage > 0 {
		return &ExitError{Code: exitFailed}
	}
	return err
}

func newVerifyData(d *store.Dir, r *verify.Result, findings []findingData) verifyData {
	return verifyData{
		Path: d.Path(), State: r.State, Whole: r.Damage == 0, Processes: r.Processes, Threads: r.Threads, Events: r.Events, Lost: r.Lost,
		Segments: r.Segments, Slots: r.Slots, Entries: r.Entries, Summaries: r.Summaries, Contexts: r.Contexts, Names: r.Names,
		Samples: r.Samples, Sources: r.Sources, Bytes: r.Bytes, Damage: r.Damage, Losses: r.Losses, Notes: r.Notes, Findings: findings,
	}
}

func newFindingData(f verify.Finding) findingData {
	known := func(v int64) *int64 {
		if v < 0 {
			return nil
		}
		return &v
	}
	return findingData{f.Severity, path.Join(f.Process, f.File), known(f.Offset), f.Process, f.Thread, known(f.From), known(f.To), f.What}
}

// findingText is a finding in a line: where, what, and which time it concerns.
func findingText(f verify.Finding) string {
	var b strings.Builder
	if where := path.Join(f.Process, f.File); where != "" {
		b.WriteString(where)
		if f.Offset >= 0 {
			fmt.Fprintf(&b, ":%d", f.Offset)
		}
		b.WriteString(": ")
	}
	fmt.Fprintf(&b, "%s: ", f.Severity)
	if f.Thread != 0 {
		fmt.Fprintf(&b, "thread %d: ", f.Thread)
	}
	b.WriteString(f.What)
	switch {
	case f.From >= 0 && f.To >= 0:
		fmt.Fprintf(&b, " (%s to %s)", render.Duration(f.From), render.Duration(f.To))
	case f.To >= 0:
		fmt.Fprintf(&b, " (up to %s)", render.Duration(f.To))
	case f.From >= 0:
		fmt.Fprintf(&b, " (from %s on)", render.Duration(f.From))
	}
	return render.Clean(b.String())
}

// verifyText says what is whole, and how much was found that is not.
func verifyText(r *verify.Result) string {
	s := fmt.Sprintf("whole: %s, %s, %s", render.Plural(r.Processes, "process"), render.Plural(r.Threads, "thread"), render.Plural(r.Events, "event"))
	if r.Damage+r.Losses+r.Notes == 0 {
		return s + "; nothing is missing"
	}
	var kinds []string
	for _, k := range []struct {
		n    uint64
		kind string
	}{{r.Damage, "damaged place"}, {r.Losses, "loss"}, {r.Notes, "note"}} {
		if k.n > 0 {
			kinds = append(kinds, render.Plural(k.n, k.kind))
		}
	}
	return s + "; found: " + strings.Join(kinds, ", ")
}

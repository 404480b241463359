package cli

import (
	"bufio"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"tracer/internal/analyze/profile"
	"tracer/internal/render"
)

const annotateLong = `Annotate shows the source of a traced file with how often each line ran and how
long it took beside it. FILE is a path, the end of one (core/frame.py), or the name
of a module (pandas.core.frame).

hits    how often the line ran
self    time in the line itself, without the traced calls that it made
total   self and the traced calls
share   self as a part of all time in traced code

What tracing itself took is taken off the times: see tracer help report. With --raw
it is in them.

The lines with the most self time are marked with ▶.`

const annotateExample = `  tracer annotate app.py
  tracer annotate pandas.core.frame --context 3
  tracer annotate app-20260102-150405 app.py --format json`

type annotateOptions struct {
	format  string
	raw     bool
	context int
	part    queryFlags
}

func newAnnotate(e *env) *cobra.Command {
	var o annotateOptions
	cmd := &cobra.Command{
		Use:               "annotate [TRACE] FILE",
		Short:             "The source of a file, with hits and times",
		Long:              annotateLong,
		Example:           annotateExample,
		Args:              args(1, 2, "[TRACE] FILE"),
		ValidArgsFunction: completeFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.context < -1 {
				return usageError(cmd, "--context %d, expected 0 or more", o.context)
			}
			name := ""
			if len(args) == 2 {
				name = args[0]
			}
			return o.run(e, cmd, name, args[len(args)-1])
		},
	}
	cmd.Flags().IntVar(&o.context, "context", -1, "only lines that ran and so many `LINES` around them (default all lines)")
	cmd.Flags().Lookup("context").DefValue = "0" // help says it in words
	rawFlag(cmd, &o.raw)
	choiceFlag(cmd, &o.format, "format", "how to write it", "text", "json", "csv")
	o.part.add(cmd, "only", "skip")
	return cmd
}

// annotated is a line of a source file.
type annotated struct {
	Line    int    `json:"line"`
	Hits    uint64 `json:"hits"`
	SelfNS  int64  `json:"self_ns"`
	TotalNS int64  `json:"total_ns"`

	RawSelfNS  int64 `json:"raw_self_ns"`
	RawTotalNS int64 `json:"raw_total_ns"`

	Share  float64 `json:"share"` // of the time in traced code, 0 to 1; with --raw, of the raw time
	Source string  `json:"source"`
}

func (a annotated) ran() bool { return a.Hits > 0 || a.RawTotalNS > 0 }

func (o *annotateOptions) run(e *env, cmd *cobra.Command, name, arg string) error {
	t, err := openTrace(name)
	if err != nil {
		return err
	}
	defer t.Close()
	s := newSources(t)
	file, err := s.find(arg)
	if err != nil {
		return err
	}
	e.warn(t.Info())
	e.warnSource(s, file)
	q, err := o.part.query(cmd, t)
	if err != nil {
		return err
	}
	p, failed := e.profile(t, q, true)
	if p == nil {
		return failed
	}
	lines := annotate(p, file, s.text(file), times{o.raw})
	err = e.buffered(func(w *bufio.Writer) error {
		switch o.format {
		case "json":
			return render.JSON(w, o.around(lines))
		case "csv":
			return render.CSV(w, o.around(lines))
		}
		if err := o.text(w, e.screen(), p, file, lines); err != nil {
			return err
		}
		_, err := fmt.Fprintf(w, "\n%s\n", times{o.raw}.taken(t.Info(), p))
		return err
	})
	if err != nil {
		return err
	}
	return failed
}

// warnSource says where the kept text is not what ran.
func (e *env) warnSource(s *sources, file string) {
	f := s.files[file]
	switch {
	case f.Source == nil:
		fmt.Fprintf(e.Err, "tracer: no copy of %s in the trace, lines are without text\n", render.Clean(file))
	case s.text(file) == nil && f.Source.Size > 0:
		_, err := s.trace.Source(f)
		fmt.Fprintf(e.Err, "tracer: %v, lines are without text\n", err)
	case f.Source.Changed:
		fmt.Fprintf(e.Err, "tracer: %s had changed before it was copied, the text may not be what ran\n", render.Clean(file))
	}
}

// annotate puts rows and text together, for every line that has either.
func annotate(p *profile.Profile, file string, text []string, times times) []annotated {
	lines := make([]annotated, len(text))
	for i, source := range text {
		lines[i] = annotated{Line: i + 1, Source: source}
	}
	rows := make([]profile.Line, 0, len(text))
	for _, r := range p.Lines {
		if r.File == file {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b profile.Line) int { return a.Line - b.Line })
	for _, r := range rows {
		part := share(times.of(r.SelfNS, r.RawSelfNS), times.of(p.SelfNS, p.RawSelfNS))
		a := annotated{r.Line, r.Hits, r.SelfNS, r.TotalNS, r.RawSelfNS, r.RawTotalNS, part, ""}
		if r.Line >= 1 && r.Line <= len(text) {
			a.Source = text[r.Line-1]
			lines[r.Line-1] = a
		} else {
			lines = append(lines, a)
		}
	}
	return lines
}

func share(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// around returns the lines that are to be shown.
func (o *annotateOptions) around(lines []annotated) []annotated {
	if o.context < 0 {
		return lines
	}
	var shown []annotated
	next := 0 // the first line that is not in shown, nor left out
	for i, a := range lines {
		if a.ran() {
			next = max(next, i-o.context)
			end := min(len(lines), i+o.context+1)
			shown = append(shown, lines[next:max(next, end)]...)
			next = max(next, end)
		}
	}
	return shown
}

func completeFile(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	t, err := openTrace(arg(args, 0))
	if err != nil {
		return nil, cobra.ShellCompDirectiveDefault
	}
	defer t.Close()
	return newSources(t).names(), cobra.ShellCompDirectiveDefault
}

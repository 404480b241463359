package cli

import (
	"errors"
	"fmt"
	"io"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"tracer/internal/filter"
	"tracer/internal/launch"
	"tracer/internal/render"
	"tracer/internal/session"
	"tracer/internal/store"
	"tracer/internal/sys"
)

type runOptions struct {
	only, skip []string
	events     string
	output     string
	python     string
	quiet      bool
	calibrates bool
	slotSize   int
	recording  recordingFlags
	bar        *lateProgress // nil: quiet
}

func newRun(io IO) *cobra.Command {
	var o runOptions
	cmd := &cobra.Command{
		Use:     "run [flags] [--] PROGRAM [ARGS…]",
		Short:   "Trace a program from its start",
		Long:    runLong,
		Example: runExample,
		// The flags end where PROGRAM begins, which may be at -m or -c:
		// package launch knows, the flag parser cannot.
		DisableFlagParsing:    true,
		DisableFlagsInUseLine: true,
		Args:                  cobra.ArbitraryArgs,
	}
	cmd.SetUsageFunc(runUsage)
	flags := cmd.Flags()
	flags.StringSliceVar(&o.only, "only", nil, "record modules `PREFIX`,… (pandas, pandas*, *) instead of your own code")
	flags.StringSliceVar(&o.skip, "skip", nil, "do not record modules `PREFIX`,…; wins over --only")
	flags.StringVar(&o.events, "events", "lines", "`WHAT`: lines (and calls), or functions (calls only: cheaper)")
	flags.StringVarP(&o.output, "output", "o", "", "make the trace in `DIR`, which must not exist yet")
	flags.StringVar(&o.python, "python", "", "run it with `PYTHON`, a path or a name on the PATH (default python3)")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "say nothing at the end")
	flags.BoolVar(&o.calibrates, "calibrate", false, "run PROGRAM twice, then untraced, and correct times by what it took")
	flags.IntVar(&o.slotSize, "slot-size", session.DefaultSlot, "bytes that a thread records into at a time")
	_ = flags.MarkHidden("slot-size") // the flag is there
	o.recording.add(flags)
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return runProgram(cmd, io, &o, args) }
	cmd.ValidArgsFunction = completeRun
	return cmd
}

// completeRun completes the flags before the program; the rest are files.
func completeRun(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
	if _, program := launch.Split(cmd.Flags(), args); len(program) > 0 || !strings.HasPrefix(toComplete, "-") {
		return nil, cobra.ShellCompDirectiveDefault
	}
	var names []string
	for line := range strings.Lines(cmd.Flags().FlagUsages()) {
		if at := strings.Index(line, "--"); at >= 0 {
			names = append(names, strings.Fields(line[at:])[0])
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func runProgram(cmd *cobra.Command, io IO, o *runOptions, args []string) error {
	cmd.InheritedFlags() // makes the root's flags known
	own, program := launch.Split(cmd.Flags(), args)
	if err := cmd.Flags().Parse(own); err != nil {
		return flagError(cmd, err)
	}
	if help, err := cmd.Flags().GetBool("help"); err == nil && help {
		return cmd.Help()
	}
	if len(program) == 0 {
		return usageError(cmd, "a program is missing, for example: tracer run app.py")
	}
	if err := io.configure(cmd); err != nil {
		return err
	}
	s, err := o.session(cmd, io, program)
	if err != nil {
		return err
	}
	status, result, err := s.Run()
	if _, ok := errors.AsType[*session.StartError](err); ok {
		return err
	}
	// The program has had its end, and what it says is what counts. A reader
	// of stderr that has gone away must not change it.
	signal.Ignore(syscall.SIGPIPE)
	if err != nil {
		fmt.Fprintln(io.Err, "tracer:", err)
	}
	if o.bar != nil {
		o.bar.clear()
	}
	if o.calibrates && err == nil {
		o.calibrate(io.Err, s, status, result)
	}
	if result != nil && !o.quiet {
		o.summary(io.Err, result)
	}
	if status.Signal != 0 {
		sys.DieOf(status.Signal)
	}
	return &ExitError{Code: status.Code}
}

func (o *runOptions) session(cmd *cobra.Command, io IO, program []string) (*session.Session, error) {
	f, err := filter.New(o.only, o.skip)
	if err != nil {
		return nil, usageError(cmd, "%w", err)
	}
	options := session.Options{
		Program: program, Output: o.output, Only: f.Only(), Skip: f.Skip(),
		Events: o.events, SlotSize: o.slotSize, Version: Version(),
	}
	if err := o.recording.apply(&options); err != nil {
		return nil, usageError(cmd, "%w", err)
	}
	options.Command, err = launch.Resolve(program, o.python)
	if err != nil {
		return nil, err
	}
	options.Library, err = launch.FindLibrary()
	if err != nil {
		return nil, err
	}
	if !o.quiet {
		o.bar = &lateProgress{env: &env{IO: io}, what: "compacting what is left"}
		options.Progress = o.bar.step
	}
	s, err := session.New(options)
	if _, ok := errors.AsType[*session.OptionError](err); ok {
		return nil, usageError(cmd, "%w", err)
	}
	return s, err
}

// summary says what was recorded, where it is and what to type next.
func (o *runOptions) summary(w io.Writer, r *session.Result) {
	if r.Discarded {
		fmt.Fprintln(w, "tracer: none of the triggers was met, nothing is kept")
		return
	}
	if r.Processes == 0 && r.Heirs {
		fmt.Fprintf(w, "tracer: nothing recorded yet; %s, in %s\n", outlived(r), r.Path)
		return
	}
	if r.Processes == 0 {
		fmt.Fprintf(w, "tracer: nothing recorded: %s\n", strings.Join(r.Why, "; "))
		if len(r.Refused) > 0 && o.python == "" {
			fmt.Fprintln(w, "tracer: choose another Python with --python")
		}
		return
	}
	events := render.Plural(r.Events, "event")
	if r.Processes > 1 {
		events += ", " + render.Plural(r.Processes, "process")
	}
	fmt.Fprintf(w, "tracer: %s, %s, %s, %s in %s\n", events, render.Plural(r.Threads, "thread"),
		render.Duration(r.Duration.Nanoseconds()), render.Bytes(r.Bytes), r.Path)
	if r.Trigger != nil {
		fmt.Fprintf(w, "tracer: kept for %s\n", triggerText(r.Trigger))
	}
	if r.Dropped > 0 {
		fmt.Fprintf(w, "tracer: %s lost (%s), see tracer info\n", render.Plural(r.Dropped, "event"), o.recording.why(r))
	}
	if r.Alive > 0 || r.Heirs {
		fmt.Fprintln(w, "tracer:", outlived(r))
	}
	if r.Pending {
		fmt.Fprintln(w, "tracer: none of the triggers was met yet; if none is by then, nothing is kept")
	}
	if len(r.Trimmed) > 0 {
		fmt.Fprintf(w, "tracer: removed to make room: %s\n", strings.Join(r.Trimmed, ", "))
	}
	for _, note := range append(r.Notes, r.Refused...) {
		fmt.Fprintf(w, "tracer: %s\n", note)
	}
	fmt.Fprintf(w, "tracer: %s\n", o.next(r))
}

// triggerText says which trigger was met, when and where.
func triggerText(t *store.Trigger) string {
	text := t.What + " at " + render.Duration(t.AtNS)
	if t.PID != 0 {
		text += " in process " + strconv.Itoa(t.PID)
	}
	if t.Thread != 0 {
		text += ", thread " + strconv.Itoa(t.Thread)
	}
	return text
}

// outlived tells of the processes that go on.
func outlived(r *session.Result) string {
	text := render.Plural(r.Alive, "process") + " of it live on and are recorded until they end"
	switch {
	case r.Alive == 0:
		text = "a Python that it has started is recorded when it begins, until it ends"
	case r.Alive == 1:
		text = "1 process of it lives on and is recorded until it ends"
	}
	if r.Kept != nil {
		text += fmt.Sprintf("; nobody compacts that: %v; see tracer recover", r.Kept)
	}
	return text
}

// next is the advice at the end.
func (o *runOptions) next(r *session.Result) string {
	switch {
	case r.Events == 0 && len(o.only) > 0:
		return "no module of --only " + strings.Join(o.only, ",") + " ran"
	case r.Events == 0:
		return "none of your own modules ran; name others with --only"
	case o.output != "":
		return "see where the time went: tracer report " + quoted(o.output)
	}
	return "see where the time went: tracer report"
}

// quoted puts a word in quotes if a shell would take it apart.
func quoted(word string) string {
	if strings.ContainsFunc(word, func(r rune) bool { return strings.ContainsRune(" \t\n'\"\\$&;|<>()*?[]#~`!", r) }) {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}

package cli

import (
	"errors"
	"fmt"
	"io"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"tracer/internal/filter"
	"tracer/internal/launch"
	"tracer/internal/render"
	"tracer/internal/session"
	"tracer/internal/sys"
)

const runLong = `Run starts PROGRAM and records every line and every call of its own modules,
or of those that --only names. Its output, input, signals and exit status are
its own.

PROGRAM is a Python file (app.py), -m MODULE, or any command that ends up as a
Python (pytest, gunicorn, python3.13 -X dev app.py). What follows PROGRAM is for
the program; flags of tracer come before it.`

const runExample = `  tracer run app.py --verbose
  tracer run --only pandas,myproject -m myproject
  tracer run --events functions pytest -q`

type runOptions struct {
	only, skip []string
	events     string
	output     string
	python     string
	quiet      bool
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
	flags := cmd.Flags()
	flags.StringSliceVar(&o.only, "only", nil, "record these modules `PREFIX`,… (pandas, pandas*, *) instead of your own code")
	flags.StringSliceVar(&o.skip, "skip", nil, "do not record these modules `PREFIX`,…; wins over --only")
	flags.StringVar(&o.events, "events", "lines", "`WHAT` to record: lines (and calls) or functions (calls only)")
	flags.StringVarP(&o.output, "output", "o", "", "`DIR` to make the trace in, which must not exist yet")
	flags.StringVar(&o.python, "python", "", "the `INTERPRETER`, a path or a name on the PATH (default python3)")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "say nothing at the end")
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
	command, err := launch.Resolve(program, o.python)
	if err != nil {
		return nil, err
	}
	library, err := launch.FindLibrary()
	if err != nil {
		return nil, err
	}
	options := session.Options{
		Program: program, Command: command, Library: library, Output: o.output,
		Only: f.Only, Skip: f.Skip, Events: o.events, SlotSize: o.slotSize, Version: Version(),
	}
	if err := o.recording.apply(&options); err != nil {
		return nil, usageError(cmd, "%w", err)
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
		fmt.Fprintf(w, "tracer: kept for %s at %s\n", r.Trigger.What, render.Duration(r.Trigger.AtNS))
	}
	if r.Dropped > 0 {
		fmt.Fprintf(w, "tracer: %s lost (%s), see tracer info\n", render.Plural(r.Dropped, "event"), o.recording.why(r))
	}
	switch {
	case r.Alive > 0 && r.Kept == nil:
		fmt.Fprintf(w, "tracer: %s of it live on and are recorded until they end\n", render.Plural(r.Alive, "process"))
	case r.Alive > 0:
		fmt.Fprintf(w, "tracer: %s of it live on, and nobody compacts what they record: %v\n", render.Plural(r.Alive, "process"), r.Kept)
	}
	if len(r.Trimmed) > 0 {
		fmt.Fprintf(w, "tracer: removed to make room: %s\n", strings.Join(r.Trimmed, ", "))
	}
	for _, note := range append(r.Notes, r.Refused...) {
		fmt.Fprintf(w, "tracer: %s\n", note)
	}
	fmt.Fprintf(w, "tracer: %s\n", o.next(r))
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

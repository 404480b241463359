package cli

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const runLong = `Run starts PROGRAM and records every line and every call of its own modules,
or of those that --only names, in all processes that it forks or starts. Its
output, input, signals and exit status are its own.

PROGRAM is a Python file (app.py), -m MODULE, or any command that ends up as a
Python (pytest, gunicorn, python3.13 -X dev app.py). What follows PROGRAM is for
the program; flags of tracer come before it.

Reports correct times by what the tracing itself took, as it was measured at the
program's start. --calibrate does better: when the program has ended well it is
run once more, untraced and unseen (it reads the same file as input or nothing,
and its output is dropped), and processor times are compared. So it must be one
that can be run twice.

With --ring only the latest is kept, for programs that run for ever. With
--trigger the trace is kept only if something happens:

  exception            an exception is not caught, in any thread or process
  call                 the program calls sys.audit("tracer.trigger")
  signal[:NAME]        a signal ends the program: signal:SIGSEGV
  exit[:CODE]          it ends with a status other than 0, or with this one
  slow:FUNCTION>TIME   a call takes longer: slow:app.views.*>500ms`

const runExample = `  tracer run app.py --verbose
  tracer run --only pandas,myproject -m myproject
  tracer run --events functions pytest -q
  tracer run --ring 256MB --trigger exception gunicorn app:app`

// runGroups are the flags of run as help shows them.
var runGroups = []struct {
	title string
	flags []string
}{
	{"What is recorded", []string{"only", "skip", "events", "no-children", "sample", "calibrate", "python"}},
	{"How much is kept", []string{"max-size", "when-full", "ring", "trigger", "durable", "keep-size"}},
	{"Where, and the rest", []string{"output", "quiet", "help"}},
}

// helpWidth is the width of a terminal, as far as help knows.
const helpWidth = 80

// runUsage is cobra's usage, but with the flags in groups.
func runUsage(cmd *cobra.Command) error {
	cmd.InitDefaultHelpFlag()
	w := cmd.OutOrStderr()
	fmt.Fprintf(w, "Usage:\n  %s\n\nExamples:\n%s\n", cmd.UseLine(), cmd.Example)
	for _, group := range runGroups {
		set := pflag.NewFlagSet(group.title, pflag.ContinueOnError)
		set.SortFlags = false
		for _, name := range group.flags {
			set.AddFlag(cmd.Flag(name))
		}
		fmt.Fprintf(w, "\n%s:\n%s", group.title, set.FlagUsagesWrapped(helpWidth))
	}
	_, err := fmt.Fprintf(w, "\nGlobal Flags:\n%s", cmd.InheritedFlags().FlagUsagesWrapped(helpWidth))
	return err
}

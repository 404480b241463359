// Package cli is the command line: one file per subcommand, each with a
// constructor and a struct of its options. It alone wires the other packages
// together; what is worth calling lives in them.
package cli

import (
	"os"

	"github.com/spf13/cobra"

	"tracer/internal/config"
)

// Main runs the command line args and returns the exit status.
func Main(args []string) int {
	return Run(IO{os.Stdin, os.Stdout, os.Stderr, config.Here()}, args)
}

// Run runs the command line args with its output going to io.
func Run(io IO, args []string) int {
	root := newRoot(io)
	root.SetArgs(args)
	cmd, err := root.ExecuteC()
	return finish(io.Err, explain(cmd, err))
}

const rootLong = `Tracer records every line and every call of a Python program, with a time
stamp, and shows where the time went.`

const rootExample = `  tracer run app.py                 trace a program (its own modules)
  tracer run --only pandas app.py   trace a package
  tracer report                     where the time went, by function
  tracer report --by line           the slowest lines
  tracer annotate app.py            the source, with hits and times`

// helpConfig is what help of commands with flags ends with.
const helpConfig = `{{if and .HasParent .HasAvailableFlags}}
Flags may also be set in files and variables: tracer config --help
{{end}}`

func newRoot(io IO) *cobra.Command {
	root := &cobra.Command{
		Use:                        "tracer",
		Short:                      "Trace Python programs, line by line",
		Long:                       rootLong,
		Example:                    rootExample,
		Version:                    Version(),
		SilenceErrors:              true,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: 2, // letters
		Args:                       cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.DisableFlagParsing || cmd.Name() == configName {
				return nil // it has to do so itself, later
			}
			return io.configure(cmd)
		},
	}
	root.SetIn(io.In)
	root.SetOut(io.Out)
	root.SetErr(io.Err)
	root.SetFlagErrorFunc(flagError)
	root.SetVersionTemplate("tracer {{.Version}}\n")
	e := &env{IO: io}
	choiceFlag(root, &e.color, "color", "colours in text", "auto", "always", "never")
	root.SetHelpTemplate(root.HelpTemplate() + helpConfig)
	root.SetHelpCommand(newHelp())
	root.AddCommand(newRun(io), newReport(e), newAnnotate(e), newDiff(e), newAdvise(e), newExport(e), newEvents(e), newCounters(e), newInfo(e), newList(e), newRm(e), newPack(e), newUnpack(e), newRecover(e), newVerify(e), newPerfecthash(e), newDoctor(e), newConfig(e), newKeep(), newTrial())
	return root
}

// newHelp is cobra's help command, but one that knows what it does not know.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, c := range cmd.Root().Commands() {
				if len(args) == 0 && c.IsAvailableCommand() {
					names = append(names, cobra.CompletionWithDesc(c.Name(), c.Short))
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				return unknownCommand(found, rest[0])
			}
			return found.Help()
		},
	}
}

func unknownCommand(root *cobra.Command, name string) error {
	if near := root.SuggestionsFor(name); len(near) > 0 {
		return usageError(root, "unknown command %q, did you mean %q?", name, near[0])
	}
	return usageError(root, "unknown command %q", name)
}

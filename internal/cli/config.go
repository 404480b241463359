package cli

import (
	"bufio"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tracer/internal/config"
)

// configName is the command that works even where the settings are wrong.
const configName = "config"

const configLong = `Config shows what flags are set to elsewhere than on the command line, of all
commands or of one, and where. --all shows the rest, too.

What is given on the command line holds, else the first of these that has it:

  TRACER_*                    TRACER_RUN_MAX_SIZE is --max-size of tracer run
  tracer.toml, or the table [tool.tracer] of pyproject.toml, in the nearest
                              directory upwards that has one
  tracer/config.toml          in the user's configuration directory (~/.config)

In a file each command is a table: [run], or [tool.tracer.run] in pyproject.toml.
A flag that several commands have (color, format, limit, only, skip, …) may stand
above all tables, then it is for all; as a variable it is TRACER_ONLY. An empty
value is the built-in default. What is unknown is an error.

Files that neither you nor root own, and files that everybody may write to, are
ignored, with a warning: the Python to run is a setting, too. TRACER_CONFIG=FILE
takes FILE instead of a search, whoever owns it; TRACER_IGNORE=NAME,… says which
variables TRACER_… are another program's.`

const configExample = `  tracer config
  tracer config run --all
  tracer config --template > tracer.toml`

type configOptions struct {
	format        string
	all, template bool
}

func newConfig(e *env) *cobra.Command {
	var o configOptions
	cmd := &cobra.Command{
		Use:               configName + " [COMMAND]",
		Short:             "What is set in files and variables, and where",
		Long:              configLong,
		Example:           configExample,
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: completeConfig,
		RunE:              func(cmd *cobra.Command, args []string) error { return o.run(cmd, e, args) },
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.all, "all", false, "show what is not set, too, with its default")
	flags.BoolVar(&o.template, "template", false, "write a file of all settings, commented out, with what they mean")
	choiceFlag(cmd, &o.format, "format", "how to write it", "text", "json")
	return cmd
}

func completeConfig(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, c := range configured(cmd.Root()) {
		if len(args) == 0 {
			names = append(names, cobra.CompletionWithDesc(c.Name(), c.Short))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func (o *configOptions) run(cmd *cobra.Command, e *env, args []string) error {
	commands := configured(cmd.Root())
	if len(args) > 0 {
		found, rest, err := cmd.Root().Find(args)
		if err != nil || len(rest) > 0 || !configurable(found) {
			return usageError(cmd, "unknown command %q, expected one that has flags", strings.Join(args, " "))
		}
		commands = []*cobra.Command{found}
	}
	c, err := config.Load(e.Place, schemaOf(cmd.Root()))
	problems := splitErrors(err)
	if err := applySettings(cmd, c); err != nil {
		problems = append(problems, splitErrors(err)...)
	}
	if o.template {
		return e.buffered(func(w *bufio.Writer) error { return writeTemplate(w, cmd.Root()) })
	}
	warnIgnored(e.Err, c)
	data := configData{Settings: o.rows(cmd, commands, c), Files: newConfigFiles(c), Problems: []string{}}
	for _, p := range problems {
		data.Problems = append(data.Problems, p.Error())
		e.say(p)
	}
	if err := e.buffered(func(w *bufio.Writer) error { return data.write(w, e.screen(), o.format) }); err != nil {
		return err
	}
	if len(problems) > 0 {
		return &ExitError{Code: exitFailed}
	}
	return nil
}

// splitErrors takes joined errors apart.
func splitErrors(err error) []error {
	if err == nil {
		return nil
	}
	if list, ok := err.(interface{ Unwrap() []error }); ok {
		return list.Unwrap()
	}
	return []error{err}
}

// rows are the settings of some commands. The program's own flags are shown once,
// and for a command only where it has them otherwise.
func (o *configOptions) rows(self *cobra.Command, commands []*cobra.Command, c *config.Config) []configRow {
	rows := []configRow{}
	shown := map[string]bool{}
	for _, cmd := range commands {
		visit(cmd, func(flag *pflag.Flag, own bool) {
			key := keyOf(tableOf(cmd), flag)
			setting, set := c.Lookup(key)
			if !own && setting.Key.Command == "" {
				key.Command = ""
			}
			row := newConfigRow(key, flag, setting)
			if flag.Changed && !own && len(flag.Annotations[sourceNote]) == 0 {
				row.Source, row.Value, set = "--"+flag.Name, flag.Value.String(), true
			}
			if shown[row.Key] || !set && (!o.all || flag.Hidden) {
				return
			}
			shown[row.Key] = true
			rows = append(rows, row)
		})
	}
	slices.SortStableFunc(rows, func(a, b configRow) int { // the program's own first
		return min(strings.Count(a.Key, "."), 1) - min(strings.Count(b.Key, "."), 1)
	})
	return rows
}

// newConfigFiles are the files that were looked at.
func newConfigFiles(c *config.Config) []configFile {
	files := []configFile{}
	for _, f := range c.Files {
		files = append(files, configFile{f.Path, string(f.State), f.Why})
	}
	return files
}

// said is a value of a setting as text has it.
func said(value any) string {
	if list, ok := value.([]string); ok {
		return strings.Join(list, ", ")
	}
	return fmt.Sprint(value)
}

package cli

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tracer/internal/render"
	"tracer/internal/store"
)

const rmLong = `Rm removes traces, by their names or paths, and says how much that has freed. It
does not ask.

A trace that is being recorded stays, and so does one in whose directory there is
anything that is not of a trace. --all and --older remove traces of the state
directory: those that tracer list shows.`

const rmExample = `  tracer rm app-20260102-150405
  tracer rm --older 30d --dry-run
  tracer rm --all`

type rmOptions struct {
	all, dryRun bool
	older       age
}

func newRm(e *env) *cobra.Command {
	var o rmOptions
	cmd := &cobra.Command{
		Use:               "rm TRACE…",
		Short:             "Remove traces",
		Long:              rmLong,
		Example:           rmExample,
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: completeTraces,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(cmd, args); err != nil {
				return err
			}
			return o.run(e, args)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.all, "all", false, "remove all traces of the state directory")
	flags.Var(&o.older, "older", "remove those that began longer ago than `AGE` (12h, 30d, 2w)")
	flags.BoolVarP(&o.dryRun, "dry-run", "n", false, "only say what would be removed")
	return cmd
}

func (o *rmOptions) check(cmd *cobra.Command, args []string) error {
	several := o.all || o.older.set
	switch {
	case o.all && o.older.set:
		return usageError(cmd, "--all and --older, expected one of them")
	case !several && len(args) == 0:
		return usageError(cmd, "no trace is named, expected TRACE…, --all or --older AGE")
	case several && len(args) > 0:
		return usageError(cmd, "%s beside --all or --older", render.Plural(len(args), "trace"))
	case slices.Contains(args, ""):
		return usageError(cmd, "a trace's name is empty")
	}
	return nil
}

// doomed is a trace that is to be removed.
type doomed struct{ name, path string }

func (o *rmOptions) run(e *env, args []string) error {
	list, err := store.List()
	if err != nil {
		return err
	}
	traces, failed := o.choose(e, list, args)
	var bytes int64
	count := 0
	for _, t := range traces {
		n, err := store.Removable(t.path)
		if err == nil && !o.dryRun {
			err = store.Remove(t.path)
		}
		if err != nil {
			failed = true
			e.say(err)
			continue
		}
		count, bytes = count+1, bytes+n
		fmt.Fprintf(e.Out, "%s %s, %s\n", o.word("removed", "would remove"), render.Clean(t.name), render.Bytes(n))
	}
	switch {
	case len(traces) == 0 && !failed:
		fmt.Fprintln(e.Err, "tracer: nothing to remove")
	case count > 1:
		fmt.Fprintf(e.Out, "%s, %s %s\n", render.Plural(count, "trace"), render.Bytes(bytes), o.word("freed", "would be freed"))
	}
	if failed {
		return &ExitError{Code: exitFailed}
	}
	return nil
}

func (o *rmOptions) word(done, dry string) string {
	if o.dryRun {
		return dry
	}
	return done
}

// choose returns what is to be removed, each once, and whether something that was
// named is not there.
func (o *rmOptions) choose(e *env, list []store.Entry, args []string) (traces []doomed, failed bool) {
	slices.Reverse(list) // the oldest first
	for _, t := range list {
		if o.all || o.older.set && time.Since(t.When()) > o.older.Duration {
			traces = append(traces, doomed{t.Name, t.Path})
		}
	}
	for _, arg := range args {
		path, err := findTrace(list, arg)
		if err != nil {
			failed = true
			e.say(err)
			continue
		}
		if !slices.ContainsFunc(traces, func(t doomed) bool { return t.path == path }) {
			traces = append(traces, doomed{arg, path})
		}
	}
	return traces, failed
}

// findTrace is store.Resolve, but it finds what is left of a trace, too.
func findTrace(list []store.Entry, arg string) (string, error) {
	path, err := store.Resolve(arg)
	if err == nil {
		return path, nil
	}
	for _, t := range list {
		if t.Name == strings.TrimSuffix(arg, store.Suffix) {
			return t.Path, nil
		}
	}
	if _, lerr := os.Lstat(arg); lerr == nil {
		return arg, nil
	}
	return "", err
}

// say says an error that does not end the command.
func (e *env) say(err error) { fmt.Fprintln(e.Err, "tracer:", oneLine(err.Error())) }

// completeTraces completes the names of traces, each once.
func completeTraces(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
	names, directive := completeTrace(0)(cmd, nil, toComplete)
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(args, name) }), directive
}

// age is the value of a flag that is a time span, in days and weeks too.
type age struct {
	time.Duration
	set bool
}

// String implements pflag.Value.
func (a *age) String() string {
	if !a.set {
		return ""
	}
	return a.Duration.String()
}

// Type implements pflag.Value.
func (a *age) Type() string { return "age" }

// Set implements pflag.Value.
func (a *age) Set(s string) error {
	d, err := time.ParseDuration(s)
	for unit, hours := range map[string]float64{"d": 24, "w": 7 * 24} {
		number, ok := strings.CutSuffix(s, unit)
		if !ok {
			continue
		}
		var n float64
		n, err = strconv.ParseFloat(number, 64)
		if n *= hours * float64(time.Hour); err == nil && !(math.Abs(n) < math.MaxInt64) {
			err = strconv.ErrRange
		}
		d = time.Duration(n)
	}
	if err != nil || d < 0 {
		return errors.New("expected a number and its unit: 12h, 30d, 2w")
	}
	a.Duration, a.set = d, true
	return nil
}

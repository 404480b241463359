package cli

import (
	"bufio"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tracer/internal/analyze/query"
	"tracer/internal/analyze/tree"
	"tracer/internal/render"
	"tracer/trace"
)

const treeLong = `With --tree, --callers or --callees the rows are a calling context tree: a function
is a row of its own below each function that called it. --tree has all, from the
outermost calls on; --callees FUNCTION what it called, wherever it was called from; and
--callers FUNCTION is read upwards: who called it, from which line, and what of its
time each caller is responsible for. A FUNCTION is its name (Shop.buy, shop.Shop.buy) or
a place (shop.py:12). With --by line the lines of each function are rows too, with what was
called from them. A function that is open already is not told apart when it is called
again, unless --fold-recursion=false.`

const treeExample = `  tracer report --tree                       who called whom, and what that took
  tracer report --callers util.slow          who made util.slow so slow
  tracer report --callees load --by line     what load spent its time on, line by line`

// treeLimit is how many rows text has by default, the ones with the largest totals.
const treeLimit = 100

// treeOptions are the flags of the trees of report.
type treeOptions struct {
	tree             bool
	callers, callees string
	minShare         shareValue
	shareGiven       bool
	fold             bool
}

func (o *treeOptions) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&o.tree, "tree", false, "a calling context tree: who called whom")
	flags.StringVar(&o.callers, "callers", "", "who called this `FUNCTION`: a name, or a place like app.py:12")
	flags.StringVar(&o.callees, "callees", "", "what this `FUNCTION` called")
	o.minShare = 0.01
	flags.Var(&o.minShare, "min-share", "of a tree, rows with at least this share of all; json has all by default")
	flags.BoolVar(&o.fold, "fold-recursion", true, "of a tree, calls of what is open already are no rows of their own")
}

// shareValue is the value of a flag that is a part of a whole: 1%.
type shareValue float64

// String implements pflag.Value.
func (s *shareValue) String() string { return strconv.FormatFloat(100*float64(*s), 'g', -1, 64) + "%" }

// Type implements pflag.Value.
func (s *shareValue) Type() string { return "PERCENT" }

// Set implements pflag.Value.
func (s *shareValue) Set(text string) error {
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	if err != nil || !(n >= 0 && n <= 100) {
		return fmt.Errorf("expected a part of the whole like 0.5%%, 0 for all")
	}
	*s = shareValue(n / 100)
	return nil
}

// asked reports whether a tree is asked for.
func (o *treeOptions) asked() bool { return o.tree || o.callers != "" || o.callees != "" }

// check finds what does not go together. by, sort and format are those of the report.
func (o *treeOptions) check(cmd *cobra.Command, by, format string) error {
	o.shareGiven = cmd.Flags().Changed("min-share")
	typed := func(name string) bool { // what is configured is for when it makes sense
		return cmd.Flags().Changed(name) && cmd.Flag(name).Annotations[sourceNote] == nil
	}
	if !o.asked() {
		for _, name := range []string{"min-share", "fold-recursion"} {
			if typed(name) {
				return usageError(cmd, "--%s is for --tree, --callers and --callees", name)
			}
		}
		return nil
	}
	several := 0
	for _, one := range []bool{o.tree, o.callers != "", o.callees != ""} {
		if one {
			several++
		}
	}
	switch {
	case several > 1:
		return usageError(cmd, "--tree, --callers and --callees are different trees: choose one")
	case by != "function" && by != "line":
		return usageError(cmd, "--by %s: a tree is by function or line", by)
	case typed("sort"):
		return usageError(cmd, "--sort: a tree is in the order of the totals")
	case format == "csv":
		return usageError(cmd, "--format csv: a tree has no csv, choose json")
	}
	return nil
}

// reportTree is what is written of a tree.
type reportTree struct {
	*reportOptions
	env    *env
	trace  *trace.Trace
	name   string // of the trace, as it was given
	query  *query.Query
	tree   *tree.Tree
	times  times
	byLine bool
}

// runTree writes the tree that is asked for.
func (o *reportOptions) runTree(e *env, t *trace.Trace, name string, q *query.Query) error {
	x := &reportTree{reportOptions: o, env: e, trace: t, name: name, query: q, times: times{o.raw}, byLine: o.by == "line"}
	failed := x.build()
	if x.tree == nil {
		return failed
	}
	functions, err := x.functions()
	if err != nil {
		return err
	}
	err = e.buffered(func(w *bufio.Writer) error {
		if o.format == "json" {
			return x.json(w, functions)
		}
		return x.text(w, functions)
	})
	if err != nil {
		return err
	}
	return failed
}

// build makes the tree.
func (x *reportTree) build() error {
	bar := &eventsProgress{env: x.env, what: "adding up calls"}
	defer bar.clear()
	return interruptible(func(ctx context.Context) (err error) {
		x.tree, err = tree.Build(ctx, x.trace, x.query, tree.Options{
			FoldRecursion: x.trees.fold, AnySite: !x.byLine && x.trees.callers == "", Functions: !x.byLine || x.trees.callers != "",
		}, bar.step)
		return err
	})
}

// functions returns those whose callers or callees are asked for.
func (x *reportTree) functions() ([]*tree.Function, error) {
	text := x.trees.callers + x.trees.callees
	if text == "" {
		return nil, nil
	}
	found := x.tree.Find(text)
	switch {
	case len(found) > 1:
		fmt.Fprintf(x.env.Err, "tracer: %s is %s, all are shown: %s\n", render.Clean(text), render.Plural(len(found), "function"), some(x.names(found), ", "))
	case len(found) == 0 && len(x.tree.Functions) == 0:
		return nil, fmt.Errorf("find function %s: nothing was recorded of what is asked for", text)
	case len(found) == 0:
		if near := x.tree.Near(text, 3); len(near) > 0 {
			return nil, fmt.Errorf("find function %s: not in the trace; did you mean %s?", text, some(x.names(near), " or "))
		}
		return nil, fmt.Errorf("find function %s: not in the trace, which has %s", text, some(x.names(x.tree.Functions), ", "))
	}
	return found, nil
}

func (x *reportTree) names(functions []*tree.Function) (names []string) {
	for _, f := range functions {
		names = append(names, fmt.Sprintf("%s (%s)", functionName(f.Module, f.Name), place(f.File, f.FirstLine, x.trace.Info().Cwd)))
	}
	return names
}

package cli

import (
	"bufio"
	"cmp"
	"fmt"
	"math"

	"tracer/internal/analyze/profile"
	"tracer/internal/analyze/tree"
	"tracer/internal/render"
)

// treeText draws a tree.
type treeText struct {
	*reportTree
	table   *render.Table
	sources *sources
	whole   int64 // what shares are of
	hits    bool  // lines are rows, and have hits
	chosen  map[*branch][]*branch
	guides  guides
	most    int // rows
	rows    int // that are shown
	hidden  int // and those next to them that are not
}

// traced is the time in traced code: shares are of that.
func (x *reportTree) traced() int64 { return x.of(x.tree.Root.Total) - x.of(x.tree.Root.Self) }

// least is the smallest total that is shown.
func (x *reportTree) least() int64 {
	return int64(math.Ceil(float64(x.trees.minShare) * float64(x.traced())))
}

// text writes the whole tree, or those of some functions.
func (x *reportTree) text(w *bufio.Writer, functions []*tree.Function) error {
	if functions == nil {
		roots := x.calls(x.tree.Root.Children)
		if len(roots) == 0 {
			return x.nothing(w)
		}
		return x.draw(w, true, roots...)
	}
	for i, f := range functions {
		if i > 0 {
			fmt.Fprintln(w)
		}
		var root *branch
		what := "what %s called, from wherever it was called itself"
		if x.trees.callers != "" {
			what = "who called %s, and what of its time each caller is responsible for"
			root = x.callers(x.tree.Callers(f, true))
		} else {
			root = x.call(x.tree.Callees(f, x.byLine))
		}
		fmt.Fprintf(w, what+"\n\n", render.Clean(functionName(f.Module, f.Name)))
		if err := x.draw(w, i == len(functions)-1, root); err != nil {
			return err
		}
	}
	return nil
}

// draw writes a table of trees, and what is to be said of it; below the last one, what is to
// be said of all.
func (x *reportTree) draw(w *bufio.Writer, last bool, roots ...*branch) error {
	t := &treeText{reportTree: x, sources: newSources(x.trace), whole: x.traced(), hits: x.byLine && x.trees.callers == ""}
	columns := []render.Column{{Title: "TOTAL", Right: true}, {Right: true}, {Title: "SELF", Right: true}, {Right: true}, {Title: "CALLS", Right: true}}
	if t.hits {
		columns = append(columns, render.Column{Title: "HITS", Right: true})
	}
	t.table = render.NewTable(x.env.screen(), append(columns, render.Column{Title: "FUNCTION"})...)
	f := forest[*branch]{
		below: func(b *branch) []*branch { return b.below() },
		total: func(b *branch) int64 { return b.total },
		least: x.least(),
		limit: x.limit,
	}
	if !x.limited {
		f.limit = treeLimit
	}
	t.most = f.limit
	t.chosen = f.choose(roots...)
	t.guides = t.guidesFor(roots)
	t.level(roots, "", true)
	if err := t.table.Write(w); err != nil {
		return err
	}
	fmt.Fprint(w, "\n", t.shown())
	if !last {
		fmt.Fprintln(w)
		return nil
	}
	return t.below(w)
}

// shown says which rows there are.
func (t *treeText) shown() string {
	rows := render.Plural(t.rows, "row")
	switch {
	case t.hidden > 0 && t.rows == t.most:
		return "the " + rows + " with the largest totals (more: --limit 0)"
	case t.hidden > 0:
		return fmt.Sprintf("%s of at least %s of all (more: --min-share 0)", rows, t.trees.minShare.String())
	}
	return rows
}

// below writes what comes below the tables.
func (t *treeText) below(w *bufio.Writer) error {
	root := t.tree.Root
	fmt.Fprintf(w, "; %s in traced code, %s outside of it\n", render.Duration(max(t.whole, 0)), render.Duration(max(t.of(root.Self), 0)))
	p := &profile.Profile{SelfNS: root.Total.NS, RawSelfNS: root.Total.RawNS, Measured: t.tree.Measured}
	fmt.Fprintln(w, t.reportTree.times.taken(t.trace.Info(), p))
	if t.tree.Deeper > 0 {
		fmt.Fprintf(w, "%s too deep to be told apart, or when the tree was full\n", render.Plural(t.tree.Deeper, "call"))
	}
	for _, n := range t.next() {
		fmt.Fprintln(w, t.env.screen().Paint(render.Dim, "next: "+n))
	}
	return nil
}

// next are commands to type for what of the rows took the longest by itself.
func (t *treeText) next() []string {
	var most *branch
	for b := range t.chosen {
		if f := b.function; f != nil && f.Code != nil && f.Name != "<module>" && (most == nil || b.self > most.self || b.self == most.self && before(b, most)) {
			most = b
		}
	}
	if most == nil {
		return nil
	}
	f, r := most.function, &reportText{reportOptions: t.reportOptions, trace: t.trace, name: t.name}
	if t.trees.tree {
		return []string{r.next("report --callers " + quoted(render.Clean(functionName(f.Module, f.Name)))), r.annotate(f.File)}
	}
	return []string{r.annotate(f.File)}
}

// before puts rows in some order.
func before(a, b *branch) bool {
	return cmp.Or(cmp.Compare(a.function.File, b.function.File), cmp.Compare(a.function.FirstLine, b.function.FirstLine)) < 0
}

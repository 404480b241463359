package advise

import (
	"fmt"
	"strings"

	"tracer/internal/analyze/tree"
)

// Imports at run time.
const (
	importsKind  = "late-import"
	importsShare = .02
)

func imports() Kind {
	return Kind{
		Name:       importsKind,
		Title:      "An import while the program runs",
		Thresholds: fmt.Sprintf("lines of functions that import take %.0f%% of the whole, with the bodies of the modules that they load", 100*importsShare),
		Why:        "The first one loads the module then, in the middle of a request; each later one still looks it up. Imports of modules' bodies, which load when the program starts, are not meant.",
		find: func(f *Facts) (list []Finding) {
			at := map[Place]*imported{}
			f.loaded(f.tree.Root, at)
			for i := range f.lines {
				r := &f.lines[i]
				p := Place{r.Module, r.Function, r.File, r.Line}
				if !isImport(f.source(p)) || moduleBody(r.Function) || machinery(r.Module) {
					continue
				}
				if at[p] == nil {
					at[p] = &imported{}
				}
				at[p].ns = max(at[p].ns, r.TotalNS)
			}
			for p, x := range at {
				r := f.byPlace[p]
				if r == nil || x.ns < f.ofWhole(importsShare) {
					continue
				}
				list = append(list, Finding{
					Title:   "a module is loaded while the program runs",
					Advice:  "import at the top of the module, or once at the start, where nobody waits for it",
					Place:   p,
					SavesNS: x.ns,
					Window:  f.lineWindow(p),
					Evidence: []Figure{
						{"time", float64(x.ns), NS}, {"hits", float64(r.Count), Count}, {"modules' bodies that ran", float64(x.bodies), Count},
					},
				})
			}
			return list
		},
	}
}

// imported is what a line has imported.
type imported struct {
	ns     int64
	bodies uint64
}

// loaded finds the lines of functions below which bodies of modules ran.
func (f *Facts) loaded(n *tree.Node, at map[Place]*imported) {
	for _, c := range n.Children {
		body := moduleBody(c.Function.Name) && c.Function.Module != "__main__" // that is a program, run by another
		own := n.Function != nil && !moduleBody(n.Function.Name) && !machinery(n.Function.Module)
		if own && (body || machinery(c.Function.Module)) {
			if bodies := bodiesIn(c); bodies > 0 {
				p := placeOf(n.Function, c.Site)
				if at[p] == nil {
					at[p] = &imported{}
				}
				at[p].ns += c.Total.NS
				at[p].bodies += bodies
				continue // what that imports is its own
			}
		}
		f.loaded(c, at)
	}
}

// bodiesIn counts the bodies of modules that ran in a node, and below.
func bodiesIn(n *tree.Node) (bodies uint64) {
	if moduleBody(n.Function.Name) {
		bodies += n.Calls
	}
	for _, c := range n.Children {
		bodies += bodiesIn(c)
	}
	return bodies
}

func moduleBody(function string) bool { return function == "<module>" }

// machinery reports whether a module is that which imports.
func machinery(module string) bool {
	return strings.HasPrefix(module, "importlib") || strings.HasPrefix(module, "_frozen_importlib")
}

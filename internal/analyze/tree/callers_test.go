package tree

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"tracer/internal/analyze/query"
)

// TestCallers compares callers with what is found by looking at each path.
func TestCallers(t *testing.T) {
	rnd := rand.New(rand.NewPCG(15, 16))
	compared := 0
	for round := range 20 {
		tr := open(t, write(t, false, randomProcess(rnd, true, 100, 2, 1500)))
		tree := build(t, tr, query.Query{}, Options{FoldRecursion: round%2 == 0})
		for _, f := range tree.Functions {
			for _, sites := range []bool{false, true} {
				want := map[string]*Caller{}
				pathsUp(tree.Root, f, sites, nil, want)
				got := map[string]*Caller{}
				flatCallers(t, tree.Callers(f, sites), "", got)
				for path, w := range want {
					g := got[path]
					if g == nil || g.Calls != w.Calls || g.Self != w.Self || g.Total != w.Total {
						t.Fatalf("%s: %+v, expected %+v", path, g, w)
					}
					compared++
				}
				if len(got) != len(want) {
					t.Fatalf("%d callers, expected %d", len(got), len(want))
				}
			}
		}
	}
	if compared < 10_000 {
		t.Errorf("compared %d callers", compared)
	}
}

func caller(f *Function, line int) string {
	if f == nil {
		return "/nothing"
	}
	return fmt.Sprintf("/%s.%s.%d:%d", f.Module, f.Name, f.FirstLine, line)
}

// pathsUp adds each node of f to all that is on its path. What lies above the last function
// is left out: it is nothing.
func pathsUp(n *Node, f *Function, sites bool, path []*Node, into map[string]*Caller) {
	path = append(slices.Clone(path), n)
	if n.Function == f {
		total := n.Total
		if slices.ContainsFunc(path[:len(path)-1], func(n *Node) bool { return n.Function == f }) {
			total = Time{}
		}
		text, line := "", 0
		for _, up := range slices.Backward(path) {
			if !sites {
				line = 0
			}
			text += caller(up.Function, line)
			line = up.Site
			if into[text] == nil {
				into[text] = &Caller{}
			}
			into[text].add(n, total)
		}
	}
	for _, c := range n.Children {
		pathsUp(c, f, sites, path, into)
	}
}

// flatCallers adds callers by path. That nothing called one is a caller too.
func flatCallers(t *testing.T, c *Caller, path string, into map[string]*Caller) {
	t.Helper()
	path += caller(c.Function, c.Line)
	into[path] = c
	if len(c.Callers) == 0 && c.Function != nil {
		into[path+"/nothing"] = c
	}
	sum := &Caller{}
	for _, up := range c.Callers {
		sum.Calls += up.Calls
		sum.Self.Add(up.Self)
		sum.Total.Add(up.Total)
		flatCallers(t, up, path, into)
	}
	if len(c.Callers) > 0 && (sum.Calls != c.Calls || sum.Self != c.Self || sum.Total != c.Total) {
		t.Fatalf("%s: its callers have %+v, expected %+v", path, sum, c)
	}
}

// TestCallees compares what functions called, wherever they were called, with sums over their
// nodes.
func TestCallees(t *testing.T) {
	rnd := rand.New(rand.NewPCG(17, 18))
	for round := range 20 {
		tr := open(t, write(t, false, randomProcess(rnd, true, 100, 2, 1500)))
		o := Options{FoldRecursion: round%2 == 0}
		tree := build(t, tr, query.Query{}, o)
		for _, f := range tree.Functions {
			want := map[string]*oracleNode{}
			var total Time
			var walk func(n *Node)
			walk = func(n *Node) {
				if n.Function != f {
					for _, c := range n.Children {
						walk(c)
					}
					return
				}
				total.Add(n.Total)
				one := *n
				one.Site = 0
				for path, m := range flat(&Tree{Root: &Node{Children: []*Node{&one}}}) {
					into := want[path]
					if into == nil {
						into = &oracleNode{lines: map[int]*Line{}}
						want[path] = into
					}
					into.calls += m.calls
					for line, l := range m.lines {
						if into.lines[line] == nil {
							into.lines[line] = &Line{Line: line}
						}
						into.lines[line].Hits += l.Hits
						into.lines[line].Self.Add(l.Self)
					}
				}
			}
			walk(tree.Root)
			got := tree.Callees(f, true)
			if d := difference(flat(&Tree{Root: &Node{Children: []*Node{got}}}), want); d != "" {
				t.Fatalf("round %d, %v: %s", round, f, d)
			}
			addUp(t, &Tree{Root: got, Nodes: count(got) - 1}, o)
			if got.Total != total {
				t.Fatalf("%v: total %v, expected %v", f, got.Total, total)
			}
		}
	}
}

func count(n *Node) int {
	sum := 1
	for _, c := range n.Children {
		sum += count(c)
	}
	return sum
}

func TestFind(t *testing.T) {
	tr := open(t, write(t, false, `
process pid=1 clock-kind=monotonic
interpreter
file 1 path=/app/shop.py
file 2 path=/app/x/shop.py
file 3 name=<string> kind=pseudo
code 1 file=1 module=shop qualname=Shop.buy first-line=10 lines=10-20
code 20 file=1 module=shop qualname=Shop.buy.<locals>.ask first-line=12 lines=12-14
code 30 file=2 module=x.shop qualname=buy first-line=10 lines=10-11
code 40 file=3 module=__main__ qualname=<module> first-line=1 lines=1-1
thread 1 tid=1
slot thread=1
call 40 +1
call 1 +1
call 20 +1
return 20 +1
return 1 +1
call 30 +1
return 30 +1
return 40 +1
`))
	tree := build(t, tr, query.Query{}, Options{})
	for text, want := range map[string][]string{
		"Shop.buy":        {"shop.Shop.buy"},
		"shop.Shop.buy":   {"shop.Shop.buy"},
		"x.shop.buy":      {"x.shop.buy"},
		"buy":             {"x.shop.buy"}, // the whole name of one
		"ask":             {"shop.Shop.buy.<locals>.ask"},
		"shop.py:10":      {"shop.Shop.buy", "x.shop.buy"},
		"x/shop.py:10":    {"x.shop.buy"},
		"/app/shop.py:10": {"shop.Shop.buy"},
		"shop.py:12":      {"shop.Shop.buy.<locals>.ask"},
		"shop.py:13":      {"shop.Shop.buy.<locals>.ask"},
		"shop.py:15":      {"shop.Shop.buy"},
		"hop.py:10":       nil,
		"shop.py:99":      nil,
		"<string>:1":      {"__main__.<module>"},
		"sell":            nil,
		"":                nil,
	} {
		var got []string
		for _, f := range tree.Find(text) {
			got = append(got, f.Module+"."+f.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q is %v, expected %v", text, got, want)
		}
	}
	for text, want := range map[string]string{"by": "buy", "Shop.bye": "Shop.buy", "SHOP.BUY": "Shop.buy", "aks": "Shop.buy.<locals>.ask", "zzzzzz": ""} {
		got := ""
		if near := tree.Near(text, 1); len(near) > 0 {
			got = near[0].Name
		}
		if got != want {
			t.Errorf("near %q is %q, expected %q", text, got, want)
		}
	}
}

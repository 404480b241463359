package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"tracer/internal/analyze/tree"
)

// json writes the tree as an object, or those of some functions as an array of objects.
func (x *reportTree) json(w *bufio.Writer, functions []*tree.Function) error {
	nodes := treeJSON[*tree.Node]{
		w: w, key: "children",
		below: func(n *tree.Node) []*tree.Node { return n.Children },
		time:  func(n *tree.Node) tree.Time { return n.Total },
		alone: func(n *tree.Node) any { c := *n; c.Children = nil; return c },
	}
	callers := treeJSON[*tree.Caller]{
		w: w, key: "callers",
		below: func(c *tree.Caller) []*tree.Caller { return c.Callers },
		time:  func(c *tree.Caller) tree.Time { return c.Total },
		alone: func(c *tree.Caller) any { d := *c; d.Callers = nil; return d },
	}
	if functions == nil {
		t := x.tree
		fmt.Fprintf(w, `{"nodes":%d,"deeper":%d,"measured":%t,"root":`, t.Nodes, t.Deeper, t.Measured)
		writeTree(x, nodes, t.Root)
		_, err := fmt.Fprintln(w, "}")
		return err
	}
	fmt.Fprintln(w, "[")
	for i, f := range functions {
		if i > 0 {
			fmt.Fprintln(w, ",")
		}
		if x.trees.callers != "" {
			writeTree(x, callers, x.tree.Callers(f, true))
		} else {
			writeTree(x, nodes, x.tree.Callees(f, x.byLine))
		}
	}
	_, err := fmt.Fprintln(w, "\n]")
	return err
}

// writeTree writes what is shown of a tree.
func writeTree[N comparable](x *reportTree, j treeJSON[N], root N) {
	if x.limit > 0 || x.trees.shareGiven {
		f := forest[N]{below: j.below, total: func(n N) int64 { return x.of(j.time(n)) }, least: math.MinInt64, limit: x.limit}
		if x.trees.shareGiven {
			f.least = x.least()
		}
		j.chosen = f.choose(root)
	}
	j.node(root)
}

// treeJSON writes trees node by node: they may have a million.
type treeJSON[N comparable] struct {
	w      *bufio.Writer
	key    string // of what is below a node
	below  func(N) []N
	time   func(N) tree.Time
	alone  func(N) any // the node without what is below it
	chosen map[N][]N   // nil: all
}

func (j *treeJSON[N]) node(n N) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(j.alone(n)) // of fields that all have JSON
	j.w.Write(bytes.TrimSuffix(b.Bytes(), []byte("}\n")))
	hidden, sum := 0, tree.Time{}
	open := false
	for _, c := range j.below(n) {
		if _, ok := j.chosen[c]; !ok && j.chosen != nil {
			hidden++
			sum.Add(j.time(c))
			continue
		}
		if !open {
			fmt.Fprintf(j.w, ",%q:[\n", j.key)
		} else {
			j.w.WriteString(",\n")
		}
		open = true
		j.node(c)
	}
	if open {
		j.w.WriteByte(']')
	}
	if hidden > 0 {
		fmt.Fprintf(j.w, `,"more":{"nodes":%d,"total":{"ns":%d,"raw_ns":%d}}`, hidden, sum.NS, sum.RawNS)
	}
	j.w.WriteByte('}')
}

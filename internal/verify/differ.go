package verify

import (
	"iter"
	"slices"

	"tracer/internal/summary"
)

// table is what may differ between two summaries, a bit for each.
type table uint

const (
	tableRun table = 1 << iota
	tableHits
	tableLines
	tableOverlaps
	tableFunctions
	tableLongest  // max
	tableShortest // min
	tableGroups
	tableContexts
	tableDetail
)

var tableNames = []string{"run", "hits of lines", "times of lines", "overlaps", "functions", "longest calls", "shortest calls", "modules and files", "contexts", "detail"}

// String returns the names of the tables.
func (t table) String() string {
	s := ""
	for i, name := range tableNames {
		if t&(1<<i) != 0 {
			s += ", " + name
		}
	}
	return s[min(2, len(s)):]
}

// What may differ where the frames that are open are not known as they were to the
// one who added up: when they were entered, or that they are there at all.
const (
	unsureTables = tableLongest | tableShortest
	elidedTables = unsureTables | tableLines | tableOverlaps | tableFunctions | tableGroups | tableContexts | tableDetail
)

// differ returns in which tables two summaries are not the same.
func differ(a, b *summary.Summary) table {
	var t table
	set := func(bit table, same bool) {
		if !same {
			t |= bit
		}
	}
	set(tableRun, a.Start == b.Start && a.End == b.End && a.Events == b.Events && a.Gaps == b.Gaps && a.Lost == b.Lost && a.Outside == b.Outside && a.OutsideCost == b.OutsideCost)
	set(tableHits, sameHits(a.Lines, b.Lines))
	set(tableLines, slices.Equal(a.Lines, b.Lines))
	set(tableOverlaps, slices.Equal(a.Overlaps, b.Overlaps))
	set(tableGroups, slices.Equal(a.Modules, b.Modules) && slices.Equal(a.Files, b.Files))
	set(tableContexts, slices.Equal(a.Contexts, b.Contexts))
	set(tableDetail, sameDetail(&a.Detail, &b.Detail))
	return t | differFunctions(a.Functions, b.Functions)
}

// differFunctions compares the functions.
func differFunctions(a, b []summary.Function) (t table) {
	for x, y := range pairs(a, b) {
		if x.Calls != y.Calls || x.Total != y.Total || x.Cost != y.Cost {
			t |= tableFunctions
		}
		if x.Max != y.Max || x.MaxCost != y.MaxCost {
			t |= tableLongest
		}
		if x.Min != y.Min || x.MinCost != y.MinCost {
			t |= tableShortest
		}
	}
	return t
}

// pairs goes through two lists of functions. One that a list does not have has
// neither calls nor time.
func pairs(a, b []summary.Function) iter.Seq2[summary.Function, summary.Function] {
	return func(yield func(x, y summary.Function) bool) {
		for len(a) > 0 || len(b) > 0 {
			x, y := summary.Function{Min: summary.NoMin}, summary.Function{Min: summary.NoMin}
			first := len(b) == 0 || len(a) > 0 && a[0].Function <= b[0].Function
			second := len(a) == 0 || len(b) > 0 && b[0].Function <= a[0].Function
			if first {
				x, a = a[0], a[1:]
			}
			if second {
				y, b = b[0], b[1:]
			}
			if !yield(x, y) {
				return
			}
		}
	}
}

// between reports whether the longest and shortest activations are those of one who
// began to look later than one and not later than the other.
func between(stored, earlier, later []summary.Function) bool {
	for x, y := range pairs(stored, earlier) {
		if longer(&x, &y) || shorter(&x, &y) {
			return false
		}
	}
	for x, y := range pairs(stored, later) {
		if longer(&y, &x) || shorter(&y, &x) {
			return false
		}
	}
	return true
}

// longer reports whether a's longest activation comes before b's, in the order of package
// summary.
func longer(a, b *summary.Function) bool {
	return a.Max > b.Max || a.Max == b.Max && a.MaxCost < b.MaxCost
}

// shorter is longer for the shortest activations.
func shorter(a, b *summary.Function) bool {
	return a.Min < b.Min || a.Min == b.Min && a.MinCost > b.MinCost
}

// joinFunctions returns functions with the activations of others.
func joinFunctions(to, from []summary.Function) []summary.Function {
	a, b := &summary.Summary{Functions: to}, &summary.Summary{Functions: from}
	a.Add(b)
	return a.Functions
}

func sameHits(a, b []summary.Line) bool {
	hits := func(lines []summary.Line) (kept []summary.Line) {
		for _, l := range lines {
			if l.Hits > 0 {
				kept = append(kept, summary.Line{LineKey: l.LineKey, Hits: l.Hits})
			}
		}
		return kept
	}
	return slices.Equal(hits(a), hits(b))
}

func sameDetail(a, b *summary.Detail) bool {
	return a.Shift == b.Shift && slices.EqualFunc(a.Buckets, b.Buckets, func(x, y summary.Bucket) bool {
		return x.Number == y.Number && x.Events == y.Events && x.Depth == y.Depth && x.At == y.At &&
			x.Ticks == y.Ticks && x.Open == y.Open && slices.Equal(x.Stack, y.Stack)
	})
}

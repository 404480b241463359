package bench

import (
	"regexp"
	"slices"
	"strings"

	"github.com/armon/go-radix"
	iradix "github.com/hashicorp/go-immutable-radix/v2"
	ahocorasick "github.com/petar-dambovaliev/aho-corasick"

	"tracer/stringtable"
)

// match says which of some prefixes is the longest that s begins with. A way that cannot tell which says -1 and true.
type match func(s string) (index int, ok bool)

// way is a way to find a prefix.
type way struct {
	name string
	make func(prefixes []string) match
}

// ways are all ways for any number of prefixes, the one that the others are compared with first. Each is called by a
// function value, which takes about a nanosecond.
func ways() []way {
	return []way{
		{"stringtable", table}, {"loop-longest", longestOf}, {"loop-first", firstOf}, {"map-by-length", mapByLength},
		{"go-radix", goRadix}, {"go-immutable-radix", immutableRadix}, {"aho-corasick", ahoCorasick}, {"regexp", expression},
	}
}

func table(prefixes []string) match {
	t, err := stringtable.Build(prefixes)
	if err != nil {
		panic(err)
	}
	return t.Match
}

// loopLongest answers the same question as a table.
func loopLongest(prefixes []string, s string) (int, bool) {
	found, size := -1, -1
	for i, p := range prefixes {
		if strings.HasPrefix(s, p) && len(p) > size {
			found, size = i, len(p)
		}
	}
	return found, size >= 0
}

// loopFirst answers less: whether there is one, and which is met first.
func loopFirst(prefixes []string, s string) (int, bool) {
	for i, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return i, true
		}
	}
	return -1, false
}

func longestOf(prefixes []string) match {
	return func(s string) (int, bool) { return loopLongest(prefixes, s) }
}

func firstOf(prefixes []string) match {
	return func(s string) (int, bool) {
		_, ok := loopFirst(prefixes, s)
		return -1, ok
	}
}

// mapByLength looks up the beginning of s of each length that a prefix has, longest first.
func mapByLength(prefixes []string) match {
	numbers, seen := map[string]int{}, map[int]bool{}
	var lengths []int
	for i, p := range prefixes {
		numbers[p] = i
		if !seen[len(p)] {
			seen[len(p)] = true
			lengths = append(lengths, len(p))
		}
	}
	slices.SortFunc(lengths, func(a, b int) int { return b - a })
	return func(s string) (int, bool) {
		for _, n := range lengths {
			if n <= len(s) {
				if i, ok := numbers[s[:n]]; ok {
					return i, true
				}
			}
		}
		return -1, false
	}
}

func goRadix(prefixes []string) match {
	tree := radix.New()
	for i, p := range prefixes {
		tree.Insert(p, i)
	}
	return func(s string) (int, bool) {
		_, i, ok := tree.LongestPrefix(s)
		if !ok {
			return -1, false
		}
		return i.(int), true
	}
}

func immutableRadix(prefixes []string) match {
	tree := iradix.New[int]()
	for i, p := range prefixes {
		tree, _, _ = tree.Insert([]byte(p), i)
	}
	root := tree.Root()
	return func(s string) (int, bool) {
		_, i, ok := root.LongestPrefix([]byte(s))
		if !ok {
			return -1, false
		}
		return i, true
	}
}

// ahoCorasick looks for prefixes anywhere in s, as the library has no way to ask only at the beginning.
func ahoCorasick(prefixes []string) match {
	builder := ahocorasick.NewAhoCorasickBuilder(ahocorasick.Opts{MatchKind: ahocorasick.LeftMostLongestMatch, DFA: len(prefixes) <= 256})
	automaton := builder.Build(prefixes)
	return func(s string) (int, bool) {
		if m := automaton.Iter(s).Next(); m != nil && m.Start() == 0 {
			return m.Pattern(), true
		}
		return -1, false
	}
}

// expression tells only whether there is one.
func expression(prefixes []string) match {
	quoted := make([]string, len(prefixes))
	for i, p := range prefixes {
		quoted[i] = regexp.QuoteMeta(p)
	}
	e := regexp.MustCompile("^(?:" + strings.Join(quoted, "|") + ")")
	return func(s string) (int, bool) { return -1, e.MatchString(s) }
}

package stringtable

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tracer/stringtable/sample"
)

// reference is what the prefixes match, the slow way.
type reference []string

func (r reference) match(s string) (longest, shortest int) {
	longest, shortest = -1, -1
	for i, p := range r {
		if !strings.HasPrefix(s, p) {
			continue
		}
		if longest < 0 || len(p) > len(r[longest]) {
			longest = i
		}
		if shortest < 0 || len(p) < len(r[shortest]) {
			shortest = i
		}
	}
	return longest, shortest
}

// check asks a table on every unit of this CPU, and compares with want.
func check(t testing.TB, table *Table, s string, longest, shortest int) {
	t.Helper()
	for _, u := range units() {
		with := *table
		with.use(u)
		if got, ok := with.Match(s); got != longest || ok != (longest >= 0) {
			t.Fatalf("%v: Match(%.100q) = %d, %v, expected %d", u, s, got, ok, longest)
		}
		if got, ok := with.Shortest(s); got != shortest || ok != (longest >= 0) {
			t.Fatalf("%v: Shortest(%.100q) = %d, %v, expected %d", u, s, got, ok, shortest)
		}
		if got := with.search(s); got != longest {
			t.Fatalf("%v: search(%.100q) = %d, expected %d", u, s, got, longest)
		}
	}
}

func build(t testing.TB, prefixes []string) *Table {
	t.Helper()
	table, err := Build(prefixes)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Open(table.Image())
	if err != nil {
		t.Fatalf("%d prefixes: %v", len(prefixes), err)
	}
	return again
}

// near returns strings that begin like one of the prefixes, or nearly.
func near(r *rand.Rand, prefixes []string, n int) []string {
	var all []string
	for range n {
		s := ""
		if len(prefixes) > 0 {
			s = prefixes[r.IntN(len(prefixes))]
		}
		switch r.IntN(5) {
		case 0:
			s = s[:r.IntN(len(s)+1)]
		case 1:
			b := []byte(s)
			if len(b) > 0 {
				b[r.IntN(len(b))] ^= 1 << r.IntN(8)
			}
			s = string(b)
		case 2:
			s += string(byte(r.Uint32())) + "x.yz"
		case 3:
			s += "\x00"
		}
		all = append(all, strings.Clone(s))
	}
	return all
}

// sets are sorts of sets of prefixes, by size.
var sets = map[string]func(r *rand.Rand, n int) []string{
	"modules": sample.Modules,
	"bytes": func(r *rand.Rand, n int) []string {
		var all []string
		for range n {
			b := make([]byte, r.IntN(20))
			for i := range b {
				b[i] = byte(r.Uint32())
			}
			all = append(all, string(b))
		}
		return all
	},
	"few letters": func(r *rand.Rand, n int) []string {
		var all []string
		for range n {
			b := make([]byte, r.IntN(12))
			for i := range b {
				b[i] = "ab\x00"[r.IntN(3)]
			}
			all = append(all, string(b))
		}
		return all
	},
	"one in another": func(r *rand.Rand, n int) []string {
		var all []string
		for i := range n {
			all = append(all, strings.Repeat("ab", i%400)+strings.Repeat("c", i/400))
		}
		return all
	},
	"much in common": func(r *rand.Rand, n int) []string {
		var all []string
		for i := range n {
			all = append(all, strings.Repeat("common.", 20)+fmt.Sprint(r.IntN(10*n))+strings.Repeat("also", i%40))
		}
		return all
	},
}

func TestMatchesAsAnObviousLoopDoes(t *testing.T) {
	for name, set := range sets {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			sizes := []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 18, 31, 33, 100, 1000}
			for _, n := range sizes {
				prefixes := set(r, n)
				table := build(t, prefixes)
				if table.Len() != n {
					t.Fatalf("Len() = %d, expected %d", table.Len(), n)
				}
				for _, s := range append(near(r, prefixes, 300), "", "a", "x") {
					longest, shortest := reference(prefixes).match(s)
					check(t, table, s, longest, shortest)
				}
			}
		})
	}
}

func TestEachSizeUpToTenThousandFindsItsPrefixes(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	all := sample.Modules(r, 10000)
	first := map[string]int{}
	for i, p := range all {
		if _, ok := first[p]; !ok {
			first[p] = i
		}
	}
	step := 1
	for n := 0; n <= len(all); n += step {
		if n > 300 {
			step = 97
		}
		if n > 2000 {
			step = 1999
		}
		table := build(t, all[:n])
		for i, p := range all[:n] {
			if got, ok := table.Match(p); !ok || got != first[p] {
				t.Fatalf("%d prefixes: %q, number %d, is found as %d", n, p, first[p], got)
			}
			if table.Prefix(i) != p {
				t.Fatalf("Prefix(%d) = %q, expected %q", i, table.Prefix(i), p)
			}
		}
	}
}

func TestParentsAreAllThatMatch(t *testing.T) {
	for name, set := range sets {
		r := rand.New(rand.NewPCG(5, 6))
		prefixes := set(r, 200)
		table := build(t, prefixes)
		for _, s := range near(r, prefixes, 200) {
			var got, want []int
			for i, ok := table.Match(s); ok; i, ok = table.Parent(i) {
				got = append(got, i)
			}
			for i, p := range prefixes {
				if strings.HasPrefix(s, p) && slices.Index(prefixes, p) == i {
					want = append(want, i)
				}
			}
			slices.SortFunc(want, func(x, y int) int { return len(prefixes[y]) - len(prefixes[x]) })
			if !slices.Equal(got, want) {
				t.Fatalf("%s: %q matches %v, expected %v", name, s, got, want)
			}
		}
	}
}

func TestLongPrefixesAndEqualOnes(t *testing.T) {
	big := strings.Repeat("megabyte", 1<<17)
	prefixes := []string{"", big, big + "!", big[:len(big)-1], "m", big, "", big[1:], "m"}
	for range 20 {
		prefixes = append(prefixes, big[:len(big)-2]+fmt.Sprint(len(prefixes)))
	}
	table := build(t, prefixes)
	for _, s := range append(slices.Clone(prefixes), big+"?", big+"!!", big[:1<<19], "x", "mega") {
		longest, shortest := reference(prefixes).match(s)
		check(t, table, s, longest, shortest)
	}
	if parent, ok := table.Parent(5); parent != 1 || !ok {
		t.Errorf("the parent of an equal prefix is %d, %v, expected the first of them, 1", parent, ok)
	}
}

func TestNothingIsAllocated(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	for _, n := range []int{1, 16, 256, 5000} {
		prefixes := sample.Modules(r, n)
		table := build(t, prefixes)
		texts := near(r, prefixes, 100)
		bytes := []byte(texts[0])
		for _, u := range units() {
			table.use(u)
			if allocations := testing.AllocsPerRun(10, func() {
				for _, s := range texts {
					index, ok := table.Match(s)
					for ; ok; index, ok = table.Parent(index) {
					}
					table.Shortest(s)
				}
				table.MatchBytes(bytes)
			}); allocations != 0 {
				t.Errorf("%d prefixes on %v: %v allocations", n, u, allocations)
			}
		}
	}
}

func TestEqualPrefixesMakeEqualImages(t *testing.T) {
	prefixes := sample.Modules(rand.New(rand.NewPCG(19, 20)), 3000)
	one, other := build(t, prefixes).Image(), build(t, slices.Clone(prefixes)).Image()
	if string(one) != string(other) {
		t.Error("two images of the same prefixes differ")
	}
}

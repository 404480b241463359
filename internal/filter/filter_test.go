package filter

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tracer/stringtable/sample"
)

func TestMatch(t *testing.T) {
	tests := []struct {
		name, only, skip string
		takes, leaves    []string
	}{
		{"no prefix takes all", "", "", []string{"", "a", "a.b"}, nil},
		{"a prefix ends at a dot", "pandas", "", []string{"pandas", "pandas.core"}, []string{"", "pandas_extras", "xpandas", "panda"}},
		{"a dotted prefix", "pandas.core", "", []string{"pandas.core", "pandas.core.ops"}, []string{"pandas", "pandas.cores"}},
		{"an open prefix takes any end", "pandas*", "", []string{"pandas", "pandas.core", "pandas_extras"}, []string{"panda"}},
		{"an asterisk takes all", "*", "", []string{"", "a", "a.b"}, nil},
		{"several, one after another", "a,b", "", []string{"a", "b.c"}, []string{"c"}},
		{"skip wins", "pandas", "pandas.core", []string{"pandas", "pandas.io"}, []string{"pandas.core", "pandas.core.ops"}},
		{"skip wins over all", "*", "a*", []string{"b"}, []string{"a", "ab"}},
		{"skip alone", "", "a", []string{"b", ""}, []string{"a", "a.b"}},
		{"only submodules", "a.*", "", []string{"a.b"}, []string{"a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := New(list(tt.only), list(tt.skip))
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range tt.takes {
				if !f.Match(m) {
					t.Errorf("does not take %q", m)
				}
			}
			for _, m := range tt.leaves {
				if f.Match(m) {
					t.Errorf("takes %q", m)
				}
			}
			if got := f.All(); got != (tt.only == "" && tt.skip == "") {
				t.Errorf("All() = %v", got)
			}
		})
	}
}

func TestParse(t *testing.T) {
	got, err := Parse([]string{"a, b.c*", "*"})
	if want := []Prefix{{"a", false}, {"b.c", true}, {"", true}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("Parse = %v, %v, want %v", got, err, want)
	}
	for _, bad := range []string{"", "a,", "*a", "a*b", "a**", ".a", "a..b", "a.", "a/b.py", "a b"} {
		if p, err := Parse([]string{bad}); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", bad, p)
		} else if !strings.HasPrefix(err.Error(), "parse module prefix") {
			t.Errorf("Parse(%q): %v", bad, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("a,b*,c.d")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse([]string{text})
		if err != nil {
			return
		}
		for _, p := range p {
			again, err := Parse([]string{p.String()})
			if err != nil || len(again) != 1 || again[0] != p {
				t.Errorf("%v reads back as %v, %v", p, again, err)
			}
			if !p.Match(p.Name) {
				t.Errorf("%v does not match itself", p)
			}
		}
	})
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// A set says what its prefixes say one by one, also where they begin with each other.
func TestASetMatchesAsItsPrefixesDo(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 3, 16, 17, 200} {
		var prefixes []Prefix
		for _, name := range sample.Modules(r, n) {
			if r.IntN(4) == 0 {
				name = name[:1+r.IntN(len(name))]
				name = strings.TrimSuffix(name, ".")
			}
			prefixes = append(prefixes, Prefix{name, r.IntN(3) == 0})
		}
		set, err := NewSet(prefixes)
		if err != nil {
			t.Fatal(err)
		}
		modules := sample.Modules(r, 500)
		for _, p := range prefixes {
			modules = append(modules, p.Name, p.Name+".x", p.Name+"x", p.Name[:len(p.Name)-1])
		}
		taken := 0
		for _, m := range modules {
			want := slices.ContainsFunc(prefixes, func(p Prefix) bool { return p.Match(m) })
			if set.Match(m) != want {
				t.Fatalf("%d prefixes: Match(%q) = %v, expected %v; %v", n, m, !want, want, prefixes)
			}
			if want {
				taken++
			}
		}
		if taken == 0 || taken == len(modules) {
			t.Errorf("%d prefixes: %d of %d modules are taken: the test has lost its sense", n, taken, len(modules))
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{1, 3, 16, 256} {
		names := sample.Prefixes(n)
		f, err := New(names, nil)
		if err != nil {
			b.Fatal(err)
		}
		modules := sample.Modules(rand.New(rand.NewPCG(3, 4)), 256)
		b.Run(fmt.Sprintf("prefixes=%d/way=table", n), func(b *testing.B) {
			for i := range b.N {
				f.Match(modules[i%len(modules)])
			}
		})
		b.Run(fmt.Sprintf("prefixes=%d/way=loop", n), func(b *testing.B) {
			for i := range b.N {
				_ = slices.ContainsFunc(f.Only(), func(p Prefix) bool { return p.Match(modules[i%len(modules)]) })
			}
		})
	}
}

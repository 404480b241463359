package filter

import (
	"slices"
	"strings"
	"testing"
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

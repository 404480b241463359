package interpreters

import (
	"slices"
	"strings"
	"testing"

	"tracer/internal/pyabi"
)

// these are CPythons by the names that Minor gives them.
func these(names ...string) []pyabi.Info {
	var all []pyabi.Info
	for _, name := range names {
		number, freeThreaded := strings.CutSuffix(name, "t")
		i := pyabi.Info{Implementation: "cpython", Version: number + ".1", FreeThreaded: freeThreaded}
		i.Major = int(number[0] - '0')
		for _, digit := range number[2:] {
			i.Minor = 10*i.Minor + int(digit-'0')
		}
		all = append(all, i)
	}
	return all
}

func minors(all []pyabi.Info) string {
	var names []string
	for _, i := range all {
		names = append(names, Minor(i))
	}
	return strings.Join(names, " ")
}

func TestChoice(t *testing.T) {
	found := these("3.14", "2.7", "3.7", "3.8", "3.9", "3.9", "3.11", "3.12", "3.13", "3.13t", "3.14", "3.14t", "3.15t", "3.15")
	before := slices.Clone(found)
	for _, tt := range []struct {
		name, got, want string
	}{
		{"one of each", minors(Each(found)), "3.14 3.8 3.9 3.11 3.12 3.13 3.13t 3.14t 3.15t 3.15"},
		{"the ends of each kind", minors(Kinds(found)), "3.8 3.11 3.12 3.13t 3.15t 3.15"},
		{"one kind alone", minors(Kinds(these("3.13"))), "3.13"},
		{"nothing new enough", minors(Kinds(these("2.7", "3.7"))), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, tt.got, tt.want)
		}
	}
	if !slices.Equal(found, before) {
		t.Error("what was found is changed")
	}
}

func TestRequiredVersions(t *testing.T) {
	for _, tt := range []struct{ required, found, missing string }{
		{"", "", ""},
		{"3.13", "3.13", ""},
		{"3.13", "3.13t", "3.13"},
		{"3.13t", "3.13", "3.13t"},
		{"3.13t,3.13", "3.13 3.13t", ""},
		{"2.7, 3.6", "2.7 3.16", "3.6"},
		{"3.1", "3.10 3.11", "3.1"},
	} {
		if got := missing(these(strings.Fields(tt.found)...), tt.required); got != tt.missing {
			t.Errorf("%q of %q: %q is missing, want %q", tt.required, tt.found, got, tt.missing)
		}
	}
}

package config

import "testing"

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "ab", 1},
		{"abc", "xabc", 1}, {"abc", "axc", 1}, {"kitten", "sitting", 3}, {"ca", "abc", 3}, {"reprot", "report", 1},
	} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("from %q to %q: %d, expected %d", c.a, c.b, got, c.want)
		}
		if got := distance(c.b, c.a); got != c.want {
			t.Errorf("from %q to %q: %d, expected %d", c.b, c.a, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"report.limit", "report.limit"}, {"report.limti", "report.limit"}, {"report.x", ""}, {"Run.Only", "run.only"}, {"run.onyl", "run.only"}, {"", ""},
	} {
		if got := nearest(c.name, []string{"run.only", "report.limit", "report.by"}); got != c.want {
			t.Errorf("%q: got %q, expected %q", c.name, got, c.want)
		}
	}
}

package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestLineMap pairs texts. A line is a word or more; numbers are those in the files, the
// functions beginning at 10 and 20.
func TestLineMap(t *testing.T) {
	for name, c := range map[string]struct{ base, new, want string }{
		"the same":                     {"def|a|b", "def|a|b", "10=20 11=21 12=22"},
		"a line is new":                {"def|a|b", "def|x|a|b", "10=20 11=22 12=23 0+21"},
		"a line is gone":               {"def|a|b|c", "def|a|c", "10=20 11=21 12- 13=22"},
		"a line has moved":             {"def|a|b|c|d", "def|b|c|d|a", "10=20 11>24 12=21 13=22 14=23"},
		"twice the same is not moved":  {"def|a|a|b|c|d", "def|b|c|d|a|a", "10=20 11- 12- 13=21 14=22 15=23 0+24 0+25"},
		"a line is changed":            {"def|x = f(a)|b", "def|x = f(a, 1)|b", "10=20 11~21 12=22"},
		"another line is no change":    {"def|x = f(a)|b", "def|while y: pass|b", "10=20 11- 12=22 0+21"},
		"moved goes before changed":    {"def|x = f(a)|b|c|d", "def|x = f(b)|b|c|d|x = f(a)", "10=20 11>25 12=22 13=23 14=24 0+21"},
		"an empty line is no evidence": {"def||a|b|c", "def|a|b|c|", "10=20 11- 12=21 13=22 14=23 0+24"},
		"all is another":               {"a|b", "c|d", "10- 11- 0+20 0+21"},
	} {
		b := &function{key: functionKey{line: 10}, text: strings.Split(c.base, "|")}
		n := &function{key: functionKey{line: 20}, text: strings.Split(c.new, "|")}
		if got := pairsText(lineMap(b, n)); got != c.want {
			t.Errorf("%s: %s, expected %s", name, got, c.want)
		}
	}
}

func pairsText(pairs []linePair) string {
	slices.SortFunc(pairs, func(a, b linePair) int {
		if a.base > 0 && b.base > 0 {
			return a.base - b.base
		}
		return cmp.Or(b.base-a.base, a.new-b.new) // what is new comes last
	})
	var texts []string
	for _, p := range pairs {
		text := fmt.Sprintf("%d%s%d", p.base, map[State]string{Same: "=", Changed: "~", Moved: ">", Added: "+"}[p.state], p.new)
		if p.state == Removed {
			text = fmt.Sprintf("%d-", p.base)
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, " ")
}

// Without a text lines are as far from the first one.
func TestLinesWithoutText(t *testing.T) {
	lines := func(first int, offsets ...int) *function {
		f := &function{key: functionKey{line: first}, last: first + offsets[len(offsets)-1], lines: map[int]sample{}}
		for _, o := range offsets {
			f.lines[first+o] = sample{hits: 1}
		}
		return f
	}
	for name, c := range map[string]struct {
		base, new *function
		want      string
	}{
		"the same":           {lines(10, 0, 2), lines(20, 0, 2), "10=20 12=22"},
		"one more":           {lines(10, 1), lines(20, 1, 3), "11=21 0+23"},
		"one less":           {lines(10, 1, 3), lines(20, 1), "11=21 13-"},
		"others of them ran": {lines(10, 1, 3), lines(20, 2, 3), "11=21 12=22 13=23"},
	} {
		if got := pairsText(lineMap(c.base, c.new)); got != c.want {
			t.Errorf("%s: %s, expected %s", name, got, c.want)
		}
	}
}

// No function is too large: it ends.
func TestLargeTexts(t *testing.T) {
	b, n := &function{}, &function{}
	for i := range 20_000 {
		b.text = append(b.text, fmt.Sprintf("a%d = %d", i, i))
		n.text = append(n.text, fmt.Sprintf("b%d = %d", i, i*7))
	}
	if got := len(lineMap(b, n)); got < 20_000 || got > 40_000 {
		t.Errorf("%d pairs", got)
	}
}

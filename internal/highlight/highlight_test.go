package highlight

import (
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2/lexers"
)

const sample = `@cache
def load(path):  # read it
    """Two
    lines."""
    return [int(x) for x in open(path) if x is not None] + [1.5]

class Ünïcode(Exception): pass
`

func TestPython(t *testing.T) {
	got := Python(sample)
	want := map[int][]Span{
		0: {{"@cache", Name}},
		1: {{"def", Keyword}, {" ", Plain}, {"load", Name}, {"(path):  ", Plain}, {"# read it", Comment}},
		2: {{"    ", Plain}, {`"""Two`, String}},
		3: {{`    lines."""`, String}},
		5: {{"", Plain}},
	}
	for i, w := range want {
		if !slices.Equal(got[i], w) {
			t.Errorf("line %d: %+v, want %+v", i, got[i], w)
		}
	}
	if !slices.Contains(got[4], Span{"int", Builtin}) || !slices.Contains(got[4], Span{"1.5", Number}) {
		t.Errorf("line 4: %+v lacks a builtin or number", got[4])
	}
}

func TestGrammarIsTheLibrarys(t *testing.T) {
	mine, err := python()
	if err != nil {
		t.Fatal(err)
	}
	theirs := lexers.Get("python")
	a, _ := mine.Tokenise(nil, sample)
	b, _ := theirs.Tokenise(nil, sample)
	if !slices.Equal(a.Tokens(), b.Tokens()) {
		t.Error("python.xml differs from the grammar of the chroma in go.mod: copy it again")
	}
}

func FuzzPython(f *testing.F) {
	f.Add(sample)
	f.Add("x = '''\r\n\x00\xff\r\n")
	f.Add("a\rb\n\n\n")
	f.Fuzz(func(t *testing.T, source string) {
		lines := Python(source)
		i := 0
		for _, want := range Lines(source) {
			var b strings.Builder
			for _, s := range lines[i] {
				b.WriteString(s.Text)
			}
			if got := b.String(); got != want {
				t.Fatalf("line %d is %q, want %q", i, got, want)
			}
			i++
		}
		if i != len(lines) {
			t.Errorf("%d lines, want %d", len(lines), i)
		}
	})
}

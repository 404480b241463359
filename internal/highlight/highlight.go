// Package highlight tells the parts of Python source apart, so that they can be
// shown in colours. It is the only importer of chroma, and takes that library's
// engine with one grammar: its package of all grammars would add 5 ms to the start
// of every command, and 4 MB.
package highlight

import (
	"embed"
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/chroma/v2"
)

// Class is what a part of the source is.
type Class int

// The classes that are told apart.
const (
	Plain Class = iota
	Keyword
	Name // of a function or class where it is defined, or a decorator
	Builtin
	String
	Number
	Comment
)

// Span is a part of a line, without its end.
type Span struct {
	Text  string
	Class Class
}

//go:embed python.xml
var grammar embed.FS

var python = sync.OnceValues(func() (*chroma.RegexLexer, error) {
	return chroma.NewXMLLexer(grammar, "python.xml")
})

// patience bounds the time for one text, for the engine's expressions backtrack:
// what comes after it stays plain.
const patience = time.Second

// newlines are the ends of lines that Python knows, and so counts lines by.
var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// Python returns the lines of a source text, as Python counts them, in parts.
// The texts of a line's parts are that line without its end; what cannot be told
// apart is Plain.
func Python(source string) [][]Span {
	source = newlines.Replace(source)
	lines := plain(source)
	lexer, err := python()
	if err != nil {
		return lines
	}
	next, err := lexer.Tokenise(nil, source)
	if err != nil {
		return lines
	}
	var tokens []chroma.Token
	for start := time.Now(); time.Since(start) < patience; {
		t := next()
		if t == chroma.EOF {
			break
		}
		tokens = append(tokens, t)
	}
	for i, line := range chroma.SplitTokensIntoLines(tokens) {
		if i < len(lines) && same(line, lines[i]) {
			lines[i] = spans(line)
		}
	}
	return lines
}

// Lines returns the lines of a source text, as Python counts them.
func Lines(source string) []string {
	var lines []string
	for line := range strings.Lines(newlines.Replace(source)) {
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
	return lines
}

// plain returns the lines as one part each.
func plain(source string) [][]Span {
	var lines [][]Span
	for _, line := range Lines(source) {
		lines = append(lines, []Span{{Text: line}})
	}
	return lines
}

// same reports whether the tokens are the line and nothing else.
func same(tokens []chroma.Token, line []Span) bool {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.Value)
	}
	return strings.TrimSuffix(b.String(), "\n") == line[0].Text
}

func spans(tokens []chroma.Token) []Span {
	var line []Span
	for _, t := range tokens {
		text, class := strings.TrimSuffix(t.Value, "\n"), classify(t.Type)
		if text == "" && len(line) > 0 {
			continue
		}
		if n := len(line); n > 0 && line[n-1].Class == class {
			line[n-1].Text += text
		} else {
			line = append(line, Span{text, class})
		}
	}
	return line
}

func classify(t chroma.TokenType) Class {
	switch {
	case t.InCategory(chroma.Comment):
		return Comment
	case t.InSubCategory(chroma.LiteralString):
		return String
	case t.InSubCategory(chroma.LiteralNumber):
		return Number
	case t.InCategory(chroma.Keyword), t == chroma.OperatorWord:
		return Keyword
	case t == chroma.NameFunction, t == chroma.NameClass, t == chroma.NameDecorator, t == chroma.NameFunctionMagic:
		return Name
	case t == chroma.NameBuiltin, t == chroma.NameBuiltinPseudo, t == chroma.NameException:
		return Builtin
	}
	return Plain
}

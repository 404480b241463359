package statements

import "strings"

// logical is a line as Python's grammar has it: from where a statement begins to the end of
// its line, however many lines of text that are.
type logical struct {
	line, end int
	indent    int // columns
	tokens    int
	first     [3]string // tokens: words and single characters, "" for a text
	opens     bool      // it ends in a colon: a block follows
	text      bool      // it is nothing but texts: a docstring, if it stands in its place
	assigns   bool      // there is a = in it, outside of brackets
}

// defines returns the name of the function or class that it begins, or "".
func (l *logical) defines() (name string, class bool) {
	switch {
	case !l.opens && l.first[0] != "def" && l.first[0] != "class" && l.first[0] != "async":
	case l.first[0] == "def":
		return l.first[1], false
	case l.first[0] == "class":
		return l.first[1], true
	case l.first[0] == "async" && l.first[1] == "def":
		return l.first[2], false
	}
	return "", false
}

// annotates reports whether it is a name and its type, and no more.
func (l *logical) annotates() bool {
	switch l.first[0] {
	case "else", "try", "finally", "except", "lambda":
		return false
	}
	return l.first[1] == ":" && !l.opens && !l.assigns && l.first[0] != "" && isLetter(l.first[0][0])
}

// silent reports whether it is no code wherever it stands.
func (l *logical) silent() bool {
	switch l.first[0] {
	case "global", "nonlocal":
		return true
	case "else", "finally":
		return l.opens && l.tokens == 2
	}
	return false
}

// scanner goes through a text.
type scanner struct {
	text  string
	at    int
	line  int
	depth int // of formatted texts in each other
}

// scan returns the logical lines of a text.
func scan(text string) (all []logical) {
	s := scanner{text: text, line: 1}
	for {
		indent, ok := s.begin()
		if !ok {
			return all
		}
		all = append(all, s.logical(indent))
	}
}

// begin goes to where the next statement begins, and returns its indentation.
func (s *scanner) begin() (indent int, ok bool) {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; c {
		case ' ':
			indent++
		case '\t':
			indent += 8 - indent%8
		case '\f':
			indent = 0
		case '\n':
			indent = 0
			s.line++
		case '\r':
		case '#':
			s.comment()
			continue
		case '\\':
			if s.continued() {
				continue
			}
			return indent, true
		default:
			return indent, true
		}
		s.at++
	}
	return 0, false
}

func (s *scanner) comment() {
	if n := strings.IndexByte(s.text[s.at:], '\n'); n >= 0 {
		s.at += n
		return
	}
	s.at = len(s.text)
}

// continued goes behind a backslash and the end of the line after it, if it is one.
func (s *scanner) continued() bool {
	rest := s.text[s.at+1:]
	rest = strings.TrimPrefix(rest, "\r")
	if !strings.HasPrefix(rest, "\n") {
		return false
	}
	s.at = len(s.text) - len(rest) + 1
	s.line++
	return true
}

// logical reads a statement up to the end of its line.
func (s *scanner) logical(indent int) logical {
	l := logical{line: s.line, indent: indent, text: true}
	depth := 0
	for s.at < len(s.text) && (s.text[s.at] != '\n' || depth > 0) {
		switch c := s.text[s.at]; {
		case c == '\n':
			s.line++
			s.at++
		case c == '#':
			s.comment()
		case c == '\\' && s.continued():
		case c == ' ', c == '\t', c == '\r', c == '\f':
			s.at++
		case isQuote(c):
			s.quoted(false)
			l.token("")
		case isLetter(c):
			word := s.word()
			if s.at < len(s.text) && isQuote(s.text[s.at]) && isPrefix(word) {
				s.quoted(strings.ContainsAny(word, "fFtT"))
				l.text = l.text && !strings.ContainsAny(word, "bBfFtT")
				l.token("")
				break
			}
			l.token(word)
		default:
			depth = max(depth+nesting(c), 0)
			l.token(s.text[s.at : s.at+1])
			l.opens = c == ':'
			l.assigns = l.assigns || c == '=' && depth == 0
			s.at++
		}
	}
	l.end = s.line
	return l
}

// token takes note of one: its letters, or "" for a text.
func (l *logical) token(letters string) {
	if l.tokens < len(l.first) {
		l.first[l.tokens] = letters
	}
	l.tokens++
	l.opens = false
	l.text = l.text && letters == ""
}

func nesting(c byte) int {
	switch c {
	case '(', '[', '{':
		return 1
	case ')', ']', '}':
		return -1
	}
	return 0
}

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

func isQuote(c byte) bool { return c == '"' || c == '\'' }

// word reads a name, or what stands in front of a text.
func (s *scanner) word() string {
	begin := s.at
	for s.at < len(s.text) && (isLetter(s.text[s.at]) || s.text[s.at] >= '0' && s.text[s.at] <= '9') {
		s.at++
	}
	return s.text[begin:s.at]
}

func isPrefix(word string) bool { return len(word) <= 2 && strings.Trim(word, "rRbBuUfFtT") == "" }

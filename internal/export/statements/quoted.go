package statements

import "strings"

// deepest is how deep formatted texts may be in each other; Python ends at 150.
const deepest = 200

// quoted reads a text from its quotation mark on. In a formatted one, {} hold expressions,
// in which there may be texts again.
func (s *scanner) quoted(formatted bool) {
	mark := s.text[s.at : s.at+1]
	if strings.HasPrefix(s.text[s.at:], strings.Repeat(mark, 3)) {
		mark = strings.Repeat(mark, 3)
	}
	s.at += len(mark)
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case strings.HasPrefix(s.text[s.at:], mark):
			s.at += len(mark)
			return
		case c == '\\' && formatted && strings.HasPrefix(s.text[s.at+1:], "{"): // braces cannot be escaped so
		case c == '\\':
			s.escaped()
			continue
		case c == '\n':
			if len(mark) == 1 {
				return // it is not closed
			}
			s.line++
		case c == '{' && formatted && s.depth < deepest:
			if strings.HasPrefix(s.text[s.at:], "{{") {
				s.at++
				break
			}
			s.at++
			s.replaced(mark)
			continue
		}
		s.at++
	}
}

func (s *scanner) escaped() {
	if s.continued() {
		return
	}
	s.at = min(s.at+2, len(s.text))
}

// replaced reads what stands between { and } in a formatted text in these marks.
func (s *scanner) replaced(mark string) {
	s.depth++
	defer func() { s.depth-- }()
	depth, format := 0, false
	for s.at < len(s.text) {
		c := s.text[s.at]
		if format && strings.HasPrefix(s.text[s.at:], mark) {
			return // it is not closed
		}
		switch {
		case c == '\n':
			if len(mark) == 1 && format {
				return
			}
			s.line++
		case c == '{' && format && s.depth < deepest:
			s.at++
			s.replaced(mark)
			continue
		case c == '}' && depth == 0:
			s.at++
			return
		case format:
		case isQuote(c):
			s.quoted(false)
			continue
		case isLetter(c):
			if word := s.word(); s.at < len(s.text) && isQuote(s.text[s.at]) && isPrefix(word) {
				s.quoted(strings.ContainsAny(word, "fFtT"))
			}
			continue
		case c == '#' && len(mark) == 3:
			s.comment()
			continue
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			depth--
		case c == ':' && depth == 0:
			format = true
		}
		s.at++
	}
}

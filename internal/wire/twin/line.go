package twin

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// line is a line of text in parts. Its error is sticky.
type line struct {
	number int
	word   string
	args   []string
	pairs  []pair
	err    error
}

type pair struct{ key, value string }

// parseLine takes a line apart; one without a word is empty or a comment.
func parseLine(number int, s string) line {
	l := line{number: number}
	for {
		s = strings.TrimLeftFunc(s, unicode.IsSpace)
		if s == "" || s[0] == '#' {
			return l
		}
		end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '=' })
		if end < 0 {
			end = len(s)
		}
		token := s[:end]
		s = s[end:]
		if s == "" || s[0] != '=' {
			if l.word == "" {
				l.word = token
			} else {
				l.args = append(l.args, token)
			}
			continue
		}
		value, rest, err := cutValue(s[1:])
		if err != nil {
			l.fail("value of %s: %v", token, err)
			return l
		}
		l.pairs = append(l.pairs, pair{token, value})
		s = rest
	}
}

func cutValue(s string) (value, rest string, err error) {
	if strings.HasPrefix(s, `"`) {
		quoted, err := strconv.QuotedPrefix(s)
		if err != nil {
			return "", "", err
		}
		value, err = strconv.Unquote(quoted)
		return value, s[len(quoted):], err
	}
	end := strings.IndexFunc(s, unicode.IsSpace)
	if end < 0 {
		end = len(s)
	}
	return s[:end], s[end:], nil
}

// quote is the reverse of cutValue.
func quote(s string) string {
	plain := s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == '"' || r == '#' || r == unicode.ReplacementChar
	})
	if plain {
		return s
	}
	return strconv.Quote(s)
}

func (l *line) fail(format string, args ...any) {
	if l.err == nil {
		l.err = fmt.Errorf("parse line %d: %s", l.number, fmt.Sprintf(format, args...))
	}
}

// arg takes the first argument.
func (l *line) arg() (string, bool) {
	if len(l.args) == 0 {
		return "", false
	}
	a := l.args[0]
	l.args = l.args[1:]
	return a, true
}

// take takes a key's value, the first if there are several.
func (l *line) take(key string) (string, bool) {
	for i, p := range l.pairs {
		if p.key == key {
			l.pairs = append(l.pairs[:i:i], l.pairs[i+1:]...)
			return p.value, true
		}
	}
	return "", false
}

// takeAll takes all values of a key.
func (l *line) takeAll(key string) (values []string) {
	for {
		v, ok := l.take(key)
		if !ok {
			return values
		}
		values = append(values, v)
	}
}

// parse reads an integer, or the name of a constant.
func (l *line) parse(s string, bits int, names map[string]uint32) uint64 {
	if v, ok := names[s]; ok {
		return uint64(v)
	}
	v, err := strconv.ParseUint(s, 0, bits)
	if err != nil {
		l.fail("%q is no number of %d bits", s, bits)
	}
	return v
}

// done returns the error, also where something is left that nothing took.
func (l *line) done() error {
	for _, a := range l.args {
		l.fail("%s: unexpected %q", l.word, a)
	}
	for _, p := range l.pairs {
		l.fail("%s: unknown key %q", l.word, p.key)
	}
	return l.err
}

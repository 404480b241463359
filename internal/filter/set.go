package filter

import "tracer/stringtable"

// Set is a list of prefixes in a table, which takes the same time to ask whether they are few or thousands.
// The zero Set is empty.
type Set struct {
	prefixes []Prefix
	table    *stringtable.Table // of the open ones first; nil: none
	open     int                // how many these are
}

// NewSet makes a set of prefixes.
func NewSet(prefixes []Prefix) (Set, error) {
	if len(prefixes) == 0 {
		return Set{}, nil
	}
	s := Set{prefixes: prefixes}
	var open, closed []string
	for _, p := range prefixes {
		if p.Open {
			open = append(open, p.Name)
		} else {
			closed = append(closed, p.Name)
		}
	}
	s.open = len(open)
	table, err := stringtable.Build(append(open, closed...))
	s.table = table
	return s, err
}

// ParseSet is Parse into a set.
func ParseSet(list []string) (Set, error) {
	prefixes, err := Parse(list)
	if err != nil {
		return Set{}, err
	}
	return NewSet(prefixes)
}

// Empty reports whether there is no prefix.
func (s *Set) Empty() bool { return s.table == nil }

// Match reports whether the module begins with one of the prefixes. All that are the beginning of the
// name are looked at, from the longest on: a closed one may end within a part, where a shorter one does not.
func (s *Set) Match(module string) bool {
	if s.table == nil {
		return false
	}
	for i, ok := s.table.Match(module); ok; i, ok = s.table.Parent(i) {
		if size := s.table.PrefixLen(i); i < s.open || size == len(module) || module[size] == '.' {
			return true
		}
	}
	return false
}

// Image returns the table as others search it, and how many of its prefixes are open: the first.
func (s *Set) Image() (image []byte, open int) {
	if s.table == nil {
		return nil, 0
	}
	return s.table.Image(), s.open
}

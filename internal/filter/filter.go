// Package filter is the module filter: prefixes of dotted module names, as
// --only and --skip take them. Both halves of the project use it, the writing
// one to tell the agent what to record, the reading one to choose what to show.
//
//	pandas    pandas and what is below it (pandas.core), not pandas_extras
//	pandas*   every name that begins so, pandas_extras too
//	*         everything
package filter

import (
	"fmt"
	"strings"
)

// Prefix is one prefix of module names.
type Prefix struct {
	Name string // without the asterisk
	Open bool   // any continuation matches, not only one after a dot
}

// Parse reads prefixes; a string may hold several, separated by commas.
func Parse(list []string) ([]Prefix, error) {
	var prefixes []Prefix
	for _, item := range list {
		for text := range strings.SplitSeq(item, ",") {
			p, err := parseOne(strings.TrimSpace(text))
			if err != nil {
				return nil, err
			}
			prefixes = append(prefixes, p)
		}
	}
	return prefixes, nil
}

func parseOne(text string) (Prefix, error) {
	name, open := strings.CutSuffix(text, "*")
	switch {
	case text == "":
		return Prefix{}, fmt.Errorf("parse module prefix %q: it is empty, expected a module like pandas or pandas.core", text)
	case strings.Contains(name, "*"):
		return Prefix{}, fmt.Errorf("parse module prefix %q: an asterisk can only be its end", text)
	case strings.ContainsAny(name, "/\\ \t\n\x00"):
		return Prefix{}, fmt.Errorf("parse module prefix %q: expected a module like pandas.core, not a path", text)
	case strings.HasPrefix(name, ".") || strings.Contains(name, ".."):
		return Prefix{}, fmt.Errorf("parse module prefix %q: a part between the dots is empty", text)
	case strings.HasSuffix(name, ".") && !open:
		return Prefix{}, fmt.Errorf("parse module prefix %q: ends with a dot, write %q", text, strings.TrimSuffix(name, "."))
	}
	return Prefix{name, open}, nil
}

// Match reports whether the module begins with the prefix.
func (p Prefix) Match(module string) bool {
	rest, ok := strings.CutPrefix(module, p.Name)
	return ok && (p.Open || rest == "" || rest[0] == '.')
}

// String returns the prefix as Parse reads it.
func (p Prefix) String() string {
	if p.Open {
		return p.Name + "*"
	}
	return p.Name
}

// Filter chooses modules. The zero Filter takes all; others are made by New.
type Filter struct {
	only Set // empty: all
	skip Set // wins over only
}

// New parses both lists of a filter.
func New(only, skip []string) (Filter, error) {
	o, err := ParseSet(only)
	if err != nil {
		return Filter{}, err
	}
	s, err := ParseSet(skip)
	return Filter{o, s}, err
}

// Only returns the prefixes of which a module must begin with one; none: it need not.
func (f Filter) Only() []Prefix { return f.only.prefixes }

// Skip returns the prefixes that no module may begin with.
func (f Filter) Skip() []Prefix { return f.skip.prefixes }

// Match reports whether the filter takes the module.
func (f Filter) Match(module string) bool {
	return (f.only.Empty() || f.only.Match(module)) && !f.skip.Match(module)
}

// All reports whether the filter takes every module.
func (f Filter) All() bool { return f.only.Empty() && f.skip.Empty() }

package config

import (
	"path"
	"slices"
	"strings"
)

// prefix is what the names of variables begin with.
const prefix = "TRACER_"

// Variables that are about the settings themselves.
const (
	namedVariable  = "TRACER_CONFIG" // the project's file, instead of a search
	othersVariable = "TRACER_IGNORE" // names of variables that are another program's: TRACER_HOST,TRACER_X_*
)

// reserved are the variables that are no flags: those above, those that a tracer
// gives to what it traces (which may run a tracer, too), where its library is, and
// those of the project's own tests.
func reserved(name string) bool {
	switch name {
	case namedVariable, othersVariable,
		"TRACER_DIR", "TRACER_AGENT", "TRACER_PARENT", "TRACER_PYTHONPATH", "TRACER_LIB",
		"TRACER_REQUIRE", "TRACER_STRESS", "TRACER_REFERENCE", "TRACER_SAMPLE_CHILD":
		return true
	}
	return strings.HasPrefix(name, "TRACER_TEST_") || strings.HasPrefix(name, "TRACER_CONFORMANCE")
}

// lookup returns the value of a variable, "" if there is none.
func lookup(environ []string, name string) string {
	for _, entry := range environ {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}

// environment reads the variables.
func (c *Config) environment(s *Schema, environ []string) {
	others := strings.Split(lookup(environ, othersVariable), ",")
	sorted := slices.Sorted(slices.Values(environ)) // so that the first error is always the same
	for _, entry := range sorted {
		name, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, prefix) || name == prefix || reserved(name) || ignored(others, name) {
			continue
		}
		source := Source{Variable: name}
		key, ok := s.variable[name]
		if !ok {
			reason := "unknown variable"
			near := s.nearVariable(name)
			if near == "" {
				reason += " (if it is another program's, name it in " + othersVariable + ")"
			}
			c.fail(&Error{Source: source, Reason: reason, Near: near})
			continue
		}
		values, reason := key.fromText(value)
		if reason != "" {
			c.fail(&Error{Source: source, Reason: reason})
			continue
		}
		c.set(fromEnvironment, Setting{key, values, source})
	}
}

// ignored reports whether a name is one of the patterns.
func ignored(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(strings.TrimSpace(p), name)
		return ok && err == nil
	})
}
